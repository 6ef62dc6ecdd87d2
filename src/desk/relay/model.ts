import type { mongo } from 'mongoose'
import type { StaffContent } from '../../core/corp-update.js'
import type { Message } from '../../core/message.js'
import { type Connection, database } from '../../store/connect.js'
import { defineModel, isDefined, Schema } from '../../store/schema.js'
import type { EntryMedia } from '../model.js'
import type { MediaType } from './ports.js'

/** What goes to a member: words, which may be merged with others, or one message of its own. */
export type Item =
  | { kind: 'text'; text: string }
  | { kind: 'message'; message: Message; alternatives?: readonly Message[] }
  /** Fetched from its account and uploaded to the corporation when it leaves; `instead` is what to say if that fails. */
  | { kind: 'media'; type: MediaType; account: string; media: EntryMedia; instead: string }

/** One item on its way to a member; its id is for ever, so that what is told again is not said again. */
export interface LineRow {
  _id: string
  /** The userid. */
  staff: string
  /** The order within the member's box. */
  order: number
  conversation?: string
  /** The person's `identityKey`, for erasing. */
  person?: string
  /** `#3 林小雨`: who it is from; lines of one head that go together say it once. */
  head?: string
  item: Item
  state: 'new' | 'done'
  at: Date
  expiresAt: Date
}

/** What one message to a member holds, fixed before it is put. */
export interface Batch {
  /** The delivery's key. */
  key: string
  lines: readonly string[]
  /** How often its media could not be had. */
  tries: number
  at: Date
}

/** A member's app chat as the relay sees it: one document, so that every step is one compare-and-set. */
export interface BoxRow {
  _id: string
  /** The order of the next line. */
  next: number
  version?: number
  batch?: Batch
  /** When the messages of the last minute went. */
  sent?: Date[]
  /** Nothing leaves before. */
  nextAt?: Date
  /** How each of their conversations is called to them (`#3 林小雨`); the number is theirs alone. */
  marks?: Record<string, string>
  /** When they were last told something of a conversation. */
  told?: Record<string, Date>
  wrote?: { conversation: string; at: Date }
}

/** A card with buttons that was given to a member. */
export interface CardRow {
  /** The delivery's key. */
  _id: string
  kind: 'offer' | 'uncertain'
  staff: string
  conversation: string
  /** `uncertain`: the delivery it asks about, and what was chosen first. */
  delivery?: string
  /** Lets the card be changed, once. */
  code?: string
  /** What it shall say in place of its buttons. */
  label?: string
  done?: true
  /** A label and a code are there and nobody has used them. */
  due?: true
  at: Date
  expiresAt: Date
}

/** What a line of a member was taken for: decided once, so that reading it again means the same. */
export interface ActRow {
  /** `<account>:<update id>`. */
  _id: string
  staff: string
  at: Date
  conversation?: string
  /** They are asked whom it is for. */
  asking?: StaffContent
  expiresAt: Date
}

/** The relay's collections. */
export interface RelayRows {
  boxes: mongo.Collection<BoxRow>
  lines: mongo.Collection<LineRow>
  cards: mongo.Collection<CardRow>
  acts: mongo.Collection<ActRow>
}

/** The lines' collection, for raw inserts. */
export const RELAY_LINES = 'deskRelayLines'
const NAMES = { boxes: 'deskRelayBoxes', cards: 'deskRelayCards', acts: 'deskRelayActs' } as const

/** How long lines, cards and acts are kept, in ms: longer than anything is told again. */
export const RELAY_KEEP_MS = 7 * 86_400_000

/** Declares the collections; call it before `ensureIndexes`. */
export function relayModel(connection: Connection): void {
  const declare = (name: string, collection: string, index: (schema: Schema) => void) => {
    if (isDefined(connection, name)) return
    const fields = { _id: { type: String, required: true } }
    const options = { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
    const schema = new Schema(fields, options)
    index(schema)
    defineModel(connection, name, schema)
  }
  const ends = (schema: Schema) => schema.index({ expiresAt: 1 }, { name: 'kept', expireAfterSeconds: 0 })
  declare('DeskRelayBox', NAMES.boxes, (schema) => schema.index({ 'batch.at': 1 }, { name: 'batch', sparse: true }))
  declare('DeskRelayLine', RELAY_LINES, (schema) => {
    const partialFilterExpression = { state: 'new' }
    schema.index({ staff: 1, order: 1 }, { name: 'work', partialFilterExpression })
    schema.index({ person: 1 }, { name: 'person', sparse: true })
    ends(schema)
  })
  declare('DeskRelayCard', NAMES.cards, (schema) => {
    schema.index({ conversation: 1 }, { name: 'conversation' })
    schema.index({ delivery: 1 }, { name: 'delivery', sparse: true })
    schema.index({ due: 1 }, { name: 'due', sparse: true })
    ends(schema)
  })
  declare('DeskRelayAct', NAMES.acts, (schema) => {
    schema.index({ staff: 1 }, { name: 'asking', partialFilterExpression: { asking: { $exists: true } } })
    schema.index({ conversation: 1 }, { name: 'conversation', sparse: true })
    ends(schema)
  })
}

/** The collections themselves. */
export function relayRows(connection: Connection): RelayRows {
  const db = database(connection)
  return {
    boxes: db.collection<BoxRow>(NAMES.boxes),
    lines: db.collection<LineRow>(RELAY_LINES),
    cards: db.collection<CardRow>(NAMES.cards),
    acts: db.collection<ActRow>(NAMES.acts),
  }
}
