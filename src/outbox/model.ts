import { type Connection, type Model, Schema } from 'mongoose'
import type { DeliveryRow } from './delivery.js'

/** The collection's name; the queue works on it without mongoose. */
export const OUTBOX = 'outbox'

/**
 * The outbox as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`. Ended deliveries
 * leave after 90 days (their facts stay in the events). The queue's indexes hold open rows only.
 */
export function outboxModel(connection: Connection, keepMs = 90 * 86_400_000): Model<DeliveryRow> {
  const known = connection.models['Delivery'] as Model<DeliveryRow> | undefined
  if (known) return known
  const schema = new Schema<DeliveryRow>(
    {
      _id: { type: String, required: true },
      account: String,
      to: String,
      contact: String,
      purpose: String,
      message: Schema.Types.Mixed,
      source: String,
      state: String,
      createdAt: Date,
      dueAt: Date,
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
      reason: String,
      detail: String,
      code: Number,
      receipt: String,
      sentAt: Date,
      endedAt: Date,
    },
    { collection: OUTBOX, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ nextAt: 1, seq: 1 }, { name: 'due', partialFilterExpression: { open: true } })
  schema.index({ contact: 1, seq: 1 }, { name: 'lane', partialFilterExpression: { open: true } })
  schema.index({ contact: 1 }, { name: 'one-at-a-time', unique: true, partialFilterExpression: { busy: true } })
  schema.index({ leaseUntil: 1 }, { name: 'leases', sparse: true })
  schema.index({ contact: 1, createdAt: -1 }, { name: 'history' })
  schema.index({ source: 1 }, { name: 'source' })
  schema.index({ endedAt: 1 }, { name: 'kept', expireAfterSeconds: Math.round(keepMs / 1000) })
  schema.index({ endedAt: -1, state: 1 }, { name: 'attention', partialFilterExpression: { attention: true } })
  schema.index({ untold: 1 }, { name: 'untold', sparse: true })
  return connection.model<DeliveryRow>('Delivery', schema)
}
