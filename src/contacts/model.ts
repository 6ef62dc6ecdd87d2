import { type Connection, type mongo, Types } from 'mongoose'
import type { ConsentPurpose } from '../core/context.js'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { IdentityKind } from './identity.js'

/** A contact as one account knows it. */
export interface Identity {
  /** `identityKey` of the other fields; unique over all contacts. */
  key: string
  platform: IdentityKind
  account: string
  /** The person's id there (an openid, the shop's user id ...). */
  externalId: string
  boundAt: Date
  follow: Follow
  /** The channel code that brought the person here first, and the one used last. */
  firstScene?: SceneTouch
  lastScene?: SceneTouch
  /** When the platform's list of followers last named the person (`weloop sync followers`). */
  syncedAt?: Date
  /** The mirrored tags that both sides had then: tells who changed what since. */
  mirrored?: string[]
}

/** Whether the person follows the account, since when. */
export interface Follow {
  following: boolean
  at: Date
}

export interface SceneTouch {
  scene: string
  at: Date
}

/** What a person allowed or forbade, with the evidence the law asks for. */
export interface Consent {
  allowed: boolean
  at: Date
  /** Where it was said: a kind of update, `console`, `import` ... */
  source: string
  /** Which wording the person saw. */
  textVersion?: string
}

/** What a person bought, reckoned from the order facts of all shops; `src/shop/derive.ts` says how. Money is fen. */
export interface Bought {
  /** Paid orders that were not wholly refunded. */
  orderCount: number
  /** What was paid for all orders, and what of it went back. */
  paidFen: number
  refundedFen: number
  /** When the first and the last of the counted orders were paid. */
  firstOrderAt?: Date
  lastOrderAt?: Date
  /** When what was bought of a product will be used up; the latest 200. */
  runOut: { product: string; at: Date }[]
  /** Grows with every writing: a reckoning on older facts never overwrites one on newer. */
  version: number
}

/** A person. */
export interface ContactRow {
  _id: string
  /** `erased`: nothing personal is left; the row keeps only that there was somebody. */
  status: 'active' | 'merged' | 'erased'
  identities: Identity[]
  tags: string[]
  profile: Record<string, unknown>
  consents: Partial<Record<ConsentPurpose, Consent>>
  firstSeenAt: Date
  /** The last time the person did something, within a minute. */
  lastSeenAt: Date
  erasedAt?: Date
  /** The person over all accounts of one owner; unique. Contacts of different ones never merge. */
  unionid?: string
  /** The contacts whose identities this one took over; their facts belong to the same person. */
  mergedFrom?: string[]
  /** Contacts that are not to be merged with this one again: somebody took that back. */
  apart?: string[]
  /** On a merged contact: whose it is now, and what is needed to take it back. */
  merge?: Merge
  /** Absent: nothing was ever bought. */
  shop?: Bought
  /** Facts of another contact came along or went: `shop` has to be reckoned anew. */
  shopStale?: true
}

/**
 * The same unionid; the shop's own log-in; a telephone number that the shop has verified; somebody of staff who says so
 * and gives a reason.
 */
export type MergeProof = 'unionid' | 'shop-login' | 'phone' | 'console'

/** What a merged contact keeps of itself. Its tags, profile and consents stay as they were. */
export interface Merge {
  into: string
  at: Date
  /** The proof; nothing weaker merges anybody. */
  by: MergeProof
  /** By hand: who did it, and why. */
  who?: string
  reason?: string
  /** The identities that moved, as they were. */
  moved: Identity[]
  /** Came along when the merged contact was the one that had it. */
  unionid?: string
  /** What the other contact had before. */
  before: Pick<ContactRow, 'tags' | 'profile' | 'consents' | 'firstSeenAt'>
  /** False until everything has arrived there; a merge cut short is found by it and finished. */
  done: boolean
}

export type ContactRows = mongo.Collection<ContactRow>

/** The collection's name. */
export const CONTACTS = 'contacts'

/** The contacts as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`. */
export function contactModel(connection: Connection): void {
  if (isDefined(connection, 'Contact')) return
  const mixed = Schema.Types.Mixed
  const identity = {
    key: { type: String, required: true },
    platform: String,
    account: String,
    externalId: String,
    boundAt: Date,
    follow: { following: Boolean, at: Date },
    firstScene: { type: { scene: String, at: Date }, _id: false },
    lastScene: { type: { scene: String, at: Date }, _id: false },
    syncedAt: Date,
    mirrored: { type: [String], default: undefined },
  }
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      status: String,
      identities: { type: [{ ...identity, _id: false }] },
      tags: [String],
      profile: mixed,
      consents: mixed,
      firstSeenAt: Date,
      lastSeenAt: Date,
      erasedAt: Date,
      unionid: String,
      mergedFrom: { type: [String], default: undefined },
      apart: { type: [String], default: undefined },
      merge: mixed,
      shop: mixed,
      shopStale: Boolean,
    },
    { collection: CONTACTS, versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
  )
  schema.index({ 'identities.key': 1 }, { name: 'identity', unique: true })
  schema.index({ unionid: 1 }, { name: 'union', unique: true, sparse: true })
  schema.index({ 'merge.done': 1 }, { name: 'unfinished-merges', sparse: true })
  schema.index({ tags: 1 }, { name: 'tag' })
  schema.index({ lastSeenAt: -1, _id: -1 }, { name: 'seen' })
  for (const field of ['remark', 'name', 'nickname']) {
    schema.index({ [`profile.${field}`]: 1 }, { name: `called-${field}`, sparse: true })
  }
  schema.index({ 'identities.firstScene.scene': 1 }, { name: 'scene-first', sparse: true })
  schema.index({ 'identities.lastScene.scene': 1 }, { name: 'scene-last', sparse: true })
  schema.index({ shopStale: 1 }, { name: 'shop-stale', sparse: true })
  defineModel(connection, 'Contact', schema)
}

/** The collection itself: the paths that every message takes go without mongoose's documents. */
export function contactRows(connection: Connection): ContactRows {
  return database(connection).collection<ContactRow>(CONTACTS)
}

/** A fresh contact id: 24 hex digits that grow with time and say nothing about the person. */
export function newContactId(): string {
  return new Types.ObjectId().toHexString()
}

/** What a conversation is waiting for. */
export interface Waiting {
  name: string
  data: Record<string, unknown>
  until: Date
}

/** The memory of a conversation, or of a hint that was given (`once`). */
export interface SessionRow {
  /** `<account>:<openid>`, for a hint followed by `#<name>`. */
  _id: string
  waiting: Waiting | null
  /** The update that wrote this, and what was awaited before it: when it is handled again it sees what it saw then. */
  by: string
  before: Waiting | null
  /** When the row is of no use any more; the store removes it then. */
  expiresAt: Date
}

export type SessionCollection = mongo.Collection<SessionRow>

const SESSIONS = 'sessions'

/** The sessions as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`. */
export function sessionModel(connection: Connection): void {
  if (isDefined(connection, 'Session')) return
  const waiting = { name: String, data: Schema.Types.Mixed, until: Date }
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      waiting: { type: waiting, _id: false },
      by: String,
      before: { type: waiting, _id: false },
      expiresAt: Date,
    },
    { collection: SESSIONS, versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
  )
  schema.index({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'Session', schema)
}

/** The collection itself. */
export function sessionCollection(connection: Connection): SessionCollection {
  return database(connection).collection<SessionRow>(SESSIONS)
}
