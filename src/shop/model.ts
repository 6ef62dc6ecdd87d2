import type { Connection, mongo } from 'mongoose'
import type { Person } from '../contacts/identity.js'
import { database } from '../store/connect.js'
import { defineModel, isDefined, Schema } from '../store/schema.js'
import type { Order } from './orders/schema.js'
import type { TypeDefinition } from './types/define.js'

/** An order as the shop last told it. */
export interface OrderRow {
  /** `<shop>:<orderNo>`. */
  _id: string
  shop: string
  orderNo: string
  /** The shop's revision; a lower one changes nothing. */
  rev: number
  /** Of the whole content, to tell a repetition from a contradiction. */
  hash: string
  /** Absent: the shop named nobody. */
  contact?: string
  account?: string
  order: StoredOrder
  createdAt: Date
  updatedAt: Date
  /** Present until its facts, and what follows from them, are stored. */
  pending?: true
  /** It came by import: nobody is told of it. */
  imported?: true
}

/** What is kept of an order: everything but who bought it, which is `contact`. */
export type StoredOrder = Omit<Order, 'person' | 'orderNo' | 'rev'>

/** An event of a type that nobody knows yet. */
export interface QuarantineRow {
  /** `<shop>:<event id>`. */
  _id: string
  shop: string
  eventId: string
  type: string
  at: Date
  /** The account of the key, for openids. */
  account?: string
  /** Whose it is; telephone numbers are hashes already. */
  people: Person[]
  /** `identityKey` of each, by which an erasure finds it. */
  keys: string[]
  unionid?: string
  props: Record<string, unknown>
  receivedAt: Date
  /** Why it was not released when its type became known. */
  problem?: string
  expiresAt: Date
}

/** A type of events that somebody defined besides those that the product knows. */
export interface TypeRow extends Omit<TypeDefinition, 'type'> {
  _id: string
  by: string
  at: Date
}

/** How far an import came. */
export interface ImportRow {
  /** Names the file's content and its shop. */
  _id: string
  file: string
  bytes: number
  /** Everything before this byte is done. */
  offset: number
  /** The line at that byte, 1-based. */
  line: number
  /** How much of the rejects file counts. */
  rejectBytes: number
  counts: ImportCounts
  startedAt: Date
  updatedAt: Date
  finishedAt?: Date
}

export interface ImportCounts {
  orders: number
  accepted: number
  /** The same was there already. */
  known: number
  rejected: number
}

/** The names of the collections. */
export const ORDERS = 'orders'
export const QUARANTINE = 'quarantine'

const TYPES = 'eventTypes'
const IMPORTS = 'imports'
const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false } as const

/** The models, for their indexes; call it before `ensureIndexes`. */
export function shopModels(connection: Connection): void {
  if (isDefined(connection, 'Order')) return
  const mixed = Schema.Types.Mixed
  const orders = new Schema(
    {
      _id: { type: String, required: true },
      shop: String,
      orderNo: String,
      rev: Number,
      hash: String,
      contact: String,
      account: String,
      order: mixed,
      createdAt: Date,
      updatedAt: Date,
      pending: Boolean,
      imported: Boolean,
    },
    { ...OPTIONS, collection: ORDERS },
  )
  orders.index({ contact: 1, createdAt: -1 }, { name: 'contact' })
  orders.index({ orderNo: 1 }, { name: 'number' })
  orders.index({ pending: 1 }, { name: 'pending', sparse: true })
  defineModel(connection, 'Order', orders)
  const quarantine = new Schema(
    {
      _id: { type: String, required: true },
      shop: String,
      eventId: String,
      type: String,
      at: Date,
      account: String,
      people: [mixed],
      keys: [String],
      unionid: String,
      props: mixed,
      receivedAt: Date,
      problem: String,
      expiresAt: Date,
    },
    { ...OPTIONS, collection: QUARANTINE },
  )
  quarantine.index({ type: 1, _id: 1 }, { name: 'type' })
  quarantine.index({ keys: 1 }, { name: 'person' })
  quarantine.index({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 })
  defineModel(connection, 'QuarantinedEvent', quarantine)
}

/** The orders. */
export const orderRows = (connection: Connection): mongo.Collection<OrderRow> =>
  database(connection).collection<OrderRow>(ORDERS)

/** The events of unknown types. */
export const quarantineRows = (connection: Connection): mongo.Collection<QuarantineRow> =>
  database(connection).collection<QuarantineRow>(QUARANTINE)

/** The types that were defined. */
export const typeRows = (connection: Connection): mongo.Collection<TypeRow> =>
  database(connection).collection<TypeRow>(TYPES)

/** The imports. */
export const importRows = (connection: Connection): mongo.Collection<ImportRow> =>
  database(connection).collection<ImportRow>(IMPORTS)
