import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'

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
export function eventModel(connection: Connection): void {
  if (isDefined(connection, 'Event')) return
  const schema = new Schema(
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
  // With the contact, conditions on facts are answered from the index alone.
  schema.index({ type: 1, occurredAt: -1, contact: 1 }, { name: 'type' })
  schema.index({ type: 1, receivedAt: 1 }, { name: 'feed' })
  schema.index({ occurredAt: -1 }, { name: 'time' })
  defineModel(connection, 'Event', schema)
}

/** The collection itself. */
export function eventRows(connection: Connection): EventRows {
  return database(connection).collection<EventRow>(EVENTS)
}
