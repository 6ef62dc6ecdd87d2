import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'
import type { Placement, SceneReply } from './scene.js'

/** What came of a channel code. */
export interface SceneCounts {
  /** Scans by people who followed already. */
  scans: number
  /** Follows through the code. */
  follows: number
  /** People whose latest follow was through the code and who left. */
  unfollows: number
  /** People for whom it was the first code of all. */
  first: number
}

/** A channel code. */
export interface SceneRow {
  /** `<account>:<code>`. */
  _id: string
  account: string
  code: string
  name: string
  placement: Placement
  costCentre?: string
  tags: string[]
  reply?: SceneReply
  permanent: boolean
  /** Absent until the platform has made the code. */
  url?: string
  ticket?: string
  createdAt: Date
  /** When a temporary code stops working. */
  expiresAt?: Date
  /** Kept as things happen; `rebuild` makes them anew from the facts. */
  counts: SceneCounts
}

const SCENES = 'scenes'

/** The channel codes as a mongoose model, for reading and for its indexes; call it before `ensureIndexes`. */
export function sceneModel(connection: Connection): void {
  if (isDefined(connection, 'Scene')) return
  const mixed = Schema.Types.Mixed
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      account: String,
      code: String,
      name: String,
      placement: String,
      costCentre: String,
      tags: [String],
      reply: mixed,
      permanent: Boolean,
      url: String,
      ticket: String,
      createdAt: Date,
      expiresAt: Date,
      counts: mixed,
    },
    { collection: SCENES, versionKey: false, autoIndex: false, autoCreate: false },
  )
  schema.index({ account: 1, permanent: 1, createdAt: -1 }, { name: 'account' })
  defineModel(connection, 'Scene', schema)
}

/** The collection itself. */
export function sceneRows(connection: Connection): mongo.Collection<SceneRow> {
  return database(connection).collection<SceneRow>(SCENES)
}

/** A code nobody has used yet. */
export const NO_COUNTS: SceneCounts = { scans: 0, follows: 0, unfollows: 0, first: 0 }
