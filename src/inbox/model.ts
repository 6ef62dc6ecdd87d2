import type { Connection } from 'mongoose'
import type { ResolvedMessage } from '../core/message.js'
import type { Envelope } from '../platforms/platform.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'

/** The collection's name; the hot path writes to it without mongoose. */
export const INBOX = 'inbox'

/** Where an update stands. */
export type InboxState =
  /** Stored; its handlers have yet to end. */
  | 'received'
  | 'done'
  /** A handler threw; a person may replay it. */
  | 'failed'
  /** Its handlers never came to an end, repeatedly (the process died under them); a person may replay it. */
  | 'dead'

/** One accepted update. Bodies leave after `config.inbox.keep`, and with them the deduplication key. */
export interface InboxRow extends AcceptedRow {
  state: InboxState
  /** The process whose handlers run, while `received`. */
  owner?: string
  /** By the database's clock; only open rows have one, so its index holds nothing else. */
  leaseUntil?: Date
  /** Grows with every owner; every later write checks it. */
  fence: number
  /** How often handlers were started. */
  attempts: number
  /** What rode the response to the push; a resend gets it again. */
  answer?: ResolvedMessage | null
  /** The reply came after the budget and went by the outbox. */
  late?: boolean
  /** Why it failed, without secrets. */
  error?: string
  failedAt?: Date
  finishedAt?: Date
  /** Not stored: the batch that says all of this, as the row itself says nothing. */
  inBatch?: string
}

/** What is stored of an update once and never changes, but for erasure. */
export interface AcceptedRow {
  /** `<account>:<update id>`: the one key that tells a resend from a new update. */
  _id: string
  account: string
  platform: string
  /** `<account>:<openid>` as of `contactKey`. */
  contact: string
  kind: string
  /** By the platform's clock. */
  at: Date
  /** By ours. */
  receivedAt: Date
  envelope: Envelope
}

/**
 * A row as the store has it. One that came alone says itself where it stands. One that came with others names their
 * batch, and where it stands is said there: so the row is written once and never again, which halves the store's work.
 * As soon as anything but a plain end in time happens to it (it fails, is late, is slow, is taken over, is erased) the
 * row says it itself, and what it says counts before what its batch says.
 */
export type StoredRow = InboxRow | (AcceptedRow & { batch: string; state?: undefined })

/** Rows that were stored together; a document of the same collection, written with them in one command. */
export interface InboxBatch {
  /** `#<process>:<number>`; ids of rows begin with an account, which never looks like that. */
  _id: string
  /** Its rows, those included that the store refused as duplicates: a row names its batch. */
  ids: string[]
  /** When the newest of its rows came: it stays as long as they do. */
  receivedAt: Date
  /** While rows are open that do not say it themselves. */
  owner?: string
  leaseUntil?: Date
  /** How rows ended, by their place in `ids`; equal answers are kept once. */
  ends?: BatchEnd[]
  finishedAt?: Date
}

/** Rows of a batch that ended alike: in time, and with this answer. */
export interface BatchEnd {
  answer: ResolvedMessage | null
  places: number[]
}

/**
 * The inbox as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`.
 * `keepMs` is how long rows stay, at least 7 days in production.
 */
export function inboxModel(connection: Connection, keepMs = 30 * 86_400_000): void {
  if (isDefined(connection, 'Inbox')) return
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      platform: String,
      contact: String,
      kind: String,
      at: Date,
      receivedAt: Date,
      envelope: { type: { body: String, mode: String, format: String }, _id: false },
      state: String,
      owner: String,
      leaseUntil: Date,
      fence: Number,
      attempts: Number,
      answer: Schema.Types.Mixed,
      late: Boolean,
      error: String,
      failedAt: Date,
      finishedAt: Date,
      batch: String,
    },
    { collection: INBOX, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ receivedAt: 1 }, { name: 'kept', expireAfterSeconds: Math.round(keepMs / 1000) })
  schema.index({ contact: 1, receivedAt: 1 }, { name: 'thread' })
  schema.index({ leaseUntil: 1 }, { name: 'open', sparse: true })
  schema.index({ failedAt: 1 }, { name: 'failures', sparse: true })
  defineModel(connection, 'Inbox', schema)
}
