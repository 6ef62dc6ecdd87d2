import type { Connection, mongo } from 'mongoose'
import type { Rule } from '../library/rule.js'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'

/** A segment that was put by API. */
export interface SegmentRow {
  /** The slug. */
  _id: string
  title: string
  description?: string
  /** As it was sent; as text, so that nothing of it is ever read as an operator. */
  rule: string
  /** Grows with every change. */
  version: number
  updatedAt: Date
  updatedBy: string
}

const SEGMENTS = 'segments'

/** The stored segments as a mongoose model; call it before `ensureIndexes`. */
export function segmentModel(connection: Connection): void {
  if (isDefined(connection, 'Segment')) return
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      title: String,
      description: String,
      rule: String,
      version: Number,
      updatedAt: Date,
      updatedBy: String,
    },
    { collection: SEGMENTS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  defineModel(connection, 'Segment', schema)
}

/** The collection itself. */
export function segmentRows(connection: Connection): mongo.Collection<SegmentRow> {
  return database(connection).collection<SegmentRow>(SEGMENTS)
}

/** The rule of a stored segment. */
export const ruleOf = ({ rule }: Pick<SegmentRow, 'rule'>): Rule => JSON.parse(rule) as Rule
