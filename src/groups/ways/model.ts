import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** What came of a join way; kept as things happen, made anew from the facts at night. */
export interface WayCounts {
  /** People who were offered it by a steering rule. */
  offered: number
  /** Of them: who opened what they were sent. */
  opened: number
  /** Who joined by it, offered or not. */
  joined: number
  /** Of them: who had been offered it. */
  steered: number
  /** Who left again. */
  left: number
}

/** A join way nobody has used yet. */
export const NO_COUNTS: WayCounts = { offered: 0, opened: 0, joined: 0, steered: 0, left: 0 }

/** A join way as we wrote it to the platform last, or read it there. */
export interface LiveWay {
  place: 'qr' | 'mini-program'
  groups: string[]
  remark: string
  state: string
  overflow?: { name: string; firstNumber: number }
}

/** What stands in a way's way. */
export interface WayProblem {
  code: string
  message: string
  fix: string
  /** Since when, and how often it was tried. */
  at: Date
  tries: number
  /** Not tried before then. */
  retryAt: Date
}

/** A join way on the platform. */
export interface WayRow {
  /** `<account>:<name>`. */
  _id: string
  account: string
  slug: string
  /** Every state it ever had: who came by an old one counts too. */
  states: string[]
  /** Absent until the platform has made it. */
  configId?: string
  qrCode?: string
  live?: LiveWay
  /** Groups the platform made for it when all were full. */
  found: string[]
  /** Every group it ever led to by our own writing: tells what the platform added from what was taken out. */
  led?: string[]
  /** Written before the platform is asked to make the way; gone when the answer is known. */
  intent?: { at: Date }
  /** Attempts whose end nobody knows: each may have left a way that nobody has seen and nobody can find. */
  lost: number
  /** Whether somebody could still join at the last look. */
  room?: boolean
  problem?: WayProblem
  counts: WayCounts
  createdAt: Date
  /** When it was last read from the platform. */
  readAt?: Date
}

const WAYS = 'join_ways'

/** The join ways as a mongoose model; call it before `ensureIndexes`. */
export function wayModel(connection: Connection): void {
  const mixed = Schema.Types.Mixed
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      slug: String,
      states: [String],
      configId: String,
      qrCode: String,
      live: mixed,
      found: [String],
      led: { type: [String], default: undefined },
      intent: mixed,
      lost: Number,
      room: Boolean,
      problem: mixed,
      counts: mixed,
      createdAt: Date,
      readAt: Date,
    },
    { collection: WAYS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ account: 1, states: 1 }, { name: 'state' })
  defineModel(connection, 'JoinWay', schema)
}

/** The rows of join ways. */
export type WayRows = mongo.Collection<WayRow>

/** The collection itself. */
export function wayRows(connection: Connection): WayRows {
  return database(connection).collection<WayRow>(WAYS)
}
