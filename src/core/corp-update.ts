import type { UpdateBase } from './update.js'

/*
 * What comes in from WeCom (企业微信): staff who use our app, customers (外部联系人) who come and go, customer groups, and
 * the corporation itself. `from` is whoever orders the updates: the staff member, the customer, the group, the desk.
 */

/** What a staff member sent to our app. */
export type StaffContent =
  | { kind: 'text'; text: string }
  | { kind: 'image'; mediaId: string; url: string }
  | { kind: 'voice'; mediaId: string; format: string }
  | { kind: 'video'; mediaId: string; thumbMediaId: string }
  | { kind: 'file'; mediaId: string; name: string }
  | { kind: 'location'; latitude: number; longitude: number; scale: number; label: string }
  | { kind: 'link'; title: string; description: string; url: string; picture: string }

/** A staff member wrote to our app; `from` is the staff member. Groups are never delivered to apps. */
export type StaffMessage = UpdateBase<'staff.message'> & { content: StaffContent }
/** A staff member opened our app, pressed its menu, or came into or left its visible range. */
export type StaffEvent = UpdateBase<'staff.event'> & {
  event: 'entered' | 'menu' | 'view' | 'mini-program' | 'scan' | 'joined' | 'left' | 'location'
  /** The menu's key, the address, the page or the scanned text. */
  key: string
}
/** A staff member pressed a button of a template card, or chose in it. */
export type StaffCardPressed = UpdateBase<'staff.card'> & {
  key: string
  /** The card, as we named it when it was sent. */
  task: string
  card: string
  /** Lets the card be updated once, within 72 h. */
  responseCode: string
  /** Chosen options by question. */
  selected: Record<string, string[]>
  /** True: from the card's menu in its corner. */
  menu: boolean
}
/** A smart bot (智能机器人) was spoken to, by a staff member; in a group only when it is mentioned. */
export type BotMessage = UpdateBase<'staff.bot'> & {
  bot: string
  text: string
  /** The group's id; absent in a conversation of two. */
  group?: string
  /** Where one answer may be sent within about an hour. */
  responseUrl?: string
  /** Set when the platform asks how an answer under way goes on. */
  stream?: string
}

/** A customer and a staff member are connected now. A welcome code lives 20 s and is good for one message. */
export type CustomerAdded = UpdateBase<'event.customer.added'> & {
  staff: string
  /** Of the contact way (联系我) or link the customer came by. */
  state?: string
  welcomeCode?: string
  /** The customer may already write, the staff member has not confirmed: most calls are refused (84061) until then. */
  half: boolean
}
/** A person changed remark or tags of a customer; what we do by API makes no event. */
export type CustomerEdited = UpdateBase<'event.customer.edited'> & { staff: string }
/** The connection has ended. */
export type CustomerRemoved = UpdateBase<'event.customer.removed'> & {
  staff: string
  by: 'staff' | 'customer' | 'transfer'
}
/** A hand-over to another staff member was not taken. */
export type CustomerTransferFailed = UpdateBase<'event.customer.transfer-failed'> & { staff: string; reason: string }
/** The customer agreed to the archive of conversations (会话内容存档). */
export type CustomerArchiveAgreed = UpdateBase<'event.customer.archive-agreed'> & {
  staff: string
  welcomeCode?: string
}

/** A customer group changed; `from` is the group's chat id. */
export type GroupChanged = UpdateBase<'event.group.changed'> & {
  change: 'created' | 'dismissed' | 'joined' | 'left' | 'owner' | 'name' | 'notice'
  /** Who joined or left; the platform may leave them out. */
  members: string[]
  /** How many joined or left; 0 when the platform does not say. */
  count: number
  /** By the platform's numbers: joined 0 invited, 3 by the group's code; left 0 by oneself, 1 removed. */
  scene?: number
  /** The roster's version before and after; a gap means that an event was lost. */
  lastVersion?: string
  version?: string
}
/** A tag of the corporation (企业标签) or a group of them changed. */
export type CorpTagChanged = UpdateBase<'event.corp.tag'> & {
  tag: string
  type: 'tag' | 'tag-group' | 'unknown'
  change: string
}
/** A member or department of the directory changed. */
export type CorpDirectoryChanged = UpdateBase<'event.corp.directory'> & {
  change: string
  user?: string
  newUser?: string
  fields: Record<string, unknown>
}
/** The platform warns of, suspends or restores our app, or a batch job has ended: operators are told. */
export type CorpNotice = UpdateBase<'event.corp.notice'> & { name: string; fields: Record<string, unknown> }
/** Something waits at a customer-service account (微信客服); it is fetched with the token (10 min). `from` is the account. */
export type DeskPending = UpdateBase<'event.kf.pending'> & { token: string }
/** Customer-service accounts were given to us or taken away. */
export type DeskAccountsChanged = UpdateBase<'event.kf.accounts'> & { added: string[]; removed: string[] }

/**
 * The conversation of a customer with the desk changed hands in the WeCom client; what we do by API makes no event. `code`
 * is good for one message: 48 h when it was taken, 20 s when it ended.
 */
export type DeskSession = UpdateBase<'event.kf.session'> & {
  change: 'taken' | 'passed' | 'ended' | 'reopened'
  before?: string
  after?: string
  code?: string
}
/** A servicer wrote to the customer in the WeCom client. */
export type DeskSaid = UpdateBase<'event.kf.said'> & {
  staff: string
  content: StaffContent | { kind: 'other'; name: string }
}
/** A message of the desk was taken back. */
export type DeskRecalled = UpdateBase<'event.kf.recalled'> & { messageId: string; by: 'customer' | 'servicer' }
/** The platform had taken a message of ours and did not deliver it. `reason` is its number, `why` ours. */
export type DeskSendFailed = UpdateBase<'event.kf.send-failed'> & { messageId: string; reason: number; why: string }
/** A servicer of the desk went on or off duty; nobody's `from`. */
export type DeskServicer = UpdateBase<'event.kf.servicer'> & { staff: string; serving: boolean }

/** Everything that comes from a corporation. */
export type CorpUpdate =
  | StaffMessage
  | StaffEvent
  | StaffCardPressed
  | BotMessage
  | CustomerAdded
  | CustomerEdited
  | CustomerRemoved
  | CustomerTransferFailed
  | CustomerArchiveAgreed
  | GroupChanged
  | CorpTagChanged
  | CorpDirectoryChanged
  | CorpNotice
  | DeskPending
  | DeskAccountsChanged
  | DeskSession
  | DeskSaid
  | DeskRecalled
  | DeskSendFailed
  | DeskServicer
