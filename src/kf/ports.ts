import type { Contacts } from '../contacts/contacts.js'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Connection } from '../store/connect.js'
import type { Leases } from '../store/lease.js'

/** Something read from the desk: an update, and what is stored with it. */
export interface KfEntry {
  at: Date
  update: Update
  envelope: { body: string; mode: 'plain' | 'compatible' | 'safe'; format: 'xml' | 'json' }
}

/** What one read gave; the platform's side never rejects. */
export type KfRead =
  | { end: 'page'; entries: readonly KfEntry[]; next: string; more: boolean }
  /** The token is not valid: read without it. */
  | { end: 'token' }
  /** The cursor is not taken: begin at the oldest that is kept, 3 days back. */
  | { end: 'cursor'; reason: string }
  /** `stop`: an operator has to act; else it passes. `seldom`: reads without a token are limited. */
  | { end: 'later'; reason: string; afterMs: number; stop?: true; seldom?: true }

/** Which event gave a code, and so what may be said for it: a welcome and an end within 20 s, the queue's within 48 h. */
export type KfCodeKind = 'welcome' | 'queued' | 'taken' | 'ended'

/** What became of a message for a code. */
export type KfCodeTry =
  | { end: 'sent' | 'too-late' }
  /** `not-sent`: another try may help. `unclear`: it may have arrived. `failed`: refused for good. */
  | { end: 'not-sent' | 'unclear' | 'failed'; reason: string }

/** Who speaks with the customer, by the platform. */
export type KfState = 'new' | 'assistant' | 'waiting' | 'staff' | 'ended'

export type KfRefusal =
  | 'not-servicer'
  | 'off-duty'
  | 'ended'
  | 'state'
  | 'range'
  | 'no-permission'
  | 'error'
  /** No account of the desk, or no such person there. */
  | 'unknown'

/** What became of a call that changes something. */
export type KfCall<T = object> =
  | ({ end: 'done' } & T)
  | { end: 'refused'; reason: KfRefusal; detail: string }
  | { end: 'later'; detail: string }

/** A member to add, or a group to join. */
export type KfUpgrade = { member: string; wording?: string } | { group: string; wording?: string }

/** Words of the configuration. */
export interface KfWords {
  text: string
  choices?: readonly { id: string; text: string }[] | undefined
}

/** One customer-service account. Nothing of it rejects but `people`. */
export interface KfAccount {
  readonly account: string
  readonly settings: {
    /** Our id of the corporation's app. */
    corp: string
    openKfId: string
    /** At the first start what is older is skipped, in ms. */
    history: number
    welcome?: (KfWords & { scenes?: Readonly<Record<string, KfWords>> }) | undefined
    queued?: KfWords | undefined
    taken?: KfWords | undefined
    ended?: KfWords | undefined
  }
  read(position: { cursor: string; token?: string; count?: number }): Promise<KfRead>
  /** What of a message does not fit, or undefined. */
  problem(message: ResolvedMessage, kind: KfCodeKind): string | undefined
  sayOnCode(code: string, message: ResolvedMessage, signal?: AbortSignal): Promise<KfCodeTry>
  state(customer: string): Promise<KfCall<{ state: KfState; staff?: string }>>
  move(customer: string, to: Exclude<KfState, 'new'>, staff?: string): Promise<KfCall<{ code?: string }>>
  upgrade(customer: string, offer: KfUpgrade): Promise<KfCall>
  /** Up to 100 who were active in the last 48 h; the others are missing. */
  people(customers: readonly string[]): Promise<readonly { id: string; nickname: string; unionid?: string }[]>
}

/** Somebody as `customers/people.learn` takes them. */
export interface KfMet {
  account: string
  externalId: string
  unionid?: string
  name?: string
  at: Date
}

/** Whom something is said to, and why. */
export interface KfOccasion {
  kind: KfCodeKind
  account: string
  customer: string
  /** Of the link that was entered by. */
  scene?: string
  /** Who took the conversation, or had it. */
  staff?: string
}

/** What the desk of the platform is connected to. */
export interface KfPorts {
  connection: Connection
  clock: Clock
  log: Logger
  leases: Leases
  events: Pick<Events, 'append'>
  contacts: Pick<Contacts, 'resolve' | 'find'>
  outbox: Pick<Outbox, 'put'>
  accounts: readonly KfAccount[]
  /** Puts what was read into the inbox; resolves when it is durable, and rejects when it could not be stored. */
  accept(account: string, update: Update, envelope: KfEntry['envelope']): Promise<unknown>
  /** Makes contacts of people and joins them by unionid; for up to 100 at once. */
  learn(batch: readonly KfMet[]): Promise<unknown>
  /** Looks articles and cards of a reply up; throws when there is none of that name. */
  resolve(message: Message, account: string): ResolvedMessage
  /** What is said on an occasion, before the account's own words: a vote at the end, say. */
  words?(occasion: KfOccasion): Promise<ResolvedMessage | undefined>
  /** Waits between tries; ends early when the signal aborts. */
  wait?(ms: number, signal: AbortSignal): Promise<unknown>
  /** How long a handler may think before the account's own welcome goes, in ms; standard 3 s. */
  handlerMs?: number
  /** How long a reader may be silent before another one takes over, in ms; standard 30 s. */
  leaseMs?: number
  /** Stops the reader at a point, for tests. */
  fail?(point: PullPoint): Promise<void> | undefined
}

/** Where a test may stop the reader. */
export type PullPoint = 'leased' | 'read' | 'accepted' | 'moved' | 'done'
