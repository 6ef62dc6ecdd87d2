import type { Sort, SortedPage } from '../../core/sort.js'
import type { Connection } from '../../store/connect.js'
import { sortedPage } from '../../store/sorted.js'
import { type RelationRow, relationId, relationRows } from './model.js'

const SORT_FIELDS = { staff: 'staff', addedAt: 'addedAt' } as const

/** What pairs can be ordered by. */
export type RelationSort = keyof typeof SORT_FIELDS

/** Which pairs. */
export interface RelationQuery {
  account: string
  staff?: string
  customer?: string
  contact?: string
  /** Read by the search: a tag's name. */
  tag?: string
  /** One of these tags on the pair, by the platform's ids. */
  tags?: readonly string[]
  /** Of one of these contacts. */
  contacts?: readonly string[]
  /** Of the contact way by which they came. */
  state?: string
  /** `live` unless given. `lost`: the customer removed the member; `waiting`: the member has left. */
  standing?: 'live' | 'lost' | 'ended' | 'waiting' | 'all'
  /** The last row's id of the page before. */
  after?: string
  /** 100 unless given, at most 1000. */
  limit?: number
}

/** Which lost customers. */
export interface LostQuery {
  account: string
  staff?: string
  /** Lost at this time or later. */
  from?: Date
  /** The latest first unless given. */
  order?: 'newest' | 'oldest'
  after?: { at: Date; id: string }
  /** 100 unless given, at most 1000. */
  limit?: number
}

/** Who is whose customer. */
export interface Relations {
  /** All pairs of a customer. */
  of(account: string, customer: string): Promise<RelationRow[]>
  /** All pairs of our contact, over all corporations. */
  ofContact(contact: string): Promise<RelationRow[]>
  /** The members who are connected with a customer and still here. */
  staffOf(account: string, customer: string): Promise<string[]>
  find(account: string, staff: string, customer: string): Promise<RelationRow | undefined>
  /** A page of pairs in the order of their ids. */
  list(query: RelationQuery): Promise<RelationRow[]>
  /** Pairs in another order than that of their ids; `after` is the `next` of the page before. */
  sorted(query: RelationQuery & { sort: Sort<RelationSort> }): Promise<SortedPage<RelationRow>>
  /** Pairs that the customer ended; `after` is the last row's moment and id. */
  lost(query: LostQuery): Promise<RelationRow[]>
  /** How many pairs are live, by member. */
  counts(account: string): Promise<{ staff: string; customers: number }[]>
}

/** The relations of a store. */
export function createRelations(connection: Connection): Relations {
  const rows = () => relationRows(connection)
  return {
    of: (account, customer) => rows().find({ account, customer }).sort({ _id: 1 }).toArray(),
    ofContact: (contact) => rows().find({ contact }).sort({ _id: 1 }).toArray(),
    staffOf: async (account, customer) => {
      const found = rows().find({ account, customer, live: true }, { projection: { staff: 1, absentAt: 1 } })
      return (await found.toArray()).flatMap(({ staff, absentAt }) => (absentAt === undefined ? [staff] : []))
    },
    find: async (account, staff, customer) =>
      (await rows().findOne({ _id: relationId(account, staff, customer) })) ?? undefined,
    list: ({ after, limit = 100, ...query }) =>
      rows()
        .find({ ...filterOf(query), ...(after !== undefined && { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(within(limit))
        .toArray(),
    sorted: ({ sort, after, limit = 100, ...query }) =>
      sortedPage(rows(), { filter: filterOf(query), sort, fields: SORT_FIELDS, after, limit: within(limit) }),
    async lost({ account, staff, from, after, order = 'newest', limit = 100 }) {
      const most = within(limit)
      const newest = order === 'newest'
      const ended = { account, 'ended.by': 'customer' as const, live: false, ...(staff !== undefined && { staff }) }
      const ask = (filter: object, count: number) =>
        rows()
          .find({ ...ended, ...filter })
          .sort(newest ? { 'ended.at': -1, _id: -1 } : { 'ended.at': 1, _id: 1 })
          .limit(count)
          .toArray()
      const behind = <T>(value: T) => (newest ? { $lt: value } : { $gt: value })
      const same = after ? await ask({ 'ended.at': after.at, _id: behind(after.id) }, most) : []
      if (same.length === most) return same
      const range = { ...(from && { $gte: from }), ...(after && behind(after.at)) }
      const others = Object.keys(range).length > 0 ? { 'ended.at': range } : {}
      return [...same, ...(await ask(others, most - same.length))]
    },
    counts: async (account) => {
      const grouped = rows().aggregate<{ _id: string; customers: number }>([
        { $match: { account, live: true } },
        { $group: { _id: '$staff', customers: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ])
      return (await grouped.toArray()).map(({ _id, customers }) => ({ staff: _id, customers }))
    },
  }
}

const within = (limit: number) => Math.min(Math.max(limit, 1), 1000)

function filterOf(query: RelationQuery) {
  const { account, staff, customer, contact, contacts, tags, state, standing = 'live' } = query
  return {
    account,
    ...(staff !== undefined && { staff }),
    ...(customer !== undefined && { customer }),
    ...(contact !== undefined && { contact }),
    ...(contacts !== undefined && { contact: { $in: [...contacts] } }),
    ...(tags !== undefined && { tags: { $in: [...tags] } }),
    ...(state !== undefined && { state }),
    ...STANDINGS[standing],
  }
}

const STANDINGS = {
  live: { live: true },
  lost: { live: false, 'ended.by': 'customer' as const },
  ended: { live: false },
  waiting: { live: true, absentAt: { $exists: true } },
  all: {},
}
