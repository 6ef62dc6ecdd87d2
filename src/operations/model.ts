import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'

/** The calls of one endpoint that ended with one code within one hour. */
export interface CallRow {
  /** `<hour>|<account>|<endpoint>|<code>`. */
  _id: string
  /** The hour's beginning. */
  hour: Date
  account: string
  endpoint: string
  /** The errcode, `0` for success, or `not-sent`, `uncertain`, `http-502`. */
  code: string
  count: number
  /** Of all these calls together. */
  ms: number
  slowestMs: number
  lastAt: Date
  /** The platform's id of the last of them. */
  rid?: string
}

/** What came to an account's callback last. */
export interface CallbackRow {
  /** The account. */
  _id: string
  /** The last push that was taken. */
  lastAt?: Date
  kind?: string
  /** How the last push was encrypted. */
  mode?: string
  /** When the platform (or our doctor) last checked the address. */
  checkedAt?: Date
  refused?: number
  refusedAt?: Date
  refusedReason?: string
}

/** A sign of life of one process. */
export interface ProcessRow {
  /** Made at its start. */
  _id: string
  host: string
  pid: number
  role: string
  version: string
  node: string
  startedAt: Date
  /** By the database's clock. */
  seenAt: Date
  rssBytes: number
  heapBytes: number
  /** How busy its event loop was since the sign before, 0 to 1. */
  busy: number
  /** How far the database's clock is ahead of this machine's. */
  clockOffsetMs: number
  /** Updates between their arrival and their end. */
  underWay: number
  spoolBytes: number
}

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false, strict: false } as const
const DAY_S = 86_400

/** How long counts of calls are kept, and a process that fell silent. */
export const KEPT = { callDays: 30, processSeconds: 900 } as const

/** The models, for their indexes; call it before `ensureIndexes`. */
export function operationsModels(connection: Connection): void {
  const calls = new Schema({ _id: { type: String, required: true }, hour: Date }, { ...OPTIONS, collection: CALLS })
  calls.index({ hour: 1 }, { name: 'kept', expireAfterSeconds: KEPT.callDays * DAY_S })
  defineModel(connection, 'PlatformCall', calls)
  const processes = new Schema(
    { _id: { type: String, required: true }, seenAt: Date },
    { ...OPTIONS, collection: PROCESSES },
  )
  processes.index({ seenAt: 1 }, { name: 'kept', expireAfterSeconds: KEPT.processSeconds })
  defineModel(connection, 'Process', processes)
}

const CALLS = 'platformCalls'
const PROCESSES = 'processes'

/** Counts of calls, one document an hour, endpoint and code. */
export const callRows = (connection: Connection): mongo.Collection<CallRow> =>
  database(connection).collection<CallRow>(CALLS)

/** One document an account: read whole. */
export const callbackRows = (connection: Connection): mongo.Collection<CallbackRow> =>
  database(connection).collection<CallbackRow>('callbacks')

/** One document a process: read whole. */
export const processRows = (connection: Connection): mongo.Collection<ProcessRow> =>
  database(connection).collection<ProcessRow>(PROCESSES)
