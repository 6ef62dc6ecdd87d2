import type { Connection } from '../../store/connect.js'
import { unpackPeople } from './audience.js'
import type { BulkProgress, RecipientEnd, RecipientState } from './chunk.js'
import { openLedger, type Standing } from './ledger.js'
import { bulkRows, type ChunkRow } from './rows.js'

/** A page of recipients, and where the next one begins; without `next` there is none. */
export interface EndsPage {
  ends: RecipientEnd[]
  next?: string
}

const MOST = 500

/** How far a source is. Counts of chunks, so it costs a thousandth of the number of recipients. */
export async function progressOf(connection: Connection, source: string): Promise<BulkProgress> {
  const progress: BulkProgress = { recipients: 0, states: {}, reasons: {}, variants: [], done: true }
  const rows = bulkRows(connection).chunks.find(
    { source },
    { projection: { size: 1, tally: 1, open: 1 }, batchSize: 1000 },
  )
  for await (const row of rows) addTo(progress, row)
  return progress
}

function addTo(progress: BulkProgress, row: Pick<ChunkRow, 'size' | 'tally' | 'open'>): void {
  const { tally } = row
  progress.recipients += row.size
  if (row.open) progress.done = false
  for (const [state, count] of Object.entries(tally.states) as [RecipientState, number][]) {
    progress.states[state] = (progress.states[state] ?? 0) + count
  }
  for (const { reason, count } of tally.reasons) progress.reasons[reason] = (progress.reasons[reason] ?? 0) + count
  for (const [at, counts] of tally.variants.entries()) {
    const known = progress.variants[at] ?? { sent: 0, failed: 0, uncertain: 0 }
    progress.variants[at] = {
      sent: known.sent + counts.sent,
      failed: known.failed + counts.failed,
      uncertain: known.uncertain + counts.uncertain,
    }
  }
  const { firstSentAt, lastSentAt } = tally
  if (firstSentAt && !(progress.firstSentAt && progress.firstSentAt <= firstSentAt)) progress.firstSentAt = firstSentAt
  if (lastSentAt && !(progress.lastSentAt && progress.lastSentAt >= lastSentAt)) progress.lastSentAt = lastSentAt
}

/** What happened to one recipient of a source; undefined when the contact is not among them. */
export async function endOf(
  connection: Connection,
  source: string,
  contact: string,
): Promise<RecipientEnd | undefined> {
  const { chunks, audience } = bulkRows(connection)
  const rows = chunks.find({ source, lo: { $lte: contact }, hi: { $gte: contact } }).sort({ lo: -1 })
  for await (const row of rows) {
    const about = await audience.findOne({ _id: row._id })
    if (!about) continue
    const people = unpackPeople(about)
    const index = people.find(contact)
    if (index >= 0)
      return recipientEnd(openLedger(row).standing(index), contact, people.to(index), people.variant(index))
  }
  return undefined
}

/** Recipients of a source that stand so, a page at a time in a steady order; `after` is the `next` of the page before. */
export async function endsOf(
  connection: Connection,
  source: string,
  states: readonly RecipientState[],
  page: { after?: string; limit?: number } = {},
): Promise<EndsPage> {
  const { chunks, audience } = bulkRows(connection)
  const limit = Math.min(page.limit ?? 100, MOST)
  const [from = '', skipped = '-1'] = page.after === undefined ? [] : split(page.after)
  const ends: RecipientEnd[] = []
  const rows = chunks.find({ source, _id: { $gte: from } }).sort({ _id: 1 })
  for await (const row of rows) {
    if (!states.some((state) => (row.tally.states[state] ?? 0) > 0)) continue
    const ledger = openLedger(row)
    const found = ledger.in(...states).filter((index) => row._id !== from || index > Number(skipped))
    if (found.length === 0) continue
    const about = await audience.findOne({ _id: row._id })
    if (!about) continue
    const people = unpackPeople(about)
    for (const index of found) {
      ends.push(recipientEnd(ledger.standing(index), people.contact(index), people.to(index), people.variant(index)))
      if (ends.length === limit) return { ends, next: `${row._id}#${index}` }
    }
  }
  return { ends }
}

function split(after: string): [string, string] {
  const at = after.lastIndexOf('#')
  return [after.slice(0, at), after.slice(at + 1)]
}

function recipientEnd(standing: Standing, contact: string, to: string, variant: number): RecipientEnd {
  const { state, note, at } = standing
  const { channel, reason, code } = note
  return {
    contact,
    to,
    state,
    variant,
    ...(channel !== undefined && { channel }),
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
    ...(at !== undefined && { at }),
  }
}
