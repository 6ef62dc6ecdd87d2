import type { WindowState } from '../../contacts/windows.js'
import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Message } from '../../core/message.js'
import type { NewDelivery } from '../../outbox/delivery.js'
import type { Connection } from '../../store/connect.js'
import type { ConversationRow, EntryContent, EntryMedia, EntryRow } from '../model.js'

/** How something that staff asked of the desk ended. */
export type DeskAnswer =
  | { outcome: 'done'; conversation: ConversationRow }
  | { outcome: 'refused'; reason: string; conversation?: ConversationRow }

/** A staff member as the desk knows them. */
export interface DeskMember {
  userid: string
  name: string
  skills: readonly string[]
  capacity: number
  /** On duty now. */
  online: boolean
  load: number
}

/** What the relay asks of the desk; `createDesk(...)` is it. */
export interface RelayDesk {
  accept(about: { conversation: string; staff: string; force?: boolean }): Promise<DeskAnswer>
  say(about: {
    conversation: string
    staff: string
    content: EntryContent
    key: string
  }): Promise<{ outcome: 'done' } | { outcome: 'refused'; reason: string }>
  note(about: { conversation: string; staff: string; text: string; key: string }): Promise<DeskAnswer>
  transfer(about: { conversation: string; staff: string; to: string | { skill: string } }): Promise<DeskAnswer>
  close(about: { conversation: string; staff: string }): Promise<DeskAnswer>
  toBot(about: { conversation: string; staff: string }): Promise<DeskAnswer>
  /** 补发 or 视为已发; the first choice counts. */
  settle(about: {
    entry: string
    staff: string
    choice: 'again' | 'sent'
  }): Promise<
    { outcome: 'done'; choice: 'again' | 'sent' } | { outcome: 'refused'; reason: string; choice?: 'again' | 'sent' }
  >
  setPresence(about: { staff: string; state: 'auto' | 'online' | 'offline' }): Promise<unknown>
  find(id: string): Promise<ConversationRow | undefined>
  held(staff: string): Promise<readonly ConversationRow[]>
  byNumber(staff: string, number: number): Promise<ConversationRow | undefined>
  entries(conversation: string, query?: { before?: number; after?: number; limit?: number }): Promise<EntryRow[]>
  members(): Promise<readonly DeskMember[]>
}

/** The media that travel between a person's account and the corporation. */
export interface RelayMedia {
  /** The file behind an id of that account, or behind an address. Rejects as fetching does. */
  fetch(account: string, media: EntryMedia): Promise<FetchedMedia>
  /**
   * An id that is good in that account. Rejects with AppError `media.size` or `media.format` when the account takes no
   * such file.
   */
  put(account: string, type: MediaType, bytes: Buffer): Promise<string>
}

/** The kinds of media that both sides know. */
export type MediaType = 'image' | 'voice' | 'video'

/** A file that was fetched. */
export interface FetchedMedia {
  bytes: Buffer
  contentType: string
  name?: string
}

/** Addresses under which files can be opened for as long as the platform keeps them. */
export interface RelayLinks {
  /** Undefined when the product has no public address. */
  of(account: string, media: EntryMedia, name?: string): string | undefined
}

/** What the relay is made of. */
export interface RelayPorts {
  connection: Connection
  clock: Clock
  log: Logger
  /** Dates in texts are of this zone. */
  timeZone: string
  /** The account of the corporation's app that staff use. */
  corp: string
  /** The desk, which is made after the relay. */
  desk(): RelayDesk
  outbox: {
    put(deliveries: NewDelivery | readonly NewDelivery[]): Promise<unknown>
    cancelOne(key: string, by: string): Promise<boolean>
  }
  /** Replaces the buttons of the card a member sees by a text; the code is good once, for 72 h. */
  updateCard(staff: string, responseCode: string, label: string): Promise<void>
  /** What may still be sent to a person; the contact is a key as of `contactKey`. */
  windows: { of(contact: string, now: Date): Promise<WindowState> }
  media: RelayMedia
  links: RelayLinks
  nameOf(contact: string): Promise<string | undefined>
  tagsOf(contact: string): Promise<readonly string[]>
  /** Lines about a person's orders, newest first; of one order when its number is given. */
  ordersOf(contact: string, number?: string): Promise<readonly string[]>
  /** The slugs of `content/cards` and `content/articles`. */
  slugs(kind: 'card' | 'article'): readonly string[]
}

/** A reply to a staff member. */
export type StaffReply = Message | undefined
