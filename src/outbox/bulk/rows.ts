import type { Connection } from '../../store/connect.js'
import { database } from '../../store/connect.js'
import { CHANNELS, type Channel } from '../channel.js'
import type { AudienceRow } from './audience.js'
import type { RecipientState } from './chunk.js'

/** The collections of the bulk sender. */
export const BULK_AUDIENCE = 'bulk_audience'
export const BULK_CHUNKS = 'bulk_chunks'
export const BULK_SOURCES = 'bulk_sources'
export const BULK_LANES = 'bulk_lanes'
export const BULK_PEOPLE = 'bulk_people'
export const BULK_BATCHES = 'bulk_batches'

/** What several recipients of a chunk have in common about how it went; a recipient's `notes` byte names one. */
export interface Note {
  channel?: Channel
  reason?: string
  code?: number
  /** The mass send it was part of. */
  batch?: string
}

const PLAIN = new Map(CHANNELS.map((channel) => [channel, Object.freeze<Note>({ channel })]))

/** The note of those of whom nothing is to be said but the channel; always the same object. */
export const plainNote = (channel: Channel): Note => PLAIN.get(channel) ?? { channel }

/** Counts of a chunk, as they are summed up for its source. */
export interface Tally {
  states: Partial<Record<RecipientState, number>>
  /** Skipped and failed ones. */
  reasons: { reason: string; count: number }[]
  variants: { sent: number; failed: number; uncertain: number }[]
  firstSentAt?: Date
  lastSentAt?: Date
}

/** How a chunk stands: the row that changes while it is sent. */
export interface ChunkRow {
  /** The chunk's key. */
  _id: string
  source: string
  account: string
  /** The first and the last contact. */
  lo: string
  hi: string
  size: number
  createdAt: Date
  dueAt: Date
  expiresAt: Date
  /** Nothing is to be done before. */
  nextAt: Date
  /** Present until every recipient has come to an end. */
  open?: true
  /** Set for a whole source; a holder lets go of the chunk when it meets it. */
  hold?: 'paused' | 'cancelled'
  /** Somebody wants to change the chunk: its holder lets go, and nobody takes it before. By the database's clock. */
  wantedUntil?: Date
  /** How many visits let somebody of it go on; grows. */
  visits?: number
  /** State and attempts, one byte each. */
  states: Uint8Array
  /** The number of a note, one byte each; 0 is none. */
  notes: Uint8Array
  /** Seconds since 1970, four bytes each: when it was sent or ended, began to be unclear, or may be tried again. */
  times: Uint8Array
  /** Note 1 is the first. */
  book: Note[]
  tally: Tally
  /** The process that works on it; a write that does not name it and the fence changes nothing. */
  owner?: string
  /** By the database's clock. */
  leaseUntil?: Date
  fence: number
  /** Present when some failed or are uncertain. */
  attention?: true
  endedAt?: Date
}

/** A source with chunks. */
export interface SourceRow {
  _id: string
  account: string
  /** Present while it has open chunks. */
  open?: true
  hold?: 'paused' | 'cancelled'
  /** Nothing is due before. */
  nextAt: Date
  /** Grows with every put, so that nobody closes it over new chunks. */
  version: number
}

/** Who sends for an account: one process at a time, so that its rate is exact. */
export interface LaneRow {
  /** The account. */
  _id: string
  owner: string
  /** Who had it before, unless it was given back. */
  before?: string
  /** By the database's clock. */
  until: Date
  /** When its last call began, by the database's clock, as of the last renewal or release. */
  lastCallAt?: Date
}

/** One recipient that has to be found by something else than its chunk. */
export interface PersonRow {
  /** `<chunk>#<index>`. */
  _id: string
  /** `visit` waits for the person; `uncertain` waits for a receipt or a decision. */
  kind: 'visit' | 'uncertain'
  source: string
  chunk: string
  index: number
  account: string
  contact: string
  to: string
  channel?: Channel
  at: Date
  /** The person came by. */
  due?: true
  expiresAt: Date
}

/** One mass send: up to 10,000 people of a source. */
export interface BatchRow {
  /** Names the send for ever; the platform's deduplication key is made of it. */
  _id: string
  source: string
  account: string
  variant: number
  parts: { chunk: string; indexes: Uint8Array }[]
  size: number
  /** `void`: its call was not made, or was refused as a whole; its people are in another one. */
  state: 'made' | 'sent' | 'failed' | 'uncertain' | 'void'
  reason?: string
  code?: number
  /** The platform's id of the send: its receipt names it. */
  receipt?: string
  /** What the receipt told. */
  told?: { total: number; filtered: number; sent: number; failed: number }
  createdAt: Date
  endedAt?: Date
}

/** The bulk sender's collections of the native driver, typed; binaries are read as bytes. */
export function bulkRows(connection: Connection) {
  const options = { promoteBuffers: true } as const
  const db = database(connection)
  return {
    audience: db.collection<AudienceRow>(BULK_AUDIENCE, options),
    chunks: db.collection<ChunkRow>(BULK_CHUNKS, options),
    sources: db.collection<SourceRow>(BULK_SOURCES, options),
    lanes: db.collection<LaneRow>(BULK_LANES, options),
    people: db.collection<PersonRow>(BULK_PEOPLE, options),
    batches: db.collection<BatchRow>(BULK_BATCHES, options),
  }
}

/** The id of a recipient's own row. */
export const personId = (chunk: string, index: number): string => `${chunk}#${index}`
