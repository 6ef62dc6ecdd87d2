import type { JsonRecord } from '../../json.js'
import type { Thread } from '../thread.js'

/** Who speaks with a customer: 0 nobody yet, 1 the assistant (API), 2 waits in the pool, 3 a servicer, 4 ended or not begun. */
export type TalkState = 0 | 1 | 2 | 3 | 4

/** Whether a servicer takes conversations. */
export type Duty = 'serving' | 'stopped' | 'paused'

/** What the desk (微信客服) of a corporation is set to. */
export interface DeskSettings {
  /** How long a callback's token is good for sync_msg. */
  tokenMs: number
  /** Reads without a token in a minute; the platform only says "strictly limited". */
  readsWithoutToken: number
  /** Refusal of a msgid that was used; the platform names no code. */
  duplicateCode: number
  /** Customers that may be served: 100 unverified, 10,000 without a 视频号, null: any number. 95003 for the rest. */
  customers: number | null
  /** To whom customers can be passed on for good. */
  upgrade: { staff: string[]; departments: number[]; groups: string[] | 'all' }
}

/** The desk of a corporation. */
export interface Desk {
  settings: DeskSettings
  accounts: Map<string, DeskAccount>
  /** Links by the part of their address that names them. */
  links: Map<string, DeskLink>
  /** Tokens of callbacks. */
  tokens: Map<string, { account: string; until: number }>
  codes: Map<string, DeskCode>
  /** Customers who have written, by their place. */
  served: Map<string, number>
}

/** An address that opens a conversation. */
export interface DeskLink {
  key: string
  account: string
  scene: string
  entered: number
}

/** A code for one message that does not count. */
export interface DeskCode {
  of: 'welcome' | 'queued' | 'taken' | 'ended'
  account: string
  customer: string
  at: number
  used: boolean
}

/** A customer-service account (客服账号). */
export interface DeskAccount {
  id: string
  name: string
  picture: string
  /** The API may answer for it. */
  managed: boolean
  deleted: boolean
  /** A welcome set in the console: no code comes then. */
  welcome: string | undefined
  /** What becomes of a new conversation that nobody has taken in `routeAfterMs`. */
  routing: 'none' | 'queue' | 'staff'
  routeAfterMs: number
  /** Whose turn it is. */
  turn: number
  staff: Set<string>
  departments: Set<number>
  duty: Map<string, Duty>
  talks: Map<string, Talk>
  /** What sync_msg gives, oldest first, without gaps. */
  log: LogRow[]
  lastSeq: number
  /** Messages of the API by id. */
  sent: Map<string, string>
  /** Most rows of the next pages. */
  pages: number[]
  days: Map<number, DayCount>
}

/** A row of sync_msg. */
export interface LogRow {
  seq: number
  at: number
  row: JsonRecord
  /** The voice in the other format, made when it is asked for. */
  silk?: string
}

/** A customer at an account. */
export interface Talk {
  account: string
  customer: string
  state: TalkState
  /** Of state 3. */
  servicer: string | undefined
  /** Who had it last. */
  lastServicer: string | undefined
  scene: string
  sceneParam: string
  enteredAt: number
  lastCustomerAt: number
  /** Messages of the API since then. */
  sent: number
  welcomedAt: number
  beganAt: number
  endedAt: number
  /** Codes that this session has given. */
  gave: { queued: boolean; taken: boolean }
  /** The servicer has answered in this session. */
  answered: boolean
  takenAt: number
  /** The customer takes no messages. */
  refuses: boolean
  /** The servicer takes none of hers. */
  servicerRefuses: boolean
  score: 1 | 2 | 3 | undefined
  thread: Thread
}

/** What is counted of a day. */
export interface DayCount {
  sessions: number
  customers: Set<string>
  messages: number
  upgrades: Set<string>
  refusing: Set<string>
  byStaff: Map<string, StaffCount>
}

/** What is counted of a servicer's day. */
export interface StaffCount {
  sessions: number
  customers: Set<string>
  messages: number
  answered: number
  firstReplySeconds: number[]
  scores: number[]
}
