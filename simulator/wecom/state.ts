import type { JsonRecord } from '../json.js'
import type { CorpContent } from './content.js'
import type { Thread } from './thread.js'

/** A member of the corporation (成员). */
export interface Staff {
  id: string
  name: string
  departments: number[]
  active: boolean
  left: boolean
  leftAt: number
  /** In the app's visible range. */
  inRange: boolean
  /** May have customers (客户联系权限). */
  seesCustomers: boolean
  /** A welcome set in the console: no code comes with the event then. */
  nativeWelcome: string | undefined
  /** Customers she may have; the corporation's standard otherwise. */
  capacity: number | undefined
  relations: Map<string, Relation>
  /** The same in the order of the customers' ids, for pages; undefined after one came or went. */
  sorted: Relation[] | undefined
  /** People who wait to be confirmed, by external id. */
  requests: Map<string, { way: number; state: string; at: number }>
  app: Thread
  /** Times of the app's messages to her in the last hour. */
  received: number[]
}

/** A person from outside as the corporation knows them. */
export interface Customer {
  id: string
  name: string
  /** 1 WeChat, 2 WeCom. */
  type: 1 | 2
  unionid: string
  /** Of the follower this person is. */
  openid: string | undefined
  /** Members who know them. */
  staff: string[]
}

/** A member and a customer. */
export interface Relation {
  staff: string
  customer: string
  state: string
  remark: string
  description: string
  mobiles: readonly string[]
  tags: readonly string[]
  way: number
  addedAt: number
  /** The customer may write; the member has not added back. */
  half: boolean
  /** The customer has deleted the member. */
  lost: boolean
  /** Somebody has written by hand, or a welcome went out. */
  started: boolean
  lastChatAt: number
}

/** Somebody in a group. */
export interface Member {
  id: string
  staff: boolean
  at: number
  /** 1 invited, 2 by a link, 3 by the code. */
  scene: 1 | 2 | 3
  state?: string
  invitor?: string
}

/** A customer group (客户群). */
export interface Group {
  id: string
  name: string
  owner: string
  admins: Set<string>
  notice: string
  createdAt: number
  members: Map<string, Member>
  version: string
  dismissed: boolean
  /** 0 normal, 1 owner left, 2 being handed over, 3 handed over. */
  status: 0 | 1 | 2 | 3
  welcome: string | undefined
  /** Made by a join way. */
  auto: boolean
  thread: Thread | undefined
  /** What groupchat/get still tells. */
  shown: { row: JsonRecord; until: number } | undefined
  /** When it was handed over. */
  handed: number[]
}

/** A live code 「联系我」. */
export interface ContactWay {
  id: string
  type: 1 | 2
  scene: 1 | 2
  style: number
  remark: string
  skipVerify: boolean
  state: string
  staff: string[]
  departments: number[]
  exclusive: boolean
  createdAt: number
  scans: number
}

/** A live code 「加入群聊」. */
export interface JoinWay {
  id: string
  scene: 1 | 2
  remark: string
  state: string
  groups: string[]
  auto: boolean
  roomName: string
  roomNext: number
  /** Groups it has made. */
  rooms: string[]
  createdAt: number
  scans: number
}

/** A group of the corporation's tags. */
export interface TagGroup {
  id: string
  name: string
  order: number
  createdAt: number
  tags: Map<string, Tag>
}

/** A tag of the corporation. */
export interface Tag {
  id: string
  name: string
  order: number
  createdAt: number
}

/** A welcome code: 20 s, once. */
export interface WelcomeCode {
  staff: string
  customer: string
  at: number
  used: boolean
}

/** Content made by API: as it came, and as it is shown. */
export interface Message {
  wire: JsonRecord
  contents: CorpContent[]
}

/** One target of a group-send: 0 waiting, 1 sent, 2 not connected, 3 over the cap. */
export interface Target {
  id: string
  status: 0 | 1 | 2 | 3
  at: number
}

/** A member's part of a group-send. */
export interface Sender {
  staff: string
  confirmedAt: number | undefined
  /** Undefined: she chooses in the client. */
  chooses: boolean
  targets: Target[]
}

/** A group-send task (企业群发). */
export interface SendTask {
  id: string
  kind: 'customers' | 'groups'
  createdAt: number
  dispatchedAt: number
  cancelled: boolean
  message: Message
  senders: Map<string, Sender>
  reminders: number[]
}

/** A moments task (客户朋友圈). */
export interface Moment {
  id: string
  job: string
  createdAt: number
  dispatchedAt: number
  cancelled: boolean
  message: Message
  wrong: { users: string[]; departments: number[]; tags: string[] }
  staff: Map<string, { publishedAt: number | undefined; customers: string[] }>
}

/** A customer's hand-over to another member. */
export interface Transfer {
  from: string
  to: string
  customer: string
  at: number
  /** Of a member who has left. */
  resigned: boolean
  message: string
  /** 1 done, 2 waiting, 3 refused, 4 full. */
  status: 1 | 2 | 3 | 4
  endedAt: number
}

/** An internal group made by the app. */
export interface InternalChat {
  id: string
  name: string
  owner: string
  members: string[]
  thread: Thread
}

/** A robot of an internal group. */
export interface Robot {
  key: string
  name: string
  chat: string
  active: boolean
  sent: number[]
  thread: Thread
}

/** An app message that can be recalled or updated. */
export interface AppMessage {
  id: string
  at: number
  /** Lines of members' chats, by userid. */
  lines: Map<string, number>
}

/** A response code of a card: 72 h, once. */
export interface ResponseCode {
  message: string
  at: number
  used: boolean
}
