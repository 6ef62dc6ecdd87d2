import { type Connection, database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'

/** A hand-over of one member's customers and groups to others. */
export interface HandOverRow {
  _id: string
  account: string
  from: string
  /** Takers, in turn. */
  to: string[]
  /** The member has left the corporation. */
  resigned: boolean
  /** What customers are told once they are with the other member; only of members who are still here. */
  message?: string
  /** `planned`: nothing was sent yet. `running`: the tick works on it. `done`: every item has an end. */
  state: 'planned' | 'running' | 'done'
  /** Why it does not get on at the moment. */
  held?: string
  polledAt?: Date
  startedAt?: Date
  finishedAt?: Date
  createdAt: Date
  by: string
}

/**
 * Where one customer or group of a hand-over stands. `waiting`: begun, the platform completes it after 24 hours unless
 * the customer refuses. `refused`: by the customer. `taker-full`: no taker has room. `failed`: with the reason.
 */
export type ItemState = 'planned' | 'sending' | 'waiting' | 'done' | 'refused' | 'taker-full' | 'failed'

/** One customer or group of a hand-over. */
export interface HandOverItemRow {
  /** `<hand-over>:<kind>:<target>`. */
  _id: string
  handOver: string
  account: string
  kind: 'customer' | 'group'
  /** The platform's id of the customer or group; empty once the person was erased. */
  target: string
  contact?: string
  to: string
  /** Takers that had no room. */
  full: string[]
  state: ItemState
  reason?: string
  /** When the call that begins it was made, last. */
  sentAt?: Date
  endedAt?: Date
}

const HAND_OVERS = 'corpHandOvers'
const ITEMS = 'corpHandOverItems'

/** Hand-overs as mongoose models, for their indexes; call it before `ensureIndexes`. */
export function handOverModel(connection: Connection): void {
  const options = { versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const
  const _id = { type: String, required: true }
  const heads = new Schema({ _id, account: String, state: String }, { ...options, collection: HAND_OVERS })
  heads.index({ account: 1, createdAt: -1 }, { name: 'account' })
  heads.index({ state: 1 }, { name: 'state' })
  defineModel(connection, 'CorpHandOver', heads)
  const items = new Schema({ _id, handOver: String, state: String }, { ...options, collection: ITEMS })
  items.index({ handOver: 1, state: 1, _id: 1 }, { name: 'hand-over' })
  items.index({ account: 1, target: 1, sentAt: -1 }, { name: 'target' })
  items.index({ contact: 1 }, { name: 'contact', sparse: true })
  defineModel(connection, 'CorpHandOverItem', items)
}

/** The collections themselves. */
export const handOverRows = (connection: Connection) => database(connection).collection<HandOverRow>(HAND_OVERS)
export const handOverItemRows = (connection: Connection) => database(connection).collection<HandOverItemRow>(ITEMS)
/** Their name, for bulk writing. */
export const HAND_OVER_ITEMS = ITEMS
