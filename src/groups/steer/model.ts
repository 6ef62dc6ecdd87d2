import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** A join way that was offered to a person. */
export interface OfferRow {
  /** Derived from what it answers: the same update offers once. */
  _id: string
  contact: string
  /** Where it was offered: an account of ours. */
  account: string
  /** The rule set, or the way's own name. */
  set: string
  rule: number | 'default'
  /** The corporation and the way. */
  corp: string
  way: string
  at: Date
  /** When its page ends. */
  until: Date
  openedAt?: Date
  joinedAt?: Date
  group?: string
}

/** How far the facts of joins and leaves have been read. */
export interface CursorRow {
  _id: string
  at: Date
}

const OFFERS = 'steer_offers'
const CURSORS = 'steer_cursors'
/** Offers are kept so long behind their end: somebody may join late by a code that was saved. */
const KEEP_SECONDS = 90 * 86_400

/** The offers as a mongoose model; call it before `ensureIndexes`. */
export function steerModel(connection: Connection): void {
  const options = { versionKey: false, autoIndex: false, autoCreate: false } as const
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      contact: String,
      account: String,
      set: String,
      rule: Schema.Types.Mixed,
      corp: String,
      way: String,
      at: Date,
      until: Date,
      openedAt: Date,
      joinedAt: Date,
      group: String,
    },
    { collection: OFFERS, ...options },
  )
  schema.index({ contact: 1, at: -1 }, { name: 'contact' })
  schema.index({ until: 1 }, { name: 'expiry', expireAfterSeconds: KEEP_SECONDS })
  defineModel(connection, 'SteerOffer', schema)
  const cursor = new Schema({ _id: { type: String, required: true }, at: Date }, { collection: CURSORS, ...options })
  defineModel(connection, 'SteerCursor', cursor)
}

/** The offers themselves. */
export const offerRows = (connection: Connection): mongo.Collection<OfferRow> =>
  database(connection).collection<OfferRow>(OFFERS)

/** The cursors. */
export const cursorRows = (connection: Connection): mongo.Collection<CursorRow> =>
  database(connection).collection<CursorRow>(CURSORS)
