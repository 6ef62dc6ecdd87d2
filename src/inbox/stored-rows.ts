import { type Connection, database } from '../store/connect.js'
import { INBOX, type InboxBatch, type InboxRow, type StoredRow } from './model.js'
import { isSilent, rows } from './rows.js'

/** What tells rows from the batches that are kept beside them. */
export const IS_ROW = { kind: { $exists: true } } as const

/** The collection of the native driver, as batches. */
export function batches(connection: Connection) {
  return database(connection).collection<InboxBatch>(INBOX)
}

/** Reads rows by id, each with where it stands. */
export async function readRows(connection: Connection, ids: readonly string[]): Promise<InboxRow[]> {
  const found = await rows(connection)
    .find({ _id: { $in: [...ids] } })
    .toArray()
  return withStates(connection, found)
}

/** Rows as read, with where each stands: those that do not say it themselves get it from their batch. */
export async function withStates(connection: Connection, found: readonly StoredRow[]): Promise<InboxRow[]> {
  const names = new Set<string>()
  for (const row of found) if (row.state === undefined) names.add(row.batch)
  if (names.size === 0) return found as InboxRow[]
  const read = await batches(connection)
    .find({ _id: { $in: [...names] } })
    .toArray()
  const known = new Map(read.map((batch) => [batch._id, batch]))
  return found.map((row) => (row.state === undefined ? stateIn(known.get(row.batch), row) : row))
}

/**
 * The row as its batch has it. When there is no such batch the process died while it stored them, and nobody was told
 * that the row is stored: it is open and nobody's.
 */
function stateIn(batch: InboxBatch | undefined, row: StoredRow & { state?: undefined }): InboxRow {
  const { batch: inBatch, ...accepted } = row
  const first = { fence: 1, attempts: 1, inBatch }
  const place = batch?.ids.indexOf(row._id) ?? -1
  const end = batch?.ends?.find(({ places }) => places.includes(place))
  if (batch && end) return { ...accepted, ...first, state: 'done', answer: end.answer, ...finished(batch) }
  const { owner, leaseUntil = NEVER } = batch ?? {}
  return { ...accepted, ...first, state: 'received', leaseUntil, ...(owner !== undefined && { owner }) }
}

const finished = ({ finishedAt }: InboxBatch) => (finishedAt === undefined ? {} : { finishedAt })

/** A lease that has always lapsed. */
export const NEVER = new Date(0)

/** The rows of a batch that have not ended, as far as the batch knows. */
export function openIds({ ids, ends = [] }: Pick<InboxBatch, 'ids' | 'ends'>): string[] {
  const ended = new Set(ends.flatMap(({ places }) => places))
  return ids.filter((_, place) => !ended.has(place))
}

/**
 * Takes a row over for a new owner if nobody has since: the fence tells, or that the row still says nothing itself.
 * Gives the row as it is now, or null.
 */
export async function takeOver(
  connection: Connection,
  row: Pick<InboxRow, '_id' | 'fence' | 'state' | 'inBatch'>,
  owner: string,
  leaseUntil: Date,
): Promise<InboxRow | null> {
  const mine = { state: 'received' as const, owner, leaseUntil }
  const taken =
    row.inBatch === undefined
      ? await rows(connection).findOneAndUpdate(
          { _id: row._id, fence: row.fence, state: row.state },
          {
            $set: mine,
            $inc: { fence: 1, attempts: 1 },
            $unset: { error: '', failedAt: '', finishedAt: '' },
          },
          { returnDocument: 'after' },
        )
      : await rows(connection).findOneAndUpdate(
          { _id: row._id, ...isSilent(row.inBatch) },
          { $set: { ...mine, fence: 2, attempts: 2 } },
          { returnDocument: 'after' },
        )
  return taken?.state === undefined ? null : taken
}

/**
 * Closes a batch whose process is gone: its rows that have not ended speak for themselves from now on, as lapsed ones.
 * May be done again, and by several at once.
 */
export async function dissolve(connection: Connection, batch: InboxBatch): Promise<void> {
  const open = openIds(batch)
  if (open.length > 0) {
    await rows(connection).updateMany(
      { _id: { $in: open }, ...isSilent(batch._id) },
      { $set: { state: 'received', leaseUntil: NEVER, fence: 1, attempts: 1 } },
    )
  }
  await batches(connection).updateOne({ _id: batch._id }, { $unset: { leaseUntil: '', owner: '' } })
}

/** Takes the answers of rows, which say themselves by now how they ended, out of their batch. */
export async function forgetAnswers(connection: Connection, batch: string, ids: readonly string[]): Promise<void> {
  const found = await batches(connection).findOne({ _id: batch }, { projection: { ids: 1 } })
  const places = ids.map((id) => found?.ids.indexOf(id) ?? -1)
  await batches(connection).updateOne(
    { _id: batch, ends: { $exists: true } },
    { $pull: { 'ends.$[].places': { $in: places } } },
  )
  await batches(connection).updateOne(
    { _id: batch, ends: { $exists: true } },
    { $pull: { ends: { places: { $size: 0 } } } },
  )
}
