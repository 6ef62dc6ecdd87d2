import { randomUUID } from 'node:crypto'
import { messageOf } from '../core/errors.js'
import type { Update } from '../core/update.js'
import { createCursors, cursorKey } from './cursors.js'
import type { KfCursorRow } from './model.js'
import type { KfAccount, KfPorts } from './ports.js'
import { readAll } from './reader.js'

/** Reads the accounts: when the platform says that something waits, and now and then in case it did not. */
export interface Puller {
  /** Notes that something waits and begins to read; resolves when it is noted. Undefined for other updates. */
  apply(update: Update): Promise<void> | undefined
  /** Reads an account as far as there is something; ends at once when another process does. Never rejects. */
  pull(one: KfAccount): Promise<void>
  /** Reads what is due: told of and not read, never read, or not read for a while. */
  tick(): Promise<void>
  status(one: KfAccount): Promise<KfCursorRow | undefined>
  /** Lets the page under way end. */
  close(): Promise<void>
}

/** A reader that does not renew this long is gone: about as long as a page's read and its entries' handlers may take. */
const LEASE_MS = 30_000
/** How often an account is read of which nothing is heard; without a token the platform lets us read seldom. */
const UNASKED_MS = 300_000

/** The readers of this process: one an account, and one an account over all processes by lease. */
export function createPuller(ports: KfPorts): Puller {
  const { connection, clock, log, leases, accounts } = ports
  const cursors = createCursors(connection)
  const owner = randomUUID()
  const closing = new AbortController()
  const { leaseMs = LEASE_MS } = ports
  const deps = { ...ports, cursors, leaseMs, closing: closing.signal }
  const running = new Map<string, { run: Promise<void>; again: boolean }>()

  async function work(one: KfAccount): Promise<void> {
    for (;;) {
      const lease = await leases.take(`kf:${cursorKey(one)}`, owner, leaseMs)
      if (lease === undefined) return
      try {
        await readAll(deps, one, lease)
      } finally {
        await lease.release()
      }
      const row = await cursors.find(one)
      if (closing.signal.aborted || row === null || row.wanted <= row.done || row.nextAt > clock.now()) return
    }
  }

  function pull(one: KfAccount): Promise<void> {
    const key = cursorKey(one)
    const busy = running.get(key)
    if (busy) {
      busy.again = true
      return busy.run
    }
    if (closing.signal.aborted) return Promise.resolve()
    const state = { run: Promise.resolve(), again: false }
    state.run = (async () => {
      try {
        do {
          state.again = false
          await work(one)
        } while (state.again && !closing.signal.aborted)
      } catch (error) {
        log.warn({ account: one.account, reason: messageOf(error) }, 'desk: reading was cut short, tried again')
      } finally {
        running.delete(key)
      }
    })()
    running.set(key, state)
    return state.run
  }

  function due(row: KfCursorRow | null): boolean {
    const now = clock.now()
    if (row === null) return true
    if (row.nextAt > now) return false
    return row.wanted > row.done || now.getTime() - (row.readAt?.getTime() ?? 0) >= UNASKED_MS
  }

  return {
    pull,
    apply(update) {
      if (update.kind !== 'event.kf.pending') return undefined
      const { account, from, token } = update
      const one = accounts.find(({ settings }) => settings.corp === account && settings.openKfId === from)
      if (one === undefined) {
        log.info({ account, openKfId: from }, 'desk: this customer-service account is not configured')
        return undefined
      }
      return cursors.want(one, token, clock.now()).then(() => void pull(one))
    },
    async tick() {
      await Promise.all(accounts.map(async (one) => (due(await cursors.find(one)) ? pull(one) : undefined)))
    },
    status: async (one) => (await cursors.find(one)) ?? undefined,
    async close() {
      closing.abort()
      await Promise.all([...running.values()].map(({ run }) => run))
    },
  }
}
