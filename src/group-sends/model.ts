import type { Connection, mongo } from 'mongoose'
import type { Fact } from '../events/fact.js'
import type { NewDelivery } from '../outbox/delivery.js'
import { database } from '../store/connect.js'
import { defineModel, Schema } from '../store/schema.js'
import type { Definition, PushKind } from './definition.js'
import type { Estimate } from './estimate.js'
import type { MemberState, PushState, RunState, SkipReason, TargetState, TaskState } from './life.js'
import type { Ready } from './ports.js'
import type { Occurrence } from './schedule.js'

/** A push as it is stored. */
export interface PushRow {
  /** Its name in addresses and keys: lower-case letters, digits and `-`. */
  _id: string
  definition: Definition
  state: PushState
  /** One more with every edit of the definition. */
  version: number
  rev: number
  /** Everybody who wrote on the definition since it was last approved. */
  authors: string[]
  createdAt: Date
  updatedAt: Date
  estimate?: Estimate
  approval?: { by: string; at: Date; version: number; targets: number }
  next?: Occurrence & { manual?: true }
  reason?: { text: string; at: Date; by?: string }
}

/** One run: the audience of a moment, in tasks. */
export interface RunRow {
  /** `<push>:<occurrence>`. */
  _id: string
  push: string
  occurrence: string
  account: string
  kind: PushKind
  state: RunState
  rev: number
  /** Present while something is to be done for it. */
  open?: true
  dueAt: Date
  createdAt: Date
  /** The definition as it was when the run was made; later edits do not reach it. */
  definition: Definition
  version: number
  /** Who is meant was settled then. */
  asOf?: Date
  /** Targets found, and put into tasks. */
  found?: { targets: number; skipped: number; tasks: number }
  cancelled?: { by: string; at: Date; note?: string }
  reason?: { text: string; at: Date }
  endedAt?: Date
}

/** One member's part of a task. */
export interface Member {
  staff: string
  state: MemberState
  at?: Date
  /** What the member said on the card. */
  why?: string
  /** All results of the member were read and none is open. */
  counted?: true
  /** The to-do was put into the outbox. */
  told?: true
  /** How far the member's results have been read. */
  cursor?: string
}

/** One reminder: on the disk before the platform is called, so that it is never made twice. */
export interface Reminder {
  at: Date
  by: string
  end?: 'done' | 'refused' | 'unclear'
  reason?: string
}

/** What is known of a call whose end was unclear. */
export interface Evidence {
  at: Date
  text: string
}

/** Something owed to others, done at least once and harmless when repeated. */
export type Owed = { fact: Fact } | { delivery: NewDelivery }

/** One task: of one member (groups, customers) or of several (moments). */
export interface TaskRow {
  /** `<run>:<staff>:<part>`; a task handed over keeps the name with `>` and the new owner behind it. */
  _id: string
  run: string
  push: string
  account: string
  kind: PushKind
  name: string
  state: TaskState
  rev: number
  /** Present while something is to be done for it. */
  open?: true
  /** When it is to be looked at again. */
  nextAt: Date
  /** The member who shall send it; empty for moments. */
  staff: string
  part: number
  members: Member[]
  /** Ids of groups or customers; empty for moments. */
  targets: string[]
  departments?: number[]
  tags?: string[]
  createdAt: Date
  /** When the task may not be confirmed any more. */
  expiresAt: Date
  remindAt: Date[]
  escalateAt?: Date
  escalateTo?: string
  transferGroups?: true

  /** How often the platform was asked to make it, and since when the last of these. */
  attempts: number
  intentAt?: Date
  /** What it was asked to make, for comparison. */
  ready?: Ready
  /** Media are to be uploaded anew. */
  worn?: true
  /** Since when its end cannot be found out. */
  unclearSince?: Date
  evidence?: Evidence[]
  /** The platform's id: of the task, or of the moment. */
  platformId?: string
  /** `<account>:<platformId>`, unique: no two tasks of ours are the same task of the platform. */
  claim?: string
  /** A moments task under way. */
  job?: string
  madeAt?: Date
  /** No call of the platform before this: it asked for patience. */
  holdUntil?: Date
  /** No reminder before this: quiet hours, or the platform's limit. */
  remindHold?: Date
  polls: number
  /** A person wants to know now. */
  pollAsked?: true
  polledAt?: Date
  reminders: Reminder[]
  /** A person asked for a reminder, or pressed 稍后提醒. */
  remindAsked?: { at: Date; by: string }
  snoozedUntil?: Date
  /** Members snoozed so often: names the next to-do. */
  snoozes?: number
  escalatedAt?: Date
  moving?: { to: string; at: Date; cancelled?: true }
  decided?: { as: 'again' | 'made'; by: string; at: Date }
  cancelAsked?: true
  /** The platform does not know it any more: somebody called it back in the console. */
  gone?: true
  owed?: Owed[]
  endedAt?: Date
  reason?: string
}

/** One group or customer of a run: what became of it, or why it was left out. */
export interface TargetRow {
  /** `<run>:<target>`: one target is in one task of a run. */
  _id: string
  run: string
  push: string
  account: string
  kind: PushKind
  /** The platform's id of the group or customer. */
  target: string
  /** The group's name. */
  name?: string
  contact?: string
  staff?: string
  task?: string
  state: TargetState
  reason?: SkipReason | string
  detail?: string
  /** When it was planned, then when it ended. */
  at: Date
  /** It was sent and has not been booked yet. */
  owes?: true
}

const NAMES = {
  pushes: 'groupSends',
  runs: 'groupSendRuns',
  tasks: 'groupSendTasks',
  targets: 'groupSendTargets',
} as const

/** The name of the targets' collection, for raw commands. */
export const TARGETS: string = NAMES.targets

/** A target of a run: kept for `KEPT_DAYS`. */
const KEPT_DAYS = 400

/** The collections as models, for their indexes; call it before `ensureIndexes`. */
export function groupSendModels(connection: Connection): void {
  const of = (name: string, collection: string, paths: Record<string, unknown>, index: (schema: Schema) => void) => {
    const options = { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
    const schema = new Schema({ _id: { type: String, required: true }, ...paths }, options)
    index(schema)
    defineModel(connection, name, schema)
  }
  of('GroupSend', NAMES.pushes, { state: String, updatedAt: Date }, (schema) =>
    schema.index({ state: 1, updatedAt: -1 }, { name: 'state' }),
  )
  of('GroupSendRun', NAMES.runs, { push: String, dueAt: Date, open: Boolean }, (schema) => {
    schema.index({ push: 1, dueAt: -1 }, { name: 'history' })
    schema.index({ dueAt: 1 }, { name: 'open', partialFilterExpression: { open: true } })
  })
  of('GroupSendTask', NAMES.tasks, { run: String, nextAt: Date, open: Boolean, claim: String }, (schema) => {
    schema.index({ run: 1, _id: 1 }, { name: 'run' })
    schema.index({ nextAt: 1 }, { name: 'open', partialFilterExpression: { open: true } })
    schema.index({ claim: 1 }, { name: 'claim', unique: true, sparse: true })
  })
  of('GroupSendTarget', NAMES.targets, { run: String, target: String, at: Date, owes: Boolean }, (schema) => {
    schema.index({ run: 1, staff: 1, _id: 1 }, { name: 'run' })
    schema.index({ target: 1, at: -1 }, { name: 'target' })
    schema.index({ contact: 1 }, { name: 'contact', sparse: true })
    schema.index({ task: 1 }, { name: 'owing', partialFilterExpression: { owes: true } })
    schema.index({ at: 1 }, { name: 'kept', expireAfterSeconds: KEPT_DAYS * 86_400 })
  })
}

/** A collection of the native driver. */
export type Rows<T extends { _id: string }> = mongo.Collection<T>

/** The collections themselves. */
export function groupSendRows(connection: Connection) {
  const db = database(connection)
  return {
    pushes: db.collection<PushRow>(NAMES.pushes),
    runs: db.collection<RunRow>(NAMES.runs),
    tasks: db.collection<TaskRow>(NAMES.tasks),
    targets: db.collection<TargetRow>(NAMES.targets),
  }
}
