import type { Message, MessageKind } from '../core/message.js'
import type { DeliveryState, Outcome, Purpose } from '../core/outcome.js'
import type { Channel } from './channel.js'

/** A message that shall be delivered to one person. */
export interface NewDelivery {
  /** Names the delivery for ever: putting the same key again changes nothing. At most 400 bytes. */
  key: string
  account: string
  /** The person's id on the platform. */
  to: string
  purpose: Purpose
  message: Message
  /**
   * Other ways to say it, the preferred one first: the first that can reach the person when it is sent is taken, and a
   * definite refusal moves on to the next. Every refusal is kept in the row.
   */
  alternatives?: readonly Message[]
  /** Not before this moment; now when absent. */
  dueAt?: Date
  /** Given up when it has not been sent by then; the configured time after `dueAt` when absent. */
  expiresAt?: Date
  /** What it belongs to (an inbox row, a campaign occurrence): deliveries of one source to one person keep their order. */
  source: string
  /** Not sent when the delivery of this key was sent: that covers it. */
  unless?: string
  /** The delivery this one repeats. */
  resendOf?: string
}

/** Why one way of saying it was not taken. */
export interface Refusal {
  /** Which message: 0 is the first, 1 the first alternative. */
  option: number
  channel?: Channel
  reason: string
  detail?: string
  code?: number
  at: Date
  /** It could be asked again then. */
  until?: Date
}

/** One call of the platform: the evidence of what may have reached the person. */
export interface Attempt {
  /** When the call was about to be made, by the database's clock. */
  at: Date
  option: number
  kind: MessageKind
  channel?: Channel
  /** The process that made it. */
  owner: string
  /** The platform's template, and the person's id in the mini program where it went there. */
  template?: string
  visitor?: string
  /** Absent: the process ended before it knew. */
  end?: AttemptEnd
}

/** How a call ended. */
export interface AttemptEnd {
  at: Date
  state: Outcome['state']
  reason?: string
  detail?: string
  code?: number
  receipt?: string
  /** What was (or may have been) written; kept where the end is unclear. */
  wrote?: Message
}

/** Who put an unclear end right, and how. */
export interface Settled {
  by: 'receipt' | 'operator'
  at: Date
  /** The operator, or the platform's own words. */
  who?: string
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
  /** What is or was tried last. */
  message: Message
  /** All ways to say it, where there are several. */
  options?: readonly Message[]
  /** Which of them `message` is; absent: the first. */
  option?: number
  /** By which channel the last attempt went. */
  channel?: Channel
  source: string
  state: DeliveryState
  createdAt: Date
  dueAt: Date
  expiresAt?: Date
  unless?: string
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
  /** When the last call was about to be made, by the database's clock. */
  sendingAt?: Date
  /** The first attempt with an unclear end, on a channel whose key makes a repetition harmless. */
  unclearSince?: Date
  /** Every attempt by its number, from 1. */
  tries?: Readonly<Record<string, Attempt>>
  /** Ways that were not taken; only where there are several. */
  reasons?: readonly Refusal[]
  /** How often a process ended while it held the row. */
  crashes?: number
  /** The same, while it held nothing else. */
  crashesAlone?: number
  /** Present while it is held with nothing beside it. */
  alone?: true
  reason?: string
  detail?: string
  /** The platform's error code or message id, as evidence. */
  code?: number
  receipt?: string
  sentAt?: Date
  endedAt?: Date
  /** The platform reported that it arrived. */
  confirmedAt?: Date
  settled?: Settled
  /** The delivery this one repeats, and the one that repeats this. */
  resendOf?: string
  resentAs?: string
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
  channel?: Channel
  settled?: Settled
  reasons?: readonly Refusal[]
  resendOf?: string
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
