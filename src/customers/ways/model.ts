import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** What a way is on the platform. */
export interface Made {
  /** The platform's id; nothing but our row knows it. */
  id: string
  /** The picture's address; only of QR codes. */
  qrCode?: string
  at: Date
}

/** What the platform has of a way, as far as we know. */
export interface Applied {
  staff: string[]
  remark: string
  confirm: boolean
}

/** Why a way is not as it should be, in words for an operator. */
export interface WayProblem {
  kind: 'full' | 'staff' | 'gone' | 'unclear' | 'later' | 'refused'
  message: string
  at: Date
}

/** A contact way: its definition, what it is on the platform, and what came of it. */
export interface WayRow {
  /** `<account>:<slug>`. */
  _id: string
  account: string
  slug: string
  origin: 'file' | 'store'
  /** As it was written, JSON. */
  definition: string
  version: number
  updatedAt: Date
  updatedBy: string
  createdAt: Date
  /** The channel: unique in the account, and never another one for this row. */
  state: string
  made?: Made
  applied?: Applied
  /** Its making was begun: until it is known how that ended, nothing else is made. */
  making?: { since: Date; by: string }
  problem?: WayProblem
  /** Members whom the platform refused; they are left out until then. */
  barred?: { staff: string[]; until: Date }
  /** Nothing is tried before. */
  nextAt?: Date
  tries?: number
  /** It is to go from the platform, or has gone; the row stays for its channel and counts. */
  removedAt?: Date
  /** Its file is not there any more; the code goes on working. */
  orphan?: boolean
  /** Found different on the platform by the nightly comparison; repaired by the next change. */
  drifts?: number
  counts: WayCounts
}

export interface WayCounts {
  added: number
  /** Customers who came by it and deleted the member. */
  lost: number
}

/** Newcomers of a member by a way on a business day (Asia/Shanghai). */
export interface WayDayRow extends WayCounts {
  /** `<account>:<slug>:<day>:<staff>`. */
  _id: string
  way: string
  day: string
  staff: string
}

/** What is left to do for a newcomer: tags, and a remark. */
export interface WayTaskRow {
  /** The touch it comes from. */
  _id: string
  account: string
  staff: string
  customer: string
  way: string
  tags: string[]
  remark?: string
  /** Absent once it is done: the row stays a while, so that an update that comes again does nothing. */
  dueAt?: Date
  doneAt?: Date
  tries: number
  createdAt: Date
  reason?: string
}

const WAYS = 'corp_ways'
const DAYS = 'corp_way_days'
const TASKS = 'corp_way_tasks'
const TASKS_KEPT_SECONDS = 30 * 86_400

/** The contact ways as models, for their indexes; call it before `ensureIndexes`. */
export function wayModels(connection: Connection): void {
  const mixed = Schema.Types.Mixed
  const options = { versionKey: false, autoIndex: false, autoCreate: false } as const
  const ways = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      slug: String,
      origin: String,
      definition: String,
      version: Number,
      updatedAt: Date,
      updatedBy: String,
      createdAt: Date,
      state: String,
      made: mixed,
      applied: mixed,
      making: mixed,
      problem: mixed,
      barred: mixed,
      nextAt: Date,
      tries: Number,
      removedAt: Date,
      orphan: Boolean,
      drifts: Number,
      counts: mixed,
    },
    { collection: WAYS, ...options },
  )
  ways.index({ account: 1, state: 1 }, { name: 'state', unique: true })
  defineModel(connection, 'CorpWay', ways)
  const days = new Schema(
    { _id: { type: String, required: true }, way: String, day: String, staff: String, added: Number, lost: Number },
    { collection: DAYS, ...options },
  )
  days.index({ way: 1, day: -1 }, { name: 'way' })
  defineModel(connection, 'CorpWayDay', days)
  const tasks = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      staff: String,
      customer: String,
      way: String,
      tags: [String],
      remark: String,
      dueAt: Date,
      doneAt: Date,
      tries: Number,
      createdAt: Date,
      reason: String,
    },
    { collection: TASKS, ...options },
  )
  tasks.index({ dueAt: 1 }, { name: 'due' })
  tasks.index({ account: 1, customer: 1 }, { name: 'customer' })
  tasks.index({ createdAt: 1 }, { name: 'retention', expireAfterSeconds: TASKS_KEPT_SECONDS })
  defineModel(connection, 'CorpWayTask', tasks)
}

/** The ways themselves. */
export const wayRows = (connection: Connection): mongo.Collection<WayRow> =>
  database(connection).collection<WayRow>(WAYS)
/** Their counts by day and member. */
export const wayDayRows = (connection: Connection): mongo.Collection<WayDayRow> =>
  database(connection).collection<WayDayRow>(DAYS)
/** What is left to do for newcomers. */
export const wayTaskRows = (connection: Connection): mongo.Collection<WayTaskRow> =>
  database(connection).collection<WayTaskRow>(TASKS)
