import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Outcome } from '../core/outcome.js'
import type { Update } from '../core/update.js'
import type { Events } from '../events/events.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Connection } from '../store/connect.js'
import type { AlertFiles } from './files.js'

/** `config.alerts`; durations in ms. */
export interface AlertSettings {
  /** Facts received longer ago than this when they are come to are counted, not told. */
  staleAfter: number
  /** What holds for rules that say nothing else. */
  quietHours: { hours: string; mode: 'hold' | 'drop' | 'ignore' }
  /** The same: so many alerts of a rule in so long, the rest is one summary. */
  most: { count: number; within: number }
  /** A message that has not left this long after its alert is given up. */
  expireAfter: number
  /** How long alerts stay for people to look at. */
  keep: number
  /** The keys of webhook robots, by our names for them. */
  robots: Readonly<Record<string, string>>
  /** Internal groups, by our names for them; each is made when it is first needed. */
  chats: Readonly<Record<string, ChatSettings>>
  /** What a message says that complains. */
  complaintWords: readonly string[]
}

/** An internal group (内部群) of staff. */
export interface ChatSettings {
  /** The corporation; the only one unless given. */
  account?: string | undefined
  name: string
  owner: string
  /** Userids; the owner is one of them by itself. */
  members: readonly string[]
}

/** A message of a robot, as the client takes it. */
export type RobotText =
  | { type: 'text'; text: string }
  | { type: 'markdown'; text: string }
  | {
      type: 'card'
      card: {
        kind: 'notice'
        title: string
        text?: string
        facts?: readonly { name: string; value: string }[]
        target: { url: string }
      }
    }

/** A message to an internal group, as the client takes it. */
export type ChatText =
  | { type: 'text' | 'markdown'; text: string }
  | { type: 'textcard'; title: string; description: string; url: string }

/** The methods of a corporation's client that alerts use. */
export interface AlertClient {
  robots: { send(key: string, message: RobotText, options?: { signal?: AbortSignal }): Promise<void> }
  chats: {
    get(id: string): Promise<{ id: string; name: string; owner: string; members: string[] } | undefined>
    create(chat: { members: readonly string[]; name?: string; owner?: string; id?: string }): Promise<string>
    update(
      id: string,
      change: { name?: string; owner?: string; add?: readonly string[]; remove?: readonly string[] },
    ): Promise<void>
    send(id: string, message: ChatText, options?: { signal?: AbortSignal }): Promise<void>
  }
}

/** What alerts are made of. */
export interface AlertPorts {
  connection: Connection
  settings: AlertSettings
  timeZone: string
  clock: Clock
  /** The database's clock: calls under way are judged by it. */
  leaseClock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  outbox: Pick<Outbox, 'put'>
  /** The accounts of WeCom corporations. */
  corps: readonly string[]
  client(account: string): AlertClient | undefined
  /** What a call that failed means (`outcomeOf` of the platform). */
  outcomeOf(error: unknown): Outcome
  /** Reads `content/alerts`. */
  files(): Promise<AlertFiles>
  /** Our contact of whoever sent an update. */
  contactOf(update: Update): Promise<string | undefined>
  /** Staff who look after a contact, by corporation. */
  staffOf(contact: string): Promise<readonly { account: string; staff: string }[]>
  /** How a contact is called in a message to staff. */
  nameOf(contact: string): Promise<string | undefined>
  /**
   * Starts a group-send task by its name; the same key again changes nothing. Nothing reaches a customer before staff
   * confirm it in their own client. Absent where there are none.
   */
  startGroupSend?(name: string, key: string): Promise<void>
  /** Names of group sends, for checks. */
  groupSends?: readonly string[]
}
