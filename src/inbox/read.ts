import type { Connection } from '../store/connect.js'
import type { InboxBatch } from './model.js'
import { rows } from './rows.js'
import { batches, IS_ROW, NEVER, openIds } from './stored-rows.js'

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
