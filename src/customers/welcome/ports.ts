import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Message, ResolvedMessage } from '../../core/message.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { WelcomeSource } from './model.js'

/** What became of one try; the platform's side gives it as a value. */
export type WelcomeTry =
  | { end: 'sent' | 'not-due' | 'too-late' | 'other-app' }
  /** `not-sent`: another try may help. `unclear`: it may have arrived. `failed`: refused for good. */
  | { end: 'not-sent' | 'unclear' | 'failed'; reason: string }

/** Sends the welcomes of one account; never rejects. */
export interface WelcomeSender {
  /** What of the messages does not fit a welcome, a sentence each. */
  problems(messages: readonly ResolvedMessage[]): string[]
  send(code: string, messages: readonly ResolvedMessage[], signal?: AbortSignal): Promise<WelcomeTry>
}

/** Whom a welcome is for. */
export interface Newcomer {
  account: string
  staff: string
  customer: string
  state?: string
}

/** What a newcomer may be welcomed with. */
export interface WelcomeWords {
  source: Exclude<WelcomeSource, 'handler'>
  messages: readonly ResolvedMessage[]
}

export interface WelcomePorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  /** Undefined for accounts that have no customers. */
  sender(account: string): WelcomeSender | undefined
  /** The way's own welcome and the account's, in this order, each made when it is asked for: within a second or two. */
  words(newcomer: Newcomer): AsyncIterable<WelcomeWords>
  /** Fills in a handler's reply for the newcomer (articles, cards, invitations); rejects when it names what is not there. */
  resolve(message: Message, newcomer: Newcomer): Promise<readonly ResolvedMessage[]>
  /** Our id of the customer, for the facts. */
  contact(person: { platform: 'wecom'; account: string; externalId: string }): Promise<string | undefined>
  /** Waits between tries; ends early when the signal aborts. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
  /** How long a handler may think before the way's own welcome goes; standard 3 s. */
  handlerMs?: number
}
