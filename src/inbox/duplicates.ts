import type { Clock } from '../core/clock.js'
import type { ResolvedMessage } from '../core/message.js'
import type { Connection } from '../store/connect.js'
import type { Entry } from './entry.js'
import type { InboxRow } from './model.js'
import { readRows, takeOver } from './stored-rows.js'

/** How often handlers may be started for one update before it is set aside as dead. */
export const MOST_ATTEMPTS = 3

/** What is needed to look rows up and take them over. */
export interface DuplicateDeps {
  connection: Connection
  owner: string
  leaseClock: Clock
  leaseEnd(): Date
}

/** What the row of a resend can turn out to be. */
export interface DuplicateEnds {
  /** It is ours to handle: the earlier owner is gone, or the row is our own write whose answer was lost. */
  ours(entry: Entry): void
  /** The row has left meanwhile (it was older than `keep`). */
  gone(entry: Entry): void
  /** Handled: the resend gets the stored answer. */
  ended(entry: Entry, before: ResolvedMessage | null): void
  /** Another process works on it. */
  elsewhere(entry: Entry): void
}

/** Looks at the rows that kept our inserts out and tells for each entry what that means. Rejects when the store fails. */
export async function settleDuplicates(deps: DuplicateDeps, entries: Entry[], ends: DuplicateEnds): Promise<void> {
  const ids = entries.map((entry) => entry.id)
  const found = new Map((await readRows(deps.connection, ids)).map((row) => [row._id, row]))
  for (const entry of entries) await settle(deps, entry, found.get(entry.id), ends)
}

async function settle(
  deps: DuplicateDeps,
  entry: Entry,
  row: InboxRow | undefined,
  ends: DuplicateEnds,
): Promise<void> {
  if (!row) return ends.gone(entry)
  if (row.state === 'done') return ends.ended(entry, row.answer ?? null)
  if (row.state !== 'received') return ends.ended(entry, null)
  const own = row.owner === deps.owner
  if (own && row.inBatch === undefined) {
    entry.fence = row.fence
    return ends.ours(entry)
  }
  const lapsed = (row.leaseUntil?.getTime() ?? 0) <= deps.leaseClock.now().getTime()
  if ((!lapsed && !own) || row.attempts >= MOST_ATTEMPTS) return ends.elsewhere(entry)
  const taken = await takeOver(deps.connection, row, deps.owner, deps.leaseEnd())
  if (!taken) return ends.elsewhere(entry)
  entry.fence = taken.fence
  entry.attempt = taken.attempts
  ends.ours(entry)
}
