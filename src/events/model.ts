import { type Connection, type Model, type mongo, Schema } from 'mongoose'
import { database } from '../store/connect.js'

/** A fact as it lies in the store. */
export interface EventRow {
  /** `<source>:<id>`: the same fact is stored once. */
  _id: string
  source: string
  type: string
  contact?: string
  account?: string
  occurredAt: Date
  receivedAt: Date
  props: Record<string, unknown>
}

export type EventRows = mongo.Collection<EventRow>

/** The collection's name; facts are written to it without mongoose's documents. */
export const EVENTS = 'events'

/** The facts as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`. */
export function eventModel(connection: Connection): Model<EventRow> {
  const known = connection.models['Event'] as Model<EventRow> | undefined
  if (known) return known
  const schema = new Schema<EventRow>(
    {
      _id: { type: String, required: true },
      source: String,
      type: String,
      contact: String,
      account: String,
      occurredAt: Date,
      receivedAt: Date,
      props: Schema.Types.Mixed,
    },
    { collection: EVENTS, versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
  )
  schema.index({ contact: 1, occurredAt: -1 }, { name: 'history' })
  schema.index({ type: 1, occurredAt: -1 }, { name: 'type' })
  return connection.model<EventRow>('Event', schema)
}

/** The collection itself. */
export function eventRows(connection: Connection): EventRows {
  return database(connection).collection<EventRow>(EVENTS)
}
