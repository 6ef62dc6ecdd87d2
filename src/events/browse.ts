import type { Connection } from '../store/connect.js'
import { type TimeOrder, type WalkPage, walk } from '../store/walk.js'
import type { StoredFact } from './fact.js'
import { type EventRow, eventRows } from './model.js'

/** Which facts are listed, by when they happened. */
export interface FactListQuery {
  /** The whole type: `follow.started`. */
  type?: string | undefined
  /** Our id of the contact. */
  contact?: string | undefined
  source?: string | undefined
  account?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** `next` of the page before. */
  after?: string | undefined
  order?: TimeOrder | undefined
  limit: number
}

/** Reads the facts page by page, for people to look at. */
export function createFactBrowser(connection: Connection) {
  return {
    /** On the index of the contact, else of the type, else of the time; what is left is looked at one by one. */
    async list({ type, contact, source, account, ...page }: FactListQuery): Promise<WalkPage<StoredFact>> {
      const found = await walk<EventRow>(eventRows(connection) as never, {
        ...page,
        field: 'occurredAt',
        filter: contact !== undefined ? { contact } : type !== undefined ? { type } : {},
        fits: (row) =>
          (type === undefined || row.type === type) &&
          (source === undefined || row.source === source) &&
          (account === undefined || row.account === account),
      })
      const rows = found.rows.map(({ _id, ...row }) => ({ ...row, id: _id.slice(row.source.length + 1) }))
      return { ...found, rows }
    },
  }
}
