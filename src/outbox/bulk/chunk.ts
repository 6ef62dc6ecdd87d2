import type { Message } from '../../core/message.js'
import type { Purpose } from '../../core/outcome.js'
import type { Channel, Reason } from '../channel.js'

/** One person of a chunk. */
export interface Recipient {
  /** Our id of the contact. */
  contact: string
  /** The person's id on the platform (an openid). */
  to: string
  /** Which of the chunk's variants. */
  variant: number
  /** Left out on purpose: counted and explained, never sent. */
  skip?: Reason
}

/**
 * Up to 1,000 people who get the same message: one row for what they share, one byte each for how it went. The
 * recipients are ordered by contact, so "what about her?" is a look-up.
 */
export interface NewChunk {
  /** `<campaign>:<occurrence>:<number>`, unique for ever: putting it again changes nothing. */
  key: string
  /** `<campaign>:<occurrence>`: pausing, resuming, cancelling and counting are by source. */
  source: string
  account: string
  purpose: Purpose
  /** Which channels may carry it, the preferred one first. */
  channels: readonly Channel[]
  variants: readonly Message[]
  recipients: readonly Recipient[]
  dueAt: Date
  /** What is not sent by then is given up as expired. */
  expiresAt: Date
  /** Messages a second at most, over the whole source; the account's own limit holds besides. */
  ratePerSecond?: number
  /** At-least-once: an unclear end on a channel without a key is tried again instead of being uncertain. */
  repeatUncertain?: boolean
}

/** How one recipient stands. `waiting-visit`: goes out when the person comes by. */
export type RecipientState =
  | 'waiting'
  | 'sending'
  | 'sent'
  | 'skipped'
  | 'failed'
  | 'retry'
  | 'uncertain'
  | 'cancelled'
  | 'expired'
  | 'waiting-visit'

/** What happened to one recipient. */
export interface RecipientEnd {
  contact: string
  to: string
  state: RecipientState
  channel?: Channel
  reason?: string
  /** The platform's error code, as evidence. */
  code?: number
  at?: Date
  variant: number
}

/** Counts of a source. Their sum is the number of recipients. */
export interface BulkProgress {
  recipients: number
  states: Partial<Record<RecipientState, number>>
  /** Skipped and failed ones by reason. */
  reasons: Record<string, number>
  /** By variant: sent and failed. */
  variants: { sent: number; failed: number; uncertain: number }[]
  /** The moment of the first and the latest send. */
  firstSentAt?: Date
  lastSentAt?: Date
  /** Nothing is left to do. */
  done: boolean
}
