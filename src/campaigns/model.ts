import type { Connection, mongo } from 'mongoose'
import type { BulkProgress } from '../outbox/bulk/chunk.js'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { Definition } from './definition.js'
import type { Estimate } from './estimate.js'
import type { CampaignState, RunState } from './life.js'
import type { Wave } from './plan.js'
import type { Occurrence } from './schedule.js'

export type { mongo } from 'mongoose'

/** Why a campaign or run stands still or ended, for people and programs. */
export interface Reason {
  /** A stable word: `by-hand`, `stop-rule`, `audience-grew`, `content-missing`, `stale`, `superseded`, `overlap` ... */
  code: string
  text: string
  at: Date
  /** Who did it, when it was a person. */
  by?: string
}

/** A campaign as it is stored. */
export interface CampaignRow {
  /** Its name in addresses and keys: lower-case letters, digits and `-`. */
  _id: string
  definition: Definition
  state: CampaignState
  /** One more with every edit of the definition. */
  version: number
  /** One more with every write: what was read is only written over when nobody else has written. */
  rev: number
  /** Everybody who wrote on the definition since it was last approved. */
  authors: string[]
  createdAt: Date
  updatedAt: Date
  estimate?: Estimate
  /** `people`: a run to more than these waits for another approval. */
  approval?: { by: string; at: Date; version: number; people: number }
  /** The run that comes next. */
  next?: Occurrence & { manual?: true }
  reason?: Reason
}

/** One run of a campaign. */
export interface RunRow {
  /** `<campaign>:<occurrence>`: the source of its messages. */
  _id: string
  campaign: string
  occurrence: string
  state: RunState
  rev: number
  dueAt: Date
  manual?: true
  createdAt: Date
  /** The definition as it was when the run began; later edits do not reach it. */
  definition?: Definition
  version?: number
  /** The audience's rule, frozen, as JSON. */
  rule?: string
  /** All relative times of the rule are reckoned from here. */
  asOf?: Date
  waves?: Wave[]
  wave?: number
  /** When the wave's first chunk was due, and when its last message had ended. */
  waveAt?: Date
  restedAt?: Date
  /** How far the expansion of the wave is: chunks up to `no - 1` are stored, the one being stored ends at `upTo`. */
  at?: { no: number; after?: string; upTo?: string }
  /** Put into chunks so far; what became of them is counted by the bulk sender. */
  counts?: RunCounts
  /** A call to the bulk sender that the last change of state owes. */
  owes?: 'pause' | 'resume' | 'cancel'
  pausedFrom?: RunState
  estimate?: Estimate
  /** How many of those who got it left or opted out so far. */
  optOuts?: number
  outcome?: BulkProgress
  /** Somebody put something right after its end: `outcome` is to be read anew. */
  unsettled?: true
  endedAt?: Date
  reason?: Reason
}

/** What an expansion made. */
export interface RunCounts {
  people: number
  holdOut: number
  chunks: number
}

/** The latest stage that somebody was recalled with. */
export interface RecallRow {
  /** `<campaign>:<contact>`. */
  _id: string
  campaign: string
  contact: string
  stage: number
  at: Date
  /** The run that did it. */
  run: string
  /** What was here before: stands again when the message did not leave. */
  before?: { stage: number; at: Date }
  /** Present until the run's end has been looked up. */
  open?: true
}

const NAMES = { campaigns: 'campaigns', runs: 'campaignRuns', recalls: 'campaignRecalls' } as const

/** The campaigns' collections as mongoose models, for their indexes; call it before `ensureIndexes`. */
export function campaignModels(connection: Connection): void {
  if (isDefined(connection, 'Campaign')) return
  const of = (name: string, collection: string, paths: Record<string, unknown>) => {
    const options = { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
    const schema = new Schema({ _id: { type: String, required: true }, ...paths }, options)
    return { schema, make: () => defineModel(connection, name, schema) }
  }
  const campaigns = of('Campaign', NAMES.campaigns, { state: String, updatedAt: Date })
  campaigns.schema.index({ state: 1, updatedAt: -1 }, { name: 'state' })
  const runs = of('CampaignRun', NAMES.runs, { campaign: String, state: String, dueAt: Date, owes: String })
  runs.schema.index({ campaign: 1, dueAt: -1 }, { name: 'history' })
  runs.schema.index({ state: 1, dueAt: 1 }, { name: 'state' })
  runs.schema.index({ owes: 1 }, { name: 'owing', sparse: true })
  const recalls = of('CampaignRecall', NAMES.recalls, { run: String, contact: String, at: Date, open: Boolean })
  recalls.schema.index({ run: 1, _id: 1 }, { name: 'open', partialFilterExpression: { open: true } })
  recalls.schema.index({ contact: 1 }, { name: 'contact' })
  recalls.schema.index({ at: 1 }, { name: 'kept', expireAfterSeconds: 3 * 365 * 86_400 })
  for (const model of [campaigns, runs, recalls]) model.make()
}

/** A collection of the native driver. */
export type Rows<T extends { _id: string }> = mongo.Collection<T>

/** The collections themselves. */
export function campaignCollections(connection: Connection) {
  const db = database(connection)
  return {
    campaigns: db.collection<CampaignRow>(NAMES.campaigns),
    runs: db.collection<RunRow>(NAMES.runs),
    recalls: db.collection<RecallRow>(NAMES.recalls) as mongo.Collection<RecallRow>,
  }
}
