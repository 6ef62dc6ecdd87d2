import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'
import type { Channel } from '../channel.js'

/** A receipt whose delivery was not found yet. */
export interface ReceiptRow {
  /** `<account>:<message id>`. */
  _id: string
  account: string
  /** The person's id; empty for receipts about nobody. */
  to: string
  channel: Channel
  messageId: string
  ok: boolean
  /** The platform's own words. */
  status: string
  /** By the platform's clock. */
  at: Date
  template?: string
  receivedAt: Date
}

/** The collection's name. */
export const RECEIPTS = 'receipts'

/** Waiting receipts as a mongoose model, for its index; call it before `ensureIndexes`. They leave after an hour. */
export function receiptModel(connection: Connection): void {
  if (isDefined(connection, 'Receipt')) return
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      to: String,
      channel: String,
      messageId: String,
      ok: Boolean,
      status: String,
      at: Date,
      template: String,
      receivedAt: Date,
    },
    { collection: RECEIPTS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ receivedAt: 1 }, { name: 'waiting', expireAfterSeconds: 3600 })
  defineModel(connection, 'Receipt', schema)
}

/** The collection itself. */
export function receipts(connection: Connection): mongo.Collection<ReceiptRow> {
  return database(connection).collection<ReceiptRow>(RECEIPTS)
}
