import type { Connection, mongo } from 'mongoose'
import type { ResolvedMessage } from '../core/message.js'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { KfCodeKind, KfState } from './ports.js'

/** How far an account has been read. */
export interface KfCursorRow {
  /** `<account>:<open_kfid>`. */
  _id: string
  /** Empty: from the oldest that is kept. */
  cursor: string
  /** Of the newest reader; a late one of an older lease writes nothing any more. */
  fence: number
  /** What is older was there before us. */
  since: Date
  /** How often we were told that something waits, and up to which of them everything has been read. */
  wanted: number
  done: number
  token?: string
  tokenAt?: Date
  /** When everything that waited had been read last. */
  readAt?: Date
  /** Not before. */
  nextAt: Date
  /** Since the last page. */
  failures: number
  reason?: string
  /** It waits because reads without a token are limited: a new token may go on at once. */
  seldom?: boolean
  /** Entries that were taken in, and skipped as history. */
  read: number
  skipped: number
}

/** Who has a customer's conversation, as far as we know. */
export interface KfSessionRow {
  /** `<account>:<customer>`. */
  _id: string
  account: string
  customer: string
  state: KfState
  staff?: string
  /** By the platform's clock. */
  at: Date
  /** When the platform itself said so last, or something happened that can only be so. */
  checkedAt: Date
  expiresAt: Date
}

/** What became of a code. The first two are under way. */
export type KfCodeStatus = 'waiting' | 'sending' | 'sent' | 'too-late' | 'failed' | 'none'

/** One code of an event, good for one message; kept 90 days. */
export interface KfCodeRow {
  /** `<account>:<code>`. */
  _id: string
  account: string
  code: string
  kind: KfCodeKind
  customer: string
  scene?: string
  staff?: string
  /** What is to be said, once it is known; until it is sent. */
  said?: ResolvedMessage
  status: KfCodeStatus
  at: Date
  receivedAt: Date
  deadline: Date
  source?: 'handler' | 'desk' | 'account'
  tries?: number
  reason?: string
  endedAt?: Date
  /** It has ended and the fact is not written yet. */
  untold?: boolean
}

const CURSORS = 'kf_cursors'
const SESSIONS = 'kf_sessions'
const CODES = 'kf_codes'
const KEPT_SECONDS = 90 * 86_400

/** The collections as models, for their indexes; call it before `ensureIndexes`. */
export function kfModels(connection: Connection): void {
  if (isDefined(connection, 'KfCursor')) return
  const of = (collection: string) => ({ collection, versionKey: false, autoIndex: false, autoCreate: false }) as const
  defineModel(connection, 'KfCursor', new Schema({ _id: { type: String, required: true } }, of(CURSORS)))
  const sessions = new Schema({ _id: { type: String, required: true }, expiresAt: Date }, of(SESSIONS))
  sessions.index({ expiresAt: 1 }, { name: 'kept', expireAfterSeconds: 0 })
  defineModel(connection, 'KfSession', sessions)
  const codes = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      customer: String,
      status: String,
      at: Date,
      deadline: Date,
      untold: Boolean,
    },
    of(CODES),
  )
  codes.index({ status: 1, deadline: 1 }, { name: 'work' })
  codes.index({ untold: 1 }, { name: 'untold', sparse: true })
  codes.index({ account: 1, customer: 1, at: -1 }, { name: 'customer' })
  codes.index({ at: 1 }, { name: 'retention', expireAfterSeconds: KEPT_SECONDS })
  defineModel(connection, 'KfCode', codes)
}

export const kfCursors = (connection: Connection): mongo.Collection<KfCursorRow> =>
  database(connection).collection<KfCursorRow>(CURSORS)

export const kfSessions = (connection: Connection): mongo.Collection<KfSessionRow> =>
  database(connection).collection<KfSessionRow>(SESSIONS)

export const kfCodes = (connection: Connection): mongo.Collection<KfCodeRow> =>
  database(connection).collection<KfCodeRow>(CODES)
