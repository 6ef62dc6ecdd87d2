import type { Person } from '../contacts/identity.js'
import type { Message } from '../core/message.js'
import type { DeliveryState } from '../core/outcome.js'

/** By which service a conversation is held. */
export type DeskChannel = 'official-account' | 'kf' | 'mini-program'

/**
 * Who has the word. `bot`: nobody asked for staff; `queued`: waits for staff; `staff`: a staff member has it and owes an
 * answer; `waiting`: staff answered and the person is silent; `closed`: over for good, what comes next is a new one.
 */
export type ConversationState = 'bot' | 'queued' | 'staff' | 'waiting' | 'closed'

/** Who ended a conversation; `left`: the person unfollowed; `silence`: nobody wrote for long. */
export type ClosedBy = 'staff' | 'follower' | 'silence' | 'left' | 'api'

/** Why a staff member has a conversation no more. */
export type ReleasedWhy = 'closed' | 'transferred' | 'reassigned' | 'bot' | 'left'

/** How a staff member came to a conversation. */
export type TakenHow = 'accepted' | 'assigned' | 'transferred'

/** Staff who were asked to take a conversation, until when it is theirs to take before others are asked. */
export interface Offer {
  round: number
  staff: string[]
  at: Date
  until: Date
}

/** What the person thought of it; 1 is the best. */
export interface Vote {
  askedAt: Date
  until: Date
  choice?: 1 | 2 | 3
  at?: Date
}

/** Something decided with a change of a conversation and carried out after it, once for all by its id. */
export type Effect = { id: string; at: Date } & EffectWork
/** What is to be carried out. */
export type EffectWork =
  | { kind: 'fact'; type: string; props: Record<string, unknown> }
  | { kind: 'say'; message: Message }
  | { kind: 'offered'; staff: string[] }
  | { kind: 'taken'; staff: string; how: TakenHow }
  | { kind: 'released'; staff: string; why: ReleasedWhy }
  | { kind: 'alert'; what: 'unanswered' | 'queue'; staff: string[]; minutes: number }
  | { kind: 'ticket'; ticket: TicketRow }
  | { kind: 'ticket-moved'; ticket: string; to: 'open' | 'queued' | 'answered' | 'done'; staff?: string }

/** A conversation. Everything decided about it is one compare-and-set on `version`. */
export interface ConversationRow {
  _id: string
  /** `identityKey` of the person; unique while it is open. */
  key: string
  person: Person
  contact: string
  account: string
  channel: DeskChannel
  state: ConversationState
  open?: true
  /** Grows with every decision. */
  version: number
  /** Of the newest entry. */
  seq: number
  createdAt: Date
  /** WeCom userid; stays on the row when it is closed, `held` tells whether they have it now. */
  staff?: string
  held?: true
  /** `#1` to `#99` of that staff member; never given again soon after, so that a late `#3 ...` reaches no stranger. */
  number?: number
  /** 1 to the staff member's capacity; unique, so that two processes cannot give them too much. */
  slot?: number
  skill?: string
  reason?: string
  /** Asked for by name. */
  wanted?: string
  /** 1 goes before 0: tickets, and those that were taken from staff. */
  priority: 0 | 1
  queuedAt?: Date
  takenAt?: Date
  firstReplyAt?: Date
  /** Since when staff owe an answer. */
  unansweredSince?: Date
  lastInAt?: Date
  lastOutAt?: Date
  closedAt?: Date
  closedBy?: ClosedBy
  offer?: Offer
  /** Asked already in this round, or lost it by not answering. */
  tried?: string[]
  /** Somebody was alerted about the present wait. */
  alertedAt?: Date
  /** The ticket that is to be answered in it. */
  ticket?: string
  /** The person's next text until then belongs to the ticket. */
  asksUntil?: Date
  vote?: Vote
  /** Staff had it, and ended it, in the platform's own client. */
  elsewhere?: true
  /** When time alone may decide something. */
  nextAt?: Date
  effects?: Effect[]
  /** Something is to be carried out or told, since then. */
  todo?: Date
  /** The store ends it then. */
  expiresAt?: Date
}

/** A file: of an account of the platform (`mediaId`, good for 3 days), of `content/media`, or an address. */
export interface EntryMedia {
  mediaId?: string
  url?: string
  file?: string
  format?: string
}

/** What was said. */
export type EntryContent =
  | { kind: 'text'; text: string }
  | { kind: 'image'; media: EntryMedia }
  | { kind: 'voice'; media: EntryMedia; transcript?: string }
  | { kind: 'video'; media: EntryMedia; thumb?: EntryMedia; title?: string; description?: string }
  | { kind: 'file'; media: EntryMedia; name: string }
  | { kind: 'location'; latitude: number; longitude: number; label: string }
  | { kind: 'link'; title: string; description?: string; url: string; picture?: string }
  | { kind: 'card'; title: string; appid: string; path: string; slug?: string; thumb?: EntryMedia }
  | { kind: 'article'; slug: string }
  | { kind: 'menu'; key: string }
  | { kind: 'choices'; head: string; items: { id: string; text: string }[]; tail: string }
  | { kind: 'other'; what: string }

/** How a message that goes out stands: `pending` until the outbox has it, `answered`: given as the answer of a push. */
export interface EntryDelivery {
  key: string
  state: 'pending' | 'answered' | DeliveryState
  reason?: string
  code?: number
  detail?: string
  at?: Date
  /** The delivery that ended so, where it is another one: a piece of a long text, or a repetition. */
  piece?: string
}

/** One line of a conversation. */
export interface EntryRow {
  /** `in:<account>:<update>`, `out:<delivery key>`, `note:<key>`. */
  _id: string
  conversation: string
  /** The person's `identityKey`. */
  key: string
  seq: number
  at: Date
  direction: 'in' | 'out' | 'note'
  /** `customer`, `bot`, `desk`, or a staff userid. */
  by: string
  content: EntryContent
  delivery?: EntryDelivery
  /** What goes to the outbox, until it is there. */
  message?: Message
  /** In: staff are to be told of it. */
  relay?: 'pending' | 'done'
  /** Out by staff: its end is to be told to them. */
  tell?: 'pending' | 'done'
  /** Out by staff, of unclear end: what a person chose, before it was carried out. */
  settled?: { choice: 'again' | 'sent'; by: string; at: Date }
  /** A note that was written anew. */
  amended?: { by: string; at: Date }
  /** In: who had the word when it came. */
  handled?: 'bot' | 'desk'
  expiresAt: Date
}

/** A question that came while nobody was on duty. */
export interface TicketRow {
  _id: string
  /** As people call it. */
  number: number
  conversation: string
  key: string
  contact: string
  account: string
  channel: DeskChannel
  state: 'open' | 'queued' | 'answered' | 'done' | 'dropped'
  skill?: string
  question: string
  /** How the person wants to be reached, where they said it. */
  contactWay?: string
  createdAt: Date
  /** When somebody is on duty again, as it was known then. */
  opensAt?: Date
  deadline: Date
  queuedAt?: Date
  answeredAt?: Date
  staff?: string
  alertedAt?: Date
  expiresAt: Date
}

/** What is kept of a staff member. */
export interface StaffRow {
  /** The userid. */
  _id: string
  /** `auto`: on duty in their shifts. */
  presence?: 'auto' | 'online' | 'offline'
  capacity?: number
  lastTakenAt?: Date
  lastNumber?: number
  /** They left the corporation, or the app. */
  goneAt?: Date
}
