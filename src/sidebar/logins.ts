import { randomBytes } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { usedLogins } from './model.js'
import type { SidebarCorp } from './ports.js'
import { digest, type Sessions } from './sessions.js'

/** How a login ended. */
export type LoginEnd =
  | { outcome: 'in'; token: string; lastsMs: number }
  /** `state`: not begun in this browser, too old, or used before; `code`: the platform does not take the code any more. */
  | { outcome: 'refused'; reason: 'state' | 'code' | 'outsider' | 'unknown-corp' }
  | { outcome: 'later' }

/** Staff identity by the platform's web login inside WeCom. */
export interface Logins {
  /** Where the visitor is sent, and what their browser keeps until they are back. Stores nothing. Throws AppError `not-found.corp`. */
  begin(account: string): { address: string; state: string }
  /**
   * The visitor is back. `begun` are the states that the browser kept: without one of them somebody else began this
   * login. A state is good for 10 minutes and once, the code by the platform's rule for 5 and once.
   */
  finish(back: { account: string; state: string; code: string; begun: readonly string[] }): Promise<LoginEnd>
}

/** How long a login may take. */
export const LOGIN_MS = 10 * 60_000

/** Logins over a store; `returnTo` is the address of an account's second half. */
export function createLogins(ports: {
  connection: Connection
  clock: Clock
  log: Logger
  corp(account: string): SidebarCorp | undefined
  sessions: Pick<Sessions, 'begin'>
  returnTo(account: string): string
}): Logins {
  const { connection, clock, log, corp, sessions, returnTo } = ports

  /** True for the first that comes back with the state. */
  async function use(state: string): Promise<boolean> {
    const expiresAt = new Date(clock.now().getTime() + LOGIN_MS * 2)
    try {
      await usedLogins(connection).insertOne({ _id: digest(state), expiresAt })
      return true
    } catch (error) {
      if (isDuplicate(error)) return false
      throw error
    }
  }

  function fresh(state: string): boolean {
    const began = Number.parseInt(STATE.exec(state)?.[1] ?? '', 36)
    const age = clock.now().getTime() - began
    return age >= -60_000 && age <= LOGIN_MS
  }

  return {
    begin(account) {
      const found = corp(account)
      if (!found) throw new AppError('not-found.corp', '没有配置这个企业')
      const state = `${clock.now().getTime().toString(36)}z${randomBytes(24).toString('hex')}`
      return { address: found.logins.addressInside({ returnTo: returnTo(account), state }), state }
    },
    async finish({ account, state, code, begun }) {
      const found = corp(account)
      if (!found) return { outcome: 'refused', reason: 'unknown-corp' }
      if (!begun.includes(state) || !fresh(state) || !(await use(state))) {
        log.warn({ account }, 'side bar login refused: its state was not begun here')
        return { outcome: 'refused', reason: 'state' }
      }
      if (code === '' || code.length > 512) return { outcome: 'refused', reason: 'code' }
      try {
        const person = await found.logins.person(code)
        if (person.who !== 'staff') {
          log.warn({ account, who: person.who }, 'side bar login refused: not a member')
          return { outcome: 'refused', reason: 'outsider' }
        }
        const session = await sessions.begin(account, person.id)
        log.info({ account, staff: person.id }, 'staff member logged in to the side bar')
        return { outcome: 'in', ...session }
      } catch (error) {
        const gone = classOf(error) === 'gone'
        log.warn({ account, reason: messageOf(error) }, 'side bar login failed')
        return gone ? { outcome: 'refused', reason: 'code' } : { outcome: 'later' }
      }
    },
  }
}

const STATE = /^([0-9a-z]{8,9})z[0-9a-f]{48}$/

/** The client's errors tell what kind they are. */
const classOf = (error: unknown): unknown => (error instanceof Error && 'class' in error ? error.class : undefined)
