import type { Logger } from './log.js'
import type { HandOver, HandOverAsk, Message, Reply } from './message.js'
import type {
  AccountVerificationEvent,
  ConsentRevokedEvent,
  ContactCancelledEvent,
  MassSentEvent,
  PlatformName,
  ProfileChangedEvent,
  PublishFinishedEvent,
  TextMessage,
  UnsubscribeEvent,
  Update,
} from './update.js'

/**
 * What a handler does with an update: its return value is the reply. Returning nothing gives no reply, unless the
 * handler called `next()`: then the reply of the handlers after it stands. Return `''` to take that reply back.
 */
export type Handler<U extends Update = Update> = (ctx: Context<U>, next: () => Promise<Reply>) => Answer<U>

/** A handler of `hears`, `scene` and `menu`: the context also carries what matched. */
export type MatchHandler<U extends Update = Update> = (ctx: MatchedContext<U>, next: () => Promise<Reply>) => Answer<U>

/** A handler of `hears`. */
export type HearsHandler = MatchHandler<TextMessage>

/** A context with the match of a pattern: `match[0]` is what matched, `match[1]` the first group. */
export type MatchedContext<U extends Update = Update> = Context<U> & { readonly match: RegExpMatchArray }

/** Updates nobody can be answered about: the person is gone, or there is none. Their handlers return nothing. */
export type Unanswerable =
  | UnsubscribeEvent
  | ContactCancelledEvent
  | ConsentRevokedEvent
  | ProfileChangedEvent
  | MassSentEvent
  | PublishFinishedEvent
  | AccountVerificationEvent

/** What a handler of these updates may return. */
export type Answer<U extends Update> = [U] extends [Unanswerable] ? void | Promise<void> : Reply | Promise<Reply>

/** One update on its way through the handlers. */
export interface Context<U extends Update = Update> {
  readonly update: U
  /** The account that received it. */
  readonly account: { readonly id: string; readonly platform: PlatformName }
  /** The person, loaded on first use. */
  readonly contact: ContactHandle
  /** What this conversation is waiting for, if anything. */
  readonly session: SessionHandle
  /** Articles, cards and keyword replies of `content/`. */
  readonly content: ContentHandle
  /** What may still be sent to this person besides the reply, and until when. */
  readonly window: WindowHandle
  readonly log: Logger
  /** When the update was accepted. */
  readonly now: Date
  /**
   * Sends a message besides the reply, through the outbox, once: the key is derived from the update and the order of
   * the calls, so a handler that runs again after a crash does not send again.
   */
  send(message: Message | string): Promise<void>
  /**
   * Records a fact about this contact: `record('coupon.claimed', { stock: 'newcomer' })`. Once per update and type.
   * `type` is words joined by dots; the properties take at most 8 KiB as JSON.
   */
  record(type: string, props?: Record<string, unknown>): Promise<void>
  /**
   * Hands the conversation to staff: return what this gives. `{ skill, reason }` says what they must know and why, which
   * routes it and stands on their card.
   */
  handOver(asked?: HandOverAsk): HandOver
}

/** The purposes a person can allow or forbid; replies and order notices need no consent. */
export type ConsentPurpose = 'marketing' | 'care'

/** The person behind an update. */
export interface ContactHandle {
  /** Our own id of the contact. */
  id(): Promise<string>
  tags(): Promise<string[]>
  hasTag(tag: string): Promise<boolean>
  /** Adds tags; adding one twice is no error. A tag is 1-80 characters: a channel code (64) and its prefix fit. */
  tag(...tags: string[]): Promise<void>
  untag(...tags: string[]): Promise<void>
  /** Free fields the shop keeps about the person (nickname, city, size ...). */
  profile(): Promise<Record<string, unknown>>
  setProfile(fields: Record<string, unknown>): Promise<void>
  /**
   * Allows or forbids messages of a purpose; the guards of the outbox obey. Kept with the time, where it was said
   * (`source`, the kind of update unless given) and which wording the person saw (`textVersion`).
   */
  consent(
    purpose: ConsentPurpose,
    allowed: boolean,
    evidence?: { source?: string; textVersion?: string },
  ): Promise<void>
}

/** A conversation's memory: what the account is waiting for, with an expiry. */
export interface SessionHandle {
  /** The name given to `wait`, or undefined when nothing is awaited or it has expired. */
  waitingFor(): Promise<string | undefined>
  data(): Promise<Record<string, unknown>>
  /**
   * Waits for the follower's next message under a name; `for` is a duration such as `10m` (default), at most `7d`.
   * `data` takes at most 8 KiB as JSON. Waiting again replaces what was awaited.
   */
  wait(name: string, data?: Record<string, unknown>, options?: { for?: string }): Promise<void>
  clear(): Promise<void>
  /**
   * True for the first update that asks within `every` (at most `7d`), false for the others: for hints that must
   * not be repeated. The same update asking again gets the same answer.
   */
  once(name: string, every: string): Promise<boolean>
}

/** The parts of the library a handler asks. */
export interface ContentHandle {
  /** The reply of `content/replies` that this text calls for, now, or undefined. */
  reply(text: string): Message | undefined
  hasArticle(slug: string): boolean
  hasCard(slug: string): boolean
}

/**
 * What opens a window for customer-service messages: a message, a menu press or tapped choice, a follow, a scan, and in a
 * mini program entering its customer service.
 */
export type WindowTrigger = 'message' | 'menu' | 'subscribe' | 'scan' | 'enter'

/** An allowance to send without being asked again. */
export interface OpenWindow {
  trigger: WindowTrigger
  /** Messages left; never 0. */
  remaining: number
  /** From this very moment on it is closed. */
  until: Date
}

/**
 * What the account may send to the person of an update on its own, by our ledger of what they did and what was sent.
 * The reply of a handler needs no window. Messages that wait in the outbox are not counted before they leave.
 */
export interface WindowHandle {
  /** The open windows, the one that ends first in front; messages are taken from it. */
  open(): Promise<OpenWindow[]>
  /** How many messages may be sent now. */
  remaining(): Promise<number>
  /** When the last of them closes; undefined when none is open. */
  until(): Promise<Date | undefined>
  /** How often a subscription template may still be used; each acceptance allows one message. */
  credits(template: string): Promise<number>
}
