import type { Connection, mongo } from 'mongoose'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { AlertContent } from './content.js'

/** A rule that was put by API. */
export interface RuleRow {
  /** The slug. */
  _id: string
  /** As it was sent; as text, so that nothing of it is ever read as an operator. */
  definition: string
  /** Grows with every change. */
  version: number
  updatedAt: Date
  updatedBy: string
}

/** How far the facts were followed; one row. */
export interface CursorRow {
  _id: string
  at: Date
  /** Facts that were too old when they were come to. */
  stale: number
}

/**
 * What became of an alert. `new`: not decided; `waiting`: it leaves at `dueAt`; `held`: another of its group stands for
 * it; `capped`: it is counted in a summary; `dropped`: quiet hours; `written`: content and recipients are fixed;
 * `handed`: everything has been given to the ways out; `failed`: there was nobody to give it to.
 */
export type AlertState = 'new' | 'waiting' | 'held' | 'capped' | 'dropped' | 'written' | 'handed' | 'failed'

/** Whom one message goes to. */
export type Recipient =
  | { kind: 'staff'; account: string; staff: string }
  | { kind: 'chat'; chat: string }
  | { kind: 'robot'; robot: string }
  | { kind: 'group-send'; name: string }

/** One fact that a rule is about, or the summary of a storm: one row each, for ever. */
export interface AlertRow {
  /** `<rule>|<source>:<id of the fact>`, or `<rule>|storm:<storm>`. */
  _id: string
  rule: string
  title: string
  type: string
  state: AlertState
  at: Date
  contact?: string
  /** What the texts are filled with; emptied when the alert is over. */
  data: Record<string, unknown>
  /** Equal for those of which one in a while is told. */
  group: string
  /** When it may leave; windows are reckoned from it. */
  dueAt: Date
  reason?: string
  /** The alert that tells of this one which was held back. */
  toldBy?: string
  /** The storm it is counted in. */
  storm?: string
  /** How many others it tells of. */
  others?: number
  content?: AlertContent
  recipients?: Recipient[]
  /** Variables that had no value. */
  gaps?: string[]
  endedAt?: Date
}

/** Which alert of a group stands for the others, until when. */
export interface GroupRow {
  _id: string
  leader: string
  until: Date
}

/** What has left by a rule lately, and the storm that goes on. */
export interface RateRow {
  _id: string
  rule: string
  rev: number
  passed: { id: string; at: Date }[]
  storm?: { id: string; until: Date }
}

/** A message to a robot or chat, or a group-send to be started: calls of their own. */
export interface SendRow {
  _id: string
  alert: string
  rule: string
  to: Exclude<Recipient, { kind: 'staff' }>
  content: AlertContent
  state: 'queued' | 'calling' | 'sent' | 'failed' | 'uncertain' | 'expired'
  createdAt: Date
  nextAt: Date
  attempts: number
  /** Grows with every claim; later writes check it. */
  fence: number
  /** Before this a call is under way; by the store's clock. */
  leaseUntil?: Date
  reason?: string
  code?: number
  endedAt?: Date
  /** Present until it has ended. */
  open?: true
}

/** A robot, internal group ... that takes nothing any more, or a group that was made. */
export interface PlaceRow {
  /** `robot:<name>` or `chat:<name>`. */
  _id: string
  /** Changes with the configuration: what was found about another key or group is void then. */
  mark: string
  /** Everything to it waits until then (45009). */
  restUntil?: Date
  stopped?: { at: Date; reason: string; code?: number }
  /** A chat: the members it was brought in line with. */
  readyAt?: Date
}

const NAMES = {
  rules: 'alertRules',
  cursor: 'alertCursor',
  alerts: 'alerts',
  groups: 'alertGroups',
  rates: 'alertRates',
  sends: 'alertSends',
  places: 'alertPlaces',
} as const

/** The alerts' collection, for raw writes. */
export const alertCollection = NAMES.alerts

/** The collections, on a connection. */
export interface AlertRows {
  rules: mongo.Collection<RuleRow>
  cursor: mongo.Collection<CursorRow>
  alerts: mongo.Collection<AlertRow>
  groups: mongo.Collection<GroupRow>
  rates: mongo.Collection<RateRow>
  sends: mongo.Collection<SendRow>
  places: mongo.Collection<PlaceRow>
}

/** While a fact may be read again its alert has to be there. */
const DAY_S = 86_400

/**
 * Declares the collections; call it before `ensureIndexes`. `keepMs`: how long alerts stay for people to look at, a day
 * at least.
 */
export function alertModel(connection: Connection, keepMs: number): void {
  const declare = (name: string, collection: string, index: (schema: Schema) => void) => {
    if (isDefined(connection, name)) return
    const fields = { _id: { type: String, required: true } }
    const schema = new Schema(fields, {
      collection,
      versionKey: false,
      autoIndex: false,
      autoCreate: false,
      strict: false,
    })
    index(schema)
    defineModel(connection, name, schema)
  }
  const keep = { expireAfterSeconds: Math.max(DAY_S, Math.ceil(keepMs / 1000)) }
  declare('AlertRule', NAMES.rules, () => undefined)
  declare('AlertCursor', NAMES.cursor, () => undefined)
  declare('Alert', NAMES.alerts, (schema) => {
    schema.index({ at: 1 }, { name: 'keep', ...keep })
    schema.index({ state: 1, dueAt: 1 }, { name: 'work' })
    schema.index({ rule: 1, at: -1 }, { name: 'history' })
    schema.index({ rule: 1, group: 1 }, { name: 'held', partialFilterExpression: { state: 'held' } })
    schema.index({ storm: 1 }, { name: 'storm', sparse: true })
    schema.index({ toldBy: 1 }, { name: 'told', sparse: true })
    schema.index({ contact: 1 }, { name: 'contact', sparse: true })
  })
  declare('AlertGroup', NAMES.groups, (schema) => schema.index({ until: 1 }, { name: 'keep', ...keep }))
  declare('AlertRate', NAMES.rates, (schema) => schema.index({ 'storm.until': 1 }, { name: 'storm', sparse: true }))
  declare('AlertSend', NAMES.sends, (schema) => {
    schema.index({ open: 1, nextAt: 1 }, { name: 'work', partialFilterExpression: { open: true } })
    schema.index({ createdAt: 1 }, { name: 'keep', ...keep })
    schema.index({ alert: 1 }, { name: 'alert' })
  })
  declare('AlertPlace', NAMES.places, () => undefined)
}

/** The collections themselves. */
export function alertRows(connection: Connection): AlertRows {
  const db = database(connection)
  return {
    rules: db.collection<RuleRow>(NAMES.rules),
    cursor: db.collection<CursorRow>(NAMES.cursor),
    alerts: db.collection<AlertRow>(NAMES.alerts),
    groups: db.collection<GroupRow>(NAMES.groups),
    rates: db.collection<RateRow>(NAMES.rates),
    sends: db.collection<SendRow>(NAMES.sends),
    places: db.collection<PlaceRow>(NAMES.places),
  }
}
