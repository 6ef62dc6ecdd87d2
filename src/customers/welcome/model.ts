import type { Connection, mongo } from 'mongoose'
import type { ResolvedMessage } from '../../core/message.js'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** What became of a welcome. The first two are under way. */
export type WelcomeStatus =
  | 'waiting'
  /** Some process is sending it; nobody else may. */
  | 'sending'
  | 'sent'
  /** The conversation had begun, or the console's own welcome went out. */
  | 'not-due'
  /** The code was over before anything could be sent. */
  | 'too-late'
  /** Refused, or unclear whether it arrived; the reason says which. */
  | 'failed'
  /** A newer code of the same two people took its place. */
  | 'superseded'
  /** Nobody has said what to welcome with. */
  | 'none'

/** Who said what a customer is welcomed with, in the order in which they are asked. */
export type WelcomeSource = 'handler' | 'way' | 'default'

/** One welcome code and what became of it; kept 90 days. */
export interface WelcomeRow {
  /** `<account>:<code>`: a code is used once. */
  _id: string
  account: string
  code: string
  /** The update that brought it. */
  update: string
  staff: string
  customer: string
  /** The channel the customer came by. */
  state?: string
  status: WelcomeStatus
  /** When the customer was added, by the platform's clock. */
  at: Date
  receivedAt: Date
  /** The code is good until then. */
  deadline: Date
  /** What a handler replied, until it is sent. */
  said?: readonly ResolvedMessage[]
  source?: WelcomeSource
  reason?: string
  tries?: number
  endedAt?: Date
  /** It has ended and the fact is not written yet. */
  untold?: boolean
}

const WELCOMES = 'corp_welcomes'
const KEPT_SECONDS = 90 * 86_400

/** The welcomes as a model, for their indexes; call it before `ensureIndexes`. */
export function welcomeModel(connection: Connection): void {
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      code: String,
      update: String,
      staff: String,
      customer: String,
      state: String,
      status: String,
      at: Date,
      receivedAt: Date,
      deadline: Date,
      said: Schema.Types.Mixed,
      source: String,
      reason: String,
      tries: Number,
      endedAt: Date,
      untold: Boolean,
    },
    { collection: WELCOMES, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ status: 1, deadline: 1 }, { name: 'work' })
  schema.index({ untold: 1 }, { name: 'untold', sparse: true })
  schema.index({ account: 1, customer: 1, at: -1 }, { name: 'customer' })
  schema.index({ at: 1 }, { name: 'retention', expireAfterSeconds: KEPT_SECONDS })
  defineModel(connection, 'CorpWelcome', schema)
}

/** The collection itself. */
export function welcomeRows(connection: Connection): mongo.Collection<WelcomeRow> {
  return database(connection).collection<WelcomeRow>(WELCOMES)
}
