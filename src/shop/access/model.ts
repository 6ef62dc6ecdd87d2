import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'

/** One of a key's secrets, sealed by the vault. */
export interface SecretRow {
  sealed: string
  createdAt: Date
  /** Set when another took its place: it is taken until then. */
  endsAt?: Date
}

/** An API key. */
export interface KeyRow {
  _id: string
  name: string
  shop: string
  /** The account whose openids the shop means where it names none. */
  account?: string
  scopes: string[]
  perMinute: number
  /** Addresses or networks (`203.0.113.0/24`) it may be used from; empty for any. */
  addresses: string[]
  secrets: SecretRow[]
  createdAt: Date
  expiresAt?: Date
  revokedAt?: Date
  /** When a request was last signed with it, to the minute. */
  lastUsedAt?: Date
  /** The sample shop's, whose secret everybody knows. */
  demo?: true
}

/** A nonce that a key used. */
export interface NonceRow {
  /** `<key>:<nonce>`. */
  _id: string
  until: Date
}

/** What an `Idempotency-Key` led to. */
export interface AnswerRow {
  /** `<caller>:<key>`. */
  _id: string
  hash: string
  /** Who is at it. */
  token: string
  /** By the database's clock: after it somebody else may take it up. */
  leaseUntil: Date
  status?: number
  body?: string
  expiresAt: Date
}

/** A secret that the product made for itself. */
export interface OwnSecretRow {
  _id: string
  sealed: string
}

const TABLES = {
  keys: 'apiKeys',
  nonces: 'apiNonces',
  answers: 'apiAnswers',
  secrets: 'secrets',
} as const

/** The collection's name, for raw writes. */
export const NONCES: string = TABLES.nonces

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false } as const

/** The models, for their indexes; call it before `ensureIndexes`. */
export function accessModels(connection: Connection): void {
  if (isDefined(connection, 'ApiNonce')) return
  const nonces = new Schema(
    { _id: { type: String, required: true }, until: Date },
    { ...OPTIONS, collection: TABLES.nonces },
  )
  nonces.index({ until: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'ApiNonce', nonces)
  const answers = new Schema(
    {
      _id: { type: String, required: true },
      hash: String,
      token: String,
      leaseUntil: Date,
      status: Number,
      body: String,
      expiresAt: Date,
    },
    { ...OPTIONS, collection: TABLES.answers },
  )
  answers.index({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'ApiAnswer', answers)
}

/** The keys: read at most every 5 s and process, so they need no index. */
export const keyRows = (connection: Connection): mongo.Collection<KeyRow> =>
  database(connection).collection<KeyRow>(TABLES.keys)

/** The answers of the last day. */
export const answerRows = (connection: Connection): mongo.Collection<AnswerRow> =>
  database(connection).collection<AnswerRow>(TABLES.answers)

/** The product's own secrets. */
export const ownSecretRows = (connection: Connection): mongo.Collection<OwnSecretRow> =>
  database(connection).collection<OwnSecretRow>(TABLES.secrets)
