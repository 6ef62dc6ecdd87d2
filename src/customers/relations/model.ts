import type { Fact } from '../../events/fact.js'
import { type Connection, database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'
import type { Refusal } from '../refusal.js'

/** Who ended a connection; `unseen`: the platform does not list it any more and no event told us why. */
export type EndedBy = 'staff' | 'customer' | 'transfer' | 'unseen'

/** A member and a customer (一位成员与一位客户), as far as we know. Everything here belongs to the pair. */
export interface RelationRow {
  /** `<account>:<staff>:<customer>`. */
  _id: string
  account: string
  staff: string
  /** The platform's id of the customer. */
  customer: string
  /** Our contact; absent only until the first write of the page is through. */
  contact?: string
  /** Connected, by the signs below. */
  live: boolean
  /** The newest adding we know of. */
  addedAt?: Date
  /** Up to when a list of the platform proves them connected. */
  listedAt?: Date
  ended?: { at: Date; by: EndedBy }
  /** The customer may write, the member has not confirmed. */
  half?: boolean
  state?: string
  way?: number
  remark?: string
  description?: string
  /** Ids of the corporation's tags on the pair. */
  tags: string[]
  /** When the platform told the fields above. */
  readAt?: Date
  /** The mirrored tags that both sides had last: ids. */
  mirrored?: string[]
  /** When we last began to change tags there: what was read before says nothing about them. */
  markedAt?: Date
  /** Why tags of ours are not there. */
  tagRefusal?: Refusal & { at: Date; tags: string[] }
  /** The sync that saw the pair last. */
  seenAt?: Date
  /** The member has left or is out of our sight since then; the customer waits for another member. */
  absentAt?: Date
  /** When the pair is to be read again. */
  refetchAt?: Date
  refetchTries?: number
  /** Facts that are decided and not yet written; `owesAt` while there are any. */
  owed?: Fact[]
  owesAt?: Date
  /** Grows with every writing. */
  rev: number
  /** Who wrote that one. */
  writer?: string
}

/** The collection's name. */
export const RELATIONS = 'corpRelations'

/** Relations as a mongoose model, for its indexes; call it before `ensureIndexes`. */
export function relationModel(connection: Connection): void {
  const mixed = Schema.Types.Mixed
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      staff: String,
      customer: String,
      contact: String,
      live: Boolean,
      tags: [String],
      ended: mixed,
      owed: mixed,
    },
    { collection: RELATIONS, versionKey: false, autoIndex: false, autoCreate: false, strict: false },
  )
  schema.index({ account: 1, customer: 1 }, { name: 'customer' })
  schema.index({ account: 1, staff: 1, live: 1, _id: 1 }, { name: 'staff' })
  schema.index({ contact: 1 }, { name: 'contact' })
  schema.index({ account: 1, live: 1, addedAt: 1, _id: 1 }, { name: 'added' })
  schema.index({ account: 1, tags: 1 }, { name: 'tag' })
  schema.index({ account: 1, state: 1 }, { name: 'state' })
  schema.index({ remark: 1 }, { name: 'remark', sparse: true })
  schema.index({ account: 1, 'ended.by': 1, 'ended.at': -1, _id: -1 }, { name: 'ended' })
  schema.index({ refetchAt: 1 }, { name: 'refetch', sparse: true })
  schema.index({ owesAt: 1 }, { name: 'owes', sparse: true })
  defineModel(connection, 'CorpRelation', schema)
}

/** The collection itself. */
export const relationRows = (connection: Connection) => database(connection).collection<RelationRow>(RELATIONS)

/** The id of a pair's row. */
export const relationId = (account: string, staff: string, customer: string) => `${account}:${staff}:${customer}`
