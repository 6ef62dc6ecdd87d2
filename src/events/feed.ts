import type { Connection } from '../store/connect.js'
import type { StoredFact } from './fact.js'
import { type EventRow, eventRows } from './model.js'

/** Which facts a feed gives. */
export interface FeedQuery {
  /** Only these types; none gives nothing. */
  types: readonly string[]
  /** Received at this time and later. */
  from: Date
  /** Received before this time. */
  before?: Date
  /** Facts of one page; 500 unless given. */
  size?: number
}

/** The facts in the order in which they were received, for those who follow them. */
export interface Feed {
  /** Page by page; a page is never empty. */
  pages(query: FeedQuery): AsyncIterable<StoredFact[]>
  count(query: Pick<FeedQuery, 'types' | 'from' | 'before'>): Promise<number>
}

/**
 * How far back whoever follows the feed has to look again, in ms. A fact carries the time at which its writer began to
 * store it and is seen when that write has ended: another one with a later time may be seen earlier. A write ends
 * within the driver's 30 s or is repeated once by it, and the clocks of machines differ by seconds.
 */
export const FEED_OVERLAP_MS = 120_000

/** A feed on a connection. It wants the index { type: 1, receivedAt: 1 } of the events. */
export function createFeed(connection: Connection): Feed {
  const filterOf = ({ types, from, before }: Pick<FeedQuery, 'types' | 'from' | 'before'>) => ({
    type: { $in: [...types] },
    receivedAt: { $gte: from, ...(before && { $lt: before }) },
  })
  return {
    async *pages({ size = 500, ...query }) {
      if (query.types.length === 0) return
      let page: StoredFact[] = []
      for await (const row of eventRows(connection).find(filterOf(query)).sort({ receivedAt: 1 }).batchSize(size)) {
        page.push(toFact(row))
        if (page.length < size) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    count: (query) => eventRows(connection).countDocuments(filterOf(query)),
  }
}

function toFact({ _id, ...row }: EventRow): StoredFact {
  return { ...row, id: _id.slice(row.source.length + 1) }
}
