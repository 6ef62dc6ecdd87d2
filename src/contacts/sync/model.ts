import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'

/** What a sync found and did. */
export interface SyncCounts {
  /** Followers that the platform's list named. */
  seen: number
  /** Follow us and were unknown. */
  added: number
  /** Were noted as gone and follow. */
  followed: number
  /** Were noted as following and are gone. */
  unfollowed: number
  /** Contacts that turned out to be one person. */
  merged: number
  /** Changes of mirrored tags: here, and on the platform. */
  taggedHere: number
  taggedThere: number
  /** Everything that was not settled; `conflicts` holds the first ones. */
  conflicts: number
}

/** Something that could not be brought into agreement, for a person to look at. */
export interface SyncConflict {
  kind: 'tag-name' | 'tag-reserved' | 'account-full' | 'follower-full' | 'tag-refused' | 'unionid' | 'unknown-person'
  tag?: string
  contact?: string
  detail: string
}

/** Where the sync of an account stands; one an account. */
export interface SyncRow {
  /** The account. */
  _id: string
  state: 'running' | 'paused' | 'done'
  /** The run: what is older is not confirmed by it yet. */
  startedAt: Date
  phase: 'followers' | 'missing'
  /** The last follower (or, in the second phase, contact) that was dealt with. */
  after?: string
  /** Followers by the platform's own count. */
  total: number
  counts: SyncCounts
  conflicts: SyncConflict[]
  /** Calls of the list on a day in Shanghai, by which its quota is kept. */
  day: string
  calls: number
  reason?: string
  finishedAt?: Date
  /** The lease that wrote this; an older one writes no more. */
  fence: number
}

const SYNCS = 'followerSyncs'

/** The state of syncs as a mongoose model, for reading; call it before `ensureIndexes`. */
export function syncModel(connection: Connection): void {
  if (isDefined(connection, 'FollowerSync')) return
  const mixed = Schema.Types.Mixed
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      state: String,
      startedAt: Date,
      phase: String,
      after: String,
      total: Number,
      counts: mixed,
      conflicts: mixed,
      day: String,
      calls: Number,
      reason: String,
      finishedAt: Date,
      fence: Number,
    },
    { collection: SYNCS, versionKey: false, autoIndex: false, autoCreate: false },
  )
  defineModel(connection, 'FollowerSync', schema)
}

/** The collection itself. */
export function syncRows(connection: Connection): mongo.Collection<SyncRow> {
  return database(connection).collection<SyncRow>(SYNCS)
}
