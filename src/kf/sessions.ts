import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Update } from '../core/update.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { type KfSessionRow, kfSessions } from './model.js'
import type { KfAccount, KfState } from './ports.js'

/** Who has each conversation of the desk, kept true by what the platform tells and what we move. */
export interface Sessions {
  /** Keeps the state true to an update of an account; undefined when it says nothing about it. */
  apply(update: Update): Promise<void> | undefined
  /** True while only staff can send: the conversation waits in the platform's queue or a servicer has it. */
  silent(one: KfAccount, customer: string): Promise<boolean>
  state(one: KfAccount, customer: string): Promise<{ state: KfState; staff?: string } | undefined>
  /** We moved it, or the platform was asked. */
  note(account: string, customer: string, found: { state: KfState; staff?: string }): Promise<void>
  /** The platform refused to send (95018): whatever we believe is asked for anew. */
  doubt(account: string, customer: string): Promise<void>
}

/** A conversation that nothing is heard of ends by itself on the platform. */
const KEPT_MS = 4 * 86_400_000
/** A silence that long is looked after: the news of an end may have been lost. */
const SURE_MS = 1_800_000

/** The sessions on a connection. */
export function createSessions({
  connection,
  clock,
  log,
}: {
  connection: Connection
  clock: Clock
  log: Logger
}): Sessions {
  const rows = () => kfSessions(connection)

  /** What is older than what we know changes nothing. */
  async function set(
    account: string,
    customer: string,
    at: Date,
    { state, staff }: { state: KfState; staff?: string | undefined },
  ): Promise<void> {
    const now = clock.now()
    const known = staff !== undefined && staff !== ''
    const change = {
      $set: {
        account,
        customer,
        state,
        at,
        checkedAt: now,
        expiresAt: new Date(now.getTime() + KEPT_MS),
        ...(known && { staff }),
      },
      ...(!known && { $unset: { staff: '' as const } }),
    }
    const _id = keyOf(account, customer)
    try {
      await rows().updateOne({ _id, at: { $lte: at } }, change, { upsert: true })
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }

  /** A customer who writes after the end begins a new conversation; whatever else was said stays. */
  async function begun(account: string, customer: string, at: Date): Promise<void> {
    const filter = { _id: keyOf(account, customer), state: 'ended' as const, at: { $lte: at } }
    await rows().updateOne(filter, { $set: { state: 'new', at }, $unset: { staff: '' } })
  }

  async function ask(one: KfAccount, customer: string): Promise<{ state: KfState; staff?: string } | undefined> {
    const found = await one.state(customer)
    if (found.end !== 'done') {
      log.info({ account: one.account, detail: found.detail }, 'desk: the state of a conversation could not be read')
      return undefined
    }
    const { state, staff } = found
    const now = { state, ...(staff !== undefined && { staff }) }
    await set(one.account, customer, second(clock.now()), now)
    return now
  }

  return {
    apply(update) {
      const { account, from, at } = update
      switch (update.kind) {
        case 'event.kf.session': {
          const { change, after } = update
          const ended = change === 'ended'
          return set(account, from, at, ended ? { state: 'ended' } : { state: 'staff', staff: after })
        }
        case 'event.kf.said':
          return set(account, from, at, { state: 'staff', staff: update.staff })
        default:
          return update.kind.startsWith('message.') ? begun(account, from, at) : undefined
      }
    },
    async silent(one, customer) {
      const row = await rows().findOne({ _id: keyOf(one.account, customer) })
      if (row === null || !holds(row.state)) return false
      if (clock.now().getTime() - row.checkedAt.getTime() < SURE_MS) return true
      return holds((await ask(one, customer))?.state ?? row.state)
    },
    async state(one, customer) {
      const asked = await ask(one, customer)
      if (asked) return asked
      const row: KfSessionRow | null = await rows().findOne({ _id: keyOf(one.account, customer) })
      return row === null ? undefined : { state: row.state, ...(row.staff !== undefined && { staff: row.staff }) }
    },
    note: (account, customer, found) => set(account, customer, second(clock.now()), found),
    async doubt(account, customer) {
      const now = clock.now()
      const expiresAt = new Date(now.getTime() + KEPT_MS)
      const _id = keyOf(account, customer)
      const $set = { state: 'staff' as const, checkedAt: new Date(0) }
      await rows().updateOne(
        { _id },
        { $set, $setOnInsert: { account, customer, at: new Date(0), expiresAt } },
        { upsert: true },
      )
    },
  }
}

/** The platform tells whole seconds: what it tells of this very second comes later than what we did in it. */
const second = (at: Date) => new Date(Math.floor(at.getTime() / 1000) * 1000)

const holds = (state: KfState) => state === 'staff' || state === 'waiting'
const keyOf = (account: string, customer: string) => `${account}:${customer}`
