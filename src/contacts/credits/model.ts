import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'

/** One thing that changed what is left of a template. */
export interface CreditEntry {
  /** The update or the delivery it comes from; each counts once. */
  id: string
  at: Date
  /** `none`: refused, or the platform says that nothing is left. `sum` stands for everything before it. */
  change: 'accepted' | 'spent' | 'none' | 'sum'
  sum?: number
}

/** What one person accepted of one subscription template, and what was used of it. */
export interface CreditRow {
  /** `<identity key>#<template id>`. */
  _id: string
  /** The identity. */
  key: string
  template: string
  credits: number
  /** In the order of time. */
  entries: CreditEntry[]
  /** Grows with every write: two writers never overwrite each other. */
  version: number
}

const CREDITS = 'credits'

/** The ledgers as a mongoose model, for their index; call it before `ensureIndexes`. */
export function creditModel(connection: Connection): void {
  if (isDefined(connection, 'Credit')) return
  const entry = { id: String, at: Date, change: String, sum: Number }
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      key: String,
      template: String,
      credits: Number,
      entries: { type: [{ ...entry, _id: false }] },
      version: Number,
    },
    { collection: CREDITS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ key: 1 }, { name: 'identity' })
  defineModel(connection, 'Credit', schema)
}

/** The collection itself. */
export function creditRows(connection: Connection): mongo.Collection<CreditRow> {
  return database(connection).collection<CreditRow>(CREDITS)
}
