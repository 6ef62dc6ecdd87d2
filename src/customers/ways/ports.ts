import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Message, ResolvedMessage } from '../../core/message.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import type { Newcomer } from '../welcome/ports.js'

/** Why the platform did not do what was asked. */
export interface WayFault {
  end: 'fault'
  /** `unclear`: it may have been done. `later`: not done, it may work after `afterMs`. */
  kind: 'full' | 'staff' | 'gone' | 'unclear' | 'later' | 'refused'
  /** In words for an operator. */
  reason: string
  afterMs?: number
}

/** A way as it is asked for on the platform. */
export interface WantedWay {
  place: 'qr' | 'mini-program'
  remark: string
  addAtOnce: boolean
  state: string
  staff: readonly string[]
}

/** A way as the platform tells it. */
export interface FoundWay {
  id: string
  state?: string
  remark?: string
  addAtOnce?: boolean
  staff?: readonly string[]
  qrCode?: string
}

/** The contact ways of one account on the platform; never rejects. */
export interface WaySource {
  add(way: WantedWay): Promise<{ end: 'made'; id: string; qrCode?: string } | WayFault>
  update(id: string, change: Omit<WantedWay, 'place'>): Promise<{ end: 'done' } | WayFault>
  remove(id: string): Promise<{ end: 'done' } | WayFault>
  get(id: string): Promise<{ end: 'found'; way: FoundWay } | WayFault>
  /** Ids of the ways made in a time. */
  list(query: {
    from: Date
    to: Date
    cursor?: string
  }): Promise<{ end: 'page'; page: { items: string[]; next?: string } } | WayFault>
  /** The members who may have customers. */
  staff(): Promise<{ end: 'staff'; ids: string[] } | WayFault>
}

/** What is written about a newcomer once the platform knows the pair. */
export interface WayPeople {
  /** The customer's name; undefined while the platform does not tell. */
  nameOf(newcomer: Pick<Newcomer, 'account' | 'staff' | 'customer'>): Promise<string | undefined>
  /** Puts our tags on the customer; what the platform refuses is tried again by whoever keeps the tags. */
  tag(who: { account: string; staff: string; customer: string }, tags: readonly string[]): Promise<unknown>
  /** Writes the remark of the pair; rejects while the member has not confirmed the customer. */
  remark(who: { account: string; staff: string; customer: string }, remark: string): Promise<unknown>
}

/** What keeping ways on the platform needs. */
export interface KeepingPorts {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  /** The accounts that can have contact ways; a way that names none belongs to the first. */
  accounts: readonly string[]
  /** The content folder. */
  contentDir: string
  timeZone: string
  source(account: string): WaySource | undefined
}

/** What newcomers by the ways need besides. */
export interface WayPorts extends KeepingPorts {
  people: WayPeople
  /** Our id of the customer. */
  contact(person: { platform: 'wecom'; account: string; externalId: string }, at: Date): Promise<string>
  /** Fills in an article, a card or an invitation for a newcomer; rejects when it names what is not there. */
  resolve(message: Message, newcomer: Newcomer): Promise<readonly ResolvedMessage[]>
}
