import { type Connection, database } from '../store/connect.js'
import { INBOX, type InboxRow, type InboxState } from './model.js'

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
  const inbox = database(connection).collection<InboxRow>(INBOX)
  const open = { leaseUntil: { $gte: new Date(0) } }
  const [openCount, failures, oldest] = await Promise.all([
    inbox.countDocuments(open),
    inbox.countDocuments({ failedAt: { $gte: new Date(0) } }),
    inbox
      .find(open, { projection: { receivedAt: 1 } })
      .sort({ receivedAt: 1 })
      .limit(1)
      .toArray(),
  ])
  const first = oldest[0]
  return { ...own, open: openCount, failures, ...(first ? { oldestOpenAt: first.receivedAt } : {}) }
}

/** Which rows to list. */
export interface InboxQuery {
  limit: number
  contact?: string
  state?: InboxState
}

/** The newest rows first, for a person to look at; at most 200. */
export async function recentRows(connection: Connection, query: InboxQuery): Promise<InboxRow[]> {
  const filter = {
    ...(query.contact === undefined ? {} : { contact: query.contact }),
    ...(query.state === undefined ? {} : { state: query.state }),
    ...(query.state === 'failed' || query.state === 'dead' ? { failedAt: { $gte: new Date(0) } } : {}),
  }
  return database(connection)
    .collection<InboxRow>(INBOX)
    .find(filter)
    .sort({ receivedAt: -1 })
    .limit(Math.min(Math.max(1, query.limit), 200))
    .toArray()
}
