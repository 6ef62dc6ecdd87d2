import type { Connection } from 'mongoose'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import { receiptModel } from './receipts/model.js'

/** The collection's name; the queue works on it without mongoose. */
export const OUTBOX = 'outbox'

/** Deliveries that are over: for them a list by state has its own index, written once per delivery. */
export const ENDED = { endedAt: { $exists: true } } as const

/**
 * The outbox as a mongoose model, for reading and for its indexes (and those of receipts); call it before `ensureIndexes`. Ended deliveries
 * leave after 90 days (their facts stay in the events). The queue's indexes hold open rows only.
 */
export function outboxModel(connection: Connection, keepMs = 90 * 86_400_000): void {
  if (isDefined(connection, 'Delivery')) return
  receiptModel(connection)
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      to: String,
      contact: String,
      purpose: String,
      message: Schema.Types.Mixed,
      options: { type: [Schema.Types.Mixed], default: undefined },
      option: Number,
      channel: String,
      source: String,
      state: String,
      createdAt: Date,
      dueAt: Date,
      expiresAt: Date,
      unless: String,
      seq: Number,
      nextAt: Date,
      attempts: Number,
      fence: Number,
      open: Boolean,
      busy: Boolean,
      attention: Boolean,
      untold: Boolean,
      owner: String,
      leaseUntil: Date,
      sendingAt: Date,
      unclearSince: Date,
      tries: Schema.Types.Mixed,
      reasons: { type: [Schema.Types.Mixed], default: undefined },
      crashes: Number,
      crashesAlone: Number,
      alone: Boolean,
      reason: String,
      detail: String,
      code: Number,
      receipt: String,
      sentAt: Date,
      endedAt: Date,
      confirmedAt: Date,
      settled: Schema.Types.Mixed,
      resendOf: String,
      resentAs: String,
    },
    { collection: OUTBOX, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ nextAt: 1, seq: 1 }, { name: 'due', partialFilterExpression: { open: true } })
  schema.index({ contact: 1, seq: 1 }, { name: 'lane', partialFilterExpression: { open: true } })
  schema.index({ contact: 1 }, { name: 'one-at-a-time', unique: true, partialFilterExpression: { busy: true } })
  schema.index({ leaseUntil: 1 }, { name: 'leases', sparse: true })
  schema.index({ contact: 1, createdAt: -1 }, { name: 'history' })
  schema.index({ createdAt: -1, seq: -1 }, { name: 'newest' })
  schema.index({ state: 1, createdAt: -1, seq: -1 }, { name: 'ended', partialFilterExpression: ENDED })
  schema.index({ source: 1 }, { name: 'source' })
  schema.index({ endedAt: 1 }, { name: 'kept', expireAfterSeconds: Math.round(keepMs / 1000) })
  schema.index({ endedAt: -1, seq: -1 }, { name: 'unsettled', partialFilterExpression: { attention: true } })
  schema.index({ untold: 1 }, { name: 'untold', sparse: true })
  schema.index({ receipt: 1 }, { name: 'receipt', sparse: true })
  defineModel(connection, 'Delivery', schema)
}
