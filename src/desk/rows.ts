import { type Connection, database, type Rows } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { ConversationRow, EntryRow, StaffRow, TicketRow } from './model.js'

/** A canned reply that was put by API. */
export interface CannedRow {
  /** The slug. */
  _id: string
  /** As JSON, so that nothing of it is ever read as an operator. */
  definition: string
  version: number
  updatedAt: Date
  updatedBy: string
}

/** The figures of one day, counted from the facts. */
export interface DayRow {
  /** `yyyy-MM-dd` of the desk's time zone. */
  _id: string
  figures: string
  countedAt: Date
}

/** A counter. */
export interface CounterRow {
  _id: string
  n: number
}

/** The desk's collections, on a connection. */
export interface DeskRows {
  conversations: Rows<ConversationRow>
  entries: Rows<EntryRow>
  tickets: Rows<TicketRow>
  staff: Rows<StaffRow>
  canned: Rows<CannedRow>
  days: Rows<DayRow>
  counters: Rows<CounterRow>
}

/** The collection of entries. */
export const ENTRIES = 'deskEntries'

const NAMES = {
  conversations: 'deskConversations',
  entries: ENTRIES,
  tickets: 'deskTickets',
  staff: 'deskStaff',
  canned: 'deskCanned',
  days: 'deskDays',
  counters: 'deskCounters',
} as const

/** How long what was said is kept, in ms. */
export const KEEP_MS = 180 * 86_400_000

/** Declares the collections; call it before `ensureIndexes`: the unique indexes carry the desk's promises. */
export function deskModel(connection: Connection): void {
  const declare = (name: string, collection: string, index: (schema: Schema) => void = () => undefined) => {
    if (isDefined(connection, name)) return
    const fields = { _id: { type: String, required: true } }
    const options = { collection, versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
    const schema = new Schema(fields, options)
    index(schema)
    defineModel(connection, name, schema)
  }
  const ends = (schema: Schema) => schema.index({ expiresAt: 1 }, { name: 'kept', expireAfterSeconds: 0 })
  const open = { partialFilterExpression: { open: true } }
  const held = { unique: true, partialFilterExpression: { held: true } }
  declare('DeskConversation', NAMES.conversations, (schema) => {
    schema.index({ key: 1 }, { name: 'one-open', unique: true, ...open })
    schema.index({ staff: 1, number: 1 }, { name: 'numbers', ...held })
    schema.index({ staff: 1, slot: 1 }, { name: 'slots', ...held })
    schema.index({ nextAt: 1 }, { name: 'due', ...open })
    schema.index({ state: 1, priority: -1, queuedAt: 1 }, { name: 'queue', ...open })
    schema.index({ todo: 1 }, { name: 'todo', sparse: true })
    schema.index({ key: 1, createdAt: -1 }, { name: 'history' })
    schema.index({ createdAt: -1 }, { name: 'newest' })
    ends(schema)
  })
  declare('DeskEntry', NAMES.entries, (schema) => {
    schema.index({ conversation: 1, seq: 1 }, { name: 'order' })
    schema.index({ key: 1 }, { name: 'person' })
    ends(schema)
  })
  declare('DeskTicket', NAMES.tickets, (schema) => {
    schema.index({ state: 1, createdAt: 1 }, { name: 'work' })
    schema.index({ key: 1 }, { name: 'person' })
    ends(schema)
  })
  declare('DeskStaff', NAMES.staff)
  declare('DeskCanned', NAMES.canned)
  declare('DeskDay', NAMES.days)
  declare('DeskCounter', NAMES.counters)
}

/** The collections themselves. */
export function deskRows(connection: Connection): DeskRows {
  const db = database(connection)
  return {
    conversations: db.collection<ConversationRow>(NAMES.conversations),
    entries: db.collection<EntryRow>(NAMES.entries),
    tickets: db.collection<TicketRow>(NAMES.tickets),
    staff: db.collection<StaffRow>(NAMES.staff),
    canned: db.collection<CannedRow>(NAMES.canned),
    days: db.collection<DayRow>(NAMES.days),
    counters: db.collection<CounterRow>(NAMES.counters),
  }
}
