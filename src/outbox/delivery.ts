import type { Message } from '../core/message.js'
import type { DeliveryState, Purpose } from '../core/outcome.js'

/** A message that shall be delivered to one person. */
export interface NewDelivery {
  /** Names the delivery for ever: putting the same key again changes nothing. At most 400 bytes. */
  key: string
  account: string
  /** The person's id on the platform. */
  to: string
  purpose: Purpose
  message: Message
  /** Not before this moment; now when absent. */
  dueAt?: Date
  /** What it belongs to (an inbox row, a campaign occurrence): deliveries of one source to one person keep their order. */
  source: string
}

/** A delivery as it is stored. */
export interface DeliveryRow {
  /** The key. */
  _id: string
  account: string
  to: string
  /** `<account>:<to>` as of `contactKey`. */
  contact: string
  purpose: Purpose
  message: Message
  source: string
  state: DeliveryState
  createdAt: Date
  dueAt: Date
  /** The order within a contact: milliseconds x 1000 + a counter of the process that put it. */
  seq: number
  /** Not to be tried before; moved by retries. */
  nextAt: Date
  attempts: number
  /** Grows with every claim; every later write checks it. */
  fence: number
  /** Present while the delivery has not ended; the indexes of the queue hold open rows only. */
  open?: true
  /** Present while claimed or sending: at most one row of a contact has it, by a unique index. */
  busy?: true
  owner?: string
  /** By the database's clock. */
  leaseUntil?: Date
  reason?: string
  detail?: string
  /** The platform's error code or message id, as evidence. */
  code?: number
  receipt?: string
  sentAt?: Date
  endedAt?: Date
  /** Present when a person should look at it: it failed, or nobody knows whether it arrived. */
  attention?: true
  /** Present until its end has been recorded as a fact. */
  untold?: true
}

/** How a delivery ended, as the port to the events is told. */
export interface DeliveryEnd {
  key: string
  account: string
  to: string
  contact: string
  purpose: Purpose
  kind: Message['kind']
  source: string
  state: DeliveryState
  attempts: number
  at: Date
  reason?: string
  detail?: string
  code?: number
  receipt?: string
}

/** The states in which a delivery has ended. */
export const ENDED: ReadonlySet<DeliveryState> = new Set([
  'sent',
  'skipped',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
])
