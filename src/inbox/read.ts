import type { Connection } from '../store/connect.js'
import type { InboxBatch, InboxRow, InboxState, StoredRow } from './model.js'
import { rows } from './rows.js'
import { batches, IS_ROW, NEVER, openIds, withStates } from './stored-rows.js'

/** The inbox in figures. */
export interface InboxStats {
  /** In this process. */
  underWay: number
  spoolBytes: number
  /** In the store: updates whose handlers have yet to end, and since when the oldest waits. */
  open: number
  oldestOpenAt?: Date
  /** Failed and dead updates, for a person to look at. */
  failures: number
}

/** Counts by the small indexes of open and failed rows; rejects when the store fails. */
export async function readStats(
  connection: Connection,
  own: Pick<InboxStats, 'underWay' | 'spoolBytes'>,
): Promise<InboxStats> {
  const open = { leaseUntil: { $gte: NEVER } }
  const [alone, failures, oldest, together] = await Promise.all([
    rows(connection).countDocuments({ ...open, ...IS_ROW }),
    rows(connection).countDocuments({ failedAt: { $gte: NEVER } }),
    rows(connection)
      .find({ ...open, ...IS_ROW }, { projection: { receivedAt: 1 } })
      .sort({ receivedAt: 1 })
      .limit(1)
      .toArray(),
    openBatches(connection),
  ])
  const times = [...oldest, ...together].map(({ receivedAt }) => receivedAt.getTime())
  const count = together.reduce((sum, batch) => sum + openIds(batch).length, alone)
  return { ...own, open: count, failures, ...(times.length > 0 ? { oldestOpenAt: new Date(Math.min(...times)) } : {}) }
}

function openBatches(connection: Connection): Promise<InboxBatch[]> {
  return batches(connection)
    .find({ leaseUntil: { $gte: NEVER }, ids: { $exists: true } })
    .toArray()
}

/** Which rows to list. */
export interface InboxQuery {
  limit: number
  contact?: string
  state?: InboxState
}

/** The newest rows first, for a person to look at; at most 200. */
export async function recentRows(connection: Connection, query: InboxQuery): Promise<InboxRow[]> {
  const { contact, state } = query
  const limit = Math.min(Math.max(1, query.limit), 200)
  const filter = { ...IS_ROW, ...(contact === undefined ? {} : { contact }), ...(await narrowed(connection, state)) }
  const cursor = rows(connection).find(filter).sort({ receivedAt: -1 }).batchSize(limit)
  const found: InboxRow[] = []
  const page: StoredRow[] = []
  const look = async () => {
    const seen = await withStates(connection, page.splice(0))
    for (const row of seen) if (state === undefined || row.state === state) found.push(row)
  }
  try {
    for await (const row of cursor) {
      page.push(row)
      if (page.length < limit - found.length) continue
      await look()
      if (found.length >= limit) break
    }
    await look()
  } finally {
    await cursor.close()
  }
  return found
}

/** What the store can tell of a state without asking the batches. */
async function narrowed(connection: Connection, state: InboxState | undefined) {
  switch (state) {
    case undefined:
      return {}
    case 'failed':
    case 'dead':
      return { state, failedAt: { $gte: NEVER } }
    case 'done':
      return { $or: [{ state }, { state: { $exists: false } }] }
    case 'received': {
      const open = (await openBatches(connection)).flatMap(openIds)
      return { $or: [{ leaseUntil: { $gte: NEVER } }, { _id: { $in: open } }] }
    }
  }
}
