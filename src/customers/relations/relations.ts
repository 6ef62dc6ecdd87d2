import type { Connection } from '../../store/connect.js'
import { type RelationRow, relationId, relationRows } from './model.js'

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
  /** Pairs that the customer ended, the latest first; `after` is the last row's moment and id. */
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
    list: ({ account, staff, customer, contact, contacts, tags, state, standing = 'live', after, limit = 100 }) =>
      rows()
        .find({
          account,
          ...(staff !== undefined && { staff }),
          ...(customer !== undefined && { customer }),
          ...(contact !== undefined && { contact }),
          ...(contacts !== undefined && { contact: { $in: [...contacts] } }),
          ...(tags !== undefined && { tags: { $in: [...tags] } }),
          ...(state !== undefined && { state }),
          ...STANDINGS[standing],
          ...(after !== undefined && { _id: { $gt: after } }),
        })
        .sort({ _id: 1 })
        .limit(Math.min(Math.max(limit, 1), 1000))
        .toArray(),
    async lost({ account, staff, from, after, limit = 100 }) {
      const most = Math.min(Math.max(limit, 1), 1000)
      const ended = { account, 'ended.by': 'customer' as const, live: false, ...(staff !== undefined && { staff }) }
      const ask = (filter: object, count: number) =>
        rows()
          .find({ ...ended, ...filter })
          .sort({ 'ended.at': -1, _id: -1 })
          .limit(count)
          .toArray()
      const same = after ? await ask({ 'ended.at': after.at, _id: { $lt: after.id } }, most) : []
      if (same.length === most) return same
      const range = { ...(after && { $lt: after.at }), ...(from && { $gte: from }) }
      const earlier = Object.keys(range).length > 0 ? { 'ended.at': range } : {}
      return [...same, ...(await ask(earlier, most - same.length))]
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

const STANDINGS = {
  live: { live: true },
  lost: { live: false, 'ended.by': 'customer' as const },
  ended: { live: false },
  waiting: { live: true, absentAt: { $exists: true } },
  all: {},
}
