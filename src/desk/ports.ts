import type { Person } from '../contacts/identity.js'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Message } from '../core/message.js'
import type { Events } from '../events/events.js'
import type { NewDelivery } from '../outbox/delivery.js'
import type { Connection } from '../store/connect.js'
import type { CannedFiles } from './canned/files.js'
import type { ConversationRow, DeskChannel, EntryRow, ReleasedWhy, TakenHow, TicketRow } from './model.js'
import type { DeskSettings } from './settings.js'

/**
 * How staff are reached inside WeCom. Everything is told at least once, in order for each conversation; `id` is the same
 * when it is told again, so keys of deliveries are made of it. Resolve when it is durable; what rejects is told again.
 */
export interface RelayPort {
  /** Staff may take a conversation; again with others when nobody did. */
  offered(about: { id: string; conversation: ConversationRow; staff: readonly string[]; place: number }): Promise<void>
  /** Somebody has it: the others are to know, the one gets what was said before. */
  taken(about: { id: string; conversation: ConversationRow; staff: string; how: TakenHow }): Promise<void>
  /** The person wrote; told only while staff have the conversation, what came in the queue right after `taken`. */
  incoming(about: { id: string; conversation: ConversationRow; entry: EntryRow }): Promise<void>
  /** How a message of a staff member ended. */
  ended(about: { id: string; conversation: ConversationRow; entry: EntryRow }): Promise<void>
  /** They have it no more. */
  released(about: { id: string; conversation: ConversationRow; staff: string; why: ReleasedWhy }): Promise<void>
  /** Somebody waits too long. */
  alert(about: {
    id: string
    conversation?: ConversationRow
    what: 'unanswered' | 'queue' | 'ticket-overdue'
    staff: readonly string[]
    minutes: number
    ticket?: TicketRow
  }): Promise<void>
}

/** Nobody is told; for a desk without WeCom, whose staff use the API. */
export const noRelay: RelayPort = {
  offered: async () => undefined,
  taken: async () => undefined,
  incoming: async () => undefined,
  ended: async () => undefined,
  released: async () => undefined,
  alert: async () => undefined,
}

/** What the desk is made of. */
export interface DeskPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append' | 'read'>
  /** `resend` and `treatAsSent` as of the outbox's operations: they throw AppError `delivery.*` for what cannot be. */
  outbox: {
    put(deliveries: NewDelivery | readonly NewDelivery[]): Promise<unknown>
    resend(key: string, by: string): Promise<unknown>
    treatAsSent(key: string, by: string): Promise<unknown>
  }
  contacts: { resolve(person: Person, at?: Date): Promise<string>; tagsOf(contact: string): Promise<readonly string[]> }
  /** `content/desk.yaml`; undefined: there is none, the desk is closed. Asked often: keep it in memory. */
  settings(): Promise<DeskSettings | undefined>
  /** The service an account is served by; undefined: the desk does not serve it. */
  channelOf(account: string): DeskChannel | undefined
  /** What was put into the outbox, by key; for messages that others sent. */
  messages(keys: readonly string[]): Promise<ReadonlyMap<string, Message>>
  relay: RelayPort
  /** `content/canned`. */
  cannedFiles(): Promise<CannedFiles>
  /** The first letters of a text's pinyin. */
  initials(text: string): string
}

/** The person of a conversation, and the account it is on. */
export function personOn(channel: DeskChannel, account: string, externalId: string): Person {
  return { platform: channel === 'kf' ? 'wecom' : channel, account, externalId }
}
