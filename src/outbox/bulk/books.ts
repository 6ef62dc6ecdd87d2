import { messageOf } from '../../core/errors.js'
import { insertRaw } from '../../store/raw-commands.js'
import type { RecipientState } from './chunk.js'
import type { LaneState } from './lane-state.js'
import type { BulkDeps } from './ports.js'
import { BULK_PEOPLE, bulkRows, type PersonRow, personId } from './rows.js'
import { OVER } from './states.js'
import type { Work } from './work.js'

/** Surely not sent, and not about to be. */
const NOT_SENT: ReadonlySet<RecipientState> = new Set([
  'waiting',
  'waiting-visit',
  'skipped',
  'failed',
  'cancelled',
  'expired',
])

/** Stores the rows by which a receipt finds an uncertain recipient. */
export async function tellPeople(deps: BulkDeps, works: readonly Work[]): Promise<void> {
  const rows = works.flatMap((work) => work.unsure.map((index) => unsureRow(deps, work, index)))
  if (rows.length === 0) return
  await insertRaw(deps.connection, BULK_PEOPLE, rows)
  for (const work of works) work.unsure = []
}

function unsureRow(deps: BulkDeps, work: Work, index: number): PersonRow {
  const { note, at } = work.ledger.standing(index)
  return {
    _id: personId(work.key, index),
    kind: 'uncertain',
    source: work.source,
    chunk: work.key,
    index,
    account: work.account,
    contact: work.audience.contact(index),
    to: work.audience.to(index),
    ...(note.channel && { channel: note.channel }),
    at: at ?? deps.clock.now(),
    expiresAt: work.expiresAt,
  }
}

/** When a chunk is let go of: takes back bookings of what was not sent, and removes the rows of visits that were served. */
export async function settleBooks(deps: BulkDeps, work: Work): Promise<void> {
  const { ledger, key } = work
  try {
    const unsent = [...new Set(work.unbook.splice(0))].filter((index) => NOT_SENT.has(ledger.state(index)))
    const contacts = unsent.map((index) => work.audience.contact(index))
    if (contacts.length > 0) await deps.reach.release(contacts, work.source)
    if (!work.about.channels.includes('next-visit')) return
    const served = [...work.visitors].filter((index) => OVER.has(ledger.state(index)))
    const which = ledger.left() === 0 ? { chunk: key } : { _id: { $in: served.map((index) => personId(key, index)) } }
    await bulkRows(deps.connection).people.deleteMany({ ...which, kind: 'visit' })
  } catch (error) {
    deps.log.warn({ chunk: key, reason: messageOf(error) }, 'bookings of what was not sent could not be released')
  }
}

/** Books the calls that were made, for the platform's daily quota. */
export function countCalls({ deps, account, calls }: LaneState): void {
  for (const [channel, count] of calls) deps.reach.count(account, channel, count, deps.clock.now())
  calls.clear()
}
