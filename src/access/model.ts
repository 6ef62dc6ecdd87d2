import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'
import type { Role } from './roles.js'

/** Somebody who may use the console. */
export interface PersonRow {
  _id: string
  /** In small letters; unique. */
  login: string
  name: string
  roles: Role[]
  passwordHash?: string
  /** One more with every change of what proves who she is: sessions of an earlier one are over. */
  credential: number
  /** One more with every change of the row by people. */
  rev: number
  totp?: { sealed: string; since: Date; lastStep: number }
  /** A secret that was shown and not proven yet. */
  totpAsked?: { sealed: string; until: Date }
  /** Hashes of recovery codes that were not used. */
  recovery: string[]
  wecom?: { corp: string; staff: string }
  createdAt: Date
  lastSignInAt?: Date
  disabledAt?: Date
}

/** A session, or the half of one that waits for the second factor. */
export interface SessionRow {
  /** The token's hash. */
  _id: string
  /** Its name for people: `ses_...`. */
  name: string
  person: string
  stage: 'full' | 'second-factor'
  /** The person's `credential` when it began. */
  credential: number
  createdAt: Date
  lastSeenAt: Date
  endsAt: Date
  address: string
  agent: string
}

/** A link that is good once. */
export interface LinkRow {
  /** The token's hash. */
  _id: string
  kind: 'owner' | 'invitation' | 'reset'
  person?: string
  createdAt: Date
  endsAt: Date
}

/** Attempts in a window of time. */
export interface AttemptRow {
  /** `<bucket>@<number of the window>`. */
  _id: string
  count: number
  endsAt: Date
}

const TABLES = {
  people: 'people',
  sessions: 'consoleSessions',
  links: 'accessLinks',
  attempts: 'accessAttempts',
} as const

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
const ID = { _id: { type: String, required: true } }

/** The models, for their indexes; call it before `ensureIndexes`. */
export function accessModels(connection: Connection): void {
  const people = new Schema({ ...ID, login: String }, { ...OPTIONS, collection: TABLES.people })
  people.index({ login: 1 }, { name: 'login', unique: true })
  people.index({ 'wecom.corp': 1, 'wecom.staff': 1 }, { name: 'wecom', sparse: true })
  defineModel(connection, 'Person', people)
  const sessions = new Schema({ ...ID, person: String, endsAt: Date }, { ...OPTIONS, collection: TABLES.sessions })
  sessions.index({ person: 1 }, { name: 'person' })
  sessions.index({ endsAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'ConsoleSession', sessions)
  const links = new Schema({ ...ID, endsAt: Date }, { ...OPTIONS, collection: TABLES.links })
  links.index({ endsAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'AccessLink', links)
  const attempts = new Schema({ ...ID, endsAt: Date }, { ...OPTIONS, collection: TABLES.attempts })
  attempts.index({ endsAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'AccessAttempt', attempts)
}

/** The people. */
export const personRows = (connection: Connection): mongo.Collection<PersonRow> =>
  database(connection).collection<PersonRow>(TABLES.people)

/** Their sessions. */
export const sessionRows = (connection: Connection): mongo.Collection<SessionRow> =>
  database(connection).collection<SessionRow>(TABLES.sessions)

/** Links that were not used. */
export const linkRows = (connection: Connection): mongo.Collection<LinkRow> =>
  database(connection).collection<LinkRow>(TABLES.links)

/** Attempts of the last hour. */
export const attemptRows = (connection: Connection): mongo.Collection<AttemptRow> =>
  database(connection).collection<AttemptRow>(TABLES.attempts)
