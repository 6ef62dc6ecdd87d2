import { type Connection, database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** What a sync found and did. */
export interface SyncCounts {
  /** Pairs that the platform listed. */
  seen: number
  /** Pairs of which no event had told us. */
  added: number
  /** Pairs that were noted as over and are not. */
  revived: number
  /** Pairs that were noted as live and are over. */
  ended: number
  /** Pairs whose member has left or is out of our sight. */
  waiting: number
  taggedHere: number
  taggedThere: number
  /** Tags that stay here only, as the platform refused them. */
  tagsRefused: number
  /** Customers with a unionid. */
  withUnionid: number
  /** WeCom users: they have none. */
  wecomUsers: number
  /** WeChat users without one: the developer id is not bound (41057), or the member is out of the app's range. */
  withoutUnionid: number
  /** Everything that was not settled; `conflicts` holds the first ones. */
  conflicts: number
}

/** Something that could not be brought into agreement, for a person to look at. */
export interface SyncConflict {
  kind:
    | 'tag-name'
    | 'tag-refused'
    | 'tags-full'
    | 'tag-gone'
    | 'tag-renamed'
    | 'people'
    | 'mass-missing'
    | 'staff-gone'
    | 'no-unionid'
    | 'staff-refused'
  tag?: string
  staff?: string
  detail: string
}

/** Up to 100 members whose customers are read page by page. */
export interface SyncChunk {
  staff: string[]
  cursor?: string
  done?: true
}

/** Where the sync of a corporation stands; one an account. */
export interface SyncRow {
  /** The account. */
  _id: string
  state: 'running' | 'paused' | 'done'
  /** The run's mark: pairs that it has seen bear it. */
  startedAt: Date
  phase: 'pages' | 'missing'
  chunks: SyncChunk[]
  /** The last pair that the second phase dealt with. */
  after?: string
  counts: SyncCounts
  conflicts: SyncConflict[]
  reason?: string
  finishedAt?: Date
  /** The lease that wrote this; an older one writes no more. */
  fence: number
}

const SYNCS = 'corpCustomerSyncs'

/** The state of syncs as a mongoose model; call it before `ensureIndexes`. */
export function customerSyncModel(connection: Connection): void {
  const schema = new Schema(
    { _id: { type: String, required: true }, state: String },
    { collection: SYNCS, versionKey: false, autoIndex: false, autoCreate: false, strict: false },
  )
  defineModel(connection, 'CorpCustomerSync', schema)
}

/** The collection itself. */
export const customerSyncRows = (connection: Connection) => database(connection).collection<SyncRow>(SYNCS)
