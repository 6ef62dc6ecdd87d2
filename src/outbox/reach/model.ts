import type { Connection, mongo } from 'mongoose'
import type { Purpose } from '../../core/outcome.js'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'
import type { Channel } from '../channel.js'

/** One line of the books, about up to 1,000 people. */
export interface BookLine {
  /**
   * `touch`: they get the message, or may have got it. `undo`: they surely did not. `block`: the platform takes nothing
   * for them. `join`: their lines belong to another contact, who is the same person.
   */
  kind: 'touch' | 'undo' | 'block' | 'join'
  /** Contact ids, as of `packIds`. */
  people: mongo.Binary | Uint8Array
  account?: string
  channel?: Channel
  purpose?: Purpose
  source?: string
  /** A delivery of the outbox, which the windows count by its own row. */
  single?: true
  /** Where it differs from the row's. */
  at?: Date
  into?: string
}

/**
 * What was booked together. The rows are numbered without a gap: whoever wants to write the next one must have read all
 * before it, which keeps caps over all processes.
 */
export interface BookRow {
  /** 1, 2, 3 ... */
  _id: number
  at: Date
  lines: BookLine[]
}

/** The calls of one API on one day of the platform. */
export interface QuotaRow {
  /** `<account>:<day>:<path>`. */
  _id: string
  account: string
  /** When the platform's day began. */
  day: Date
  path: string
  calls: number
  /** The platform said that nothing is left. */
  parkedUntil?: Date
  keepUntil: Date
}

/** The collections' names. */
export const TOUCHES = 'touches'
export const QUOTAS = 'quotas'

/** Rows of the books are kept so long, in ms: more than the month that caps and mass sends look back. */
export const BOOKS_KEPT_MS = 40 * 86_400_000

/** Both as mongoose models, for their indexes; call it before `ensureIndexes`. */
export function reachModels(connection: Connection): void {
  bookModel(connection)
  quotaModel(connection)
}

function bookModel(connection: Connection): void {
  if (isDefined(connection, 'Touch')) return
  const schema = new Schema(
    { _id: { type: Number, required: true }, at: Date, lines: [Schema.Types.Mixed] },
    { collection: TOUCHES, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ at: 1 }, { name: 'kept', expireAfterSeconds: BOOKS_KEPT_MS / 1000 })
  defineModel(connection, 'Touch', schema)
}

function quotaModel(connection: Connection): void {
  if (isDefined(connection, 'Quota')) return
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      day: Date,
      path: String,
      calls: Number,
      parkedUntil: Date,
      keepUntil: Date,
    },
    { collection: QUOTAS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ account: 1, day: 1 }, { name: 'day' })
  schema.index({ keepUntil: 1 }, { name: 'kept', expireAfterSeconds: 0 })
  defineModel(connection, 'Quota', schema)
}

/** The collections themselves; the paths of every campaign go without mongoose's documents. */
export function bookRows(connection: Connection): mongo.Collection<BookRow> {
  return database(connection).collection<BookRow>(TOUCHES)
}
export function quotaRows(connection: Connection): mongo.Collection<QuotaRow> {
  return database(connection).collection<QuotaRow>(QUOTAS)
}
