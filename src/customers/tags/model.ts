import { type Connection, database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** A tag of a corporation (企业标签), as the platform had it last. */
export interface CorpTagRow {
  /** `<account>:<tag id>`. */
  _id: string
  account: string
  tag: string
  name: string
  group: string
  groupName: string
  /** Removed there; kept for the names of old rows. */
  goneAt?: Date
  readAt: Date
}

const TAGS = 'corpTags'

/** The catalogue as a mongoose model; call it before `ensureIndexes`. */
export function corpTagModel(connection: Connection): void {
  const schema = new Schema(
    { _id: { type: String, required: true }, account: String, tag: String, name: String },
    { collection: TAGS, versionKey: false, autoIndex: false, autoCreate: false, strict: false },
  )
  schema.index({ account: 1, name: 1 }, { name: 'name' })
  defineModel(connection, 'CorpTag', schema)
}

/** The collection itself. */
export const corpTagRows = (connection: Connection) => database(connection).collection<CorpTagRow>(TAGS)
