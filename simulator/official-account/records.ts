import type { JsonRecord } from '../json.js'
import type { Account } from './account.js'
import { createDays, type Days } from './days.js'

/** A draft in the box. */
export interface DraftRecord {
  mediaId: string
  articles: JsonRecord[]
  updatedAt: number
}

/** What was published or mass-sent, with its public pages. */
export interface ArticleRecord {
  articleId: string
  msgDataId: number
  articles: JsonRecord[]
  publishedAt: number
  notified: boolean
  /** Places (from 1) whose page was removed. */
  removed: Set<number>
  /** Places (from 0) where comments are open. */
  open: Set<number>
  comments: CommentRecord[]
  /** Readers by place (from 1), day and openid. */
  readers: { place: number; day: number; openid: string }[]
}

/** A comment under an article. */
export interface CommentRecord {
  id: number
  place: number
  openid: string
  at: number
  content: string
  elected: boolean
  reply?: { content: string; at: number }
}

/** A publication on its way or over. */
export interface PublicationRecord {
  publishId: string
  status: number
  articleId?: string
  failed: number[]
}

/** A mass message. */
export interface MassRecord {
  msgId: number
  msgDataId: number
  status: 'SENDING' | 'SEND_SUCCESS' | 'SEND_FAIL' | 'DELETE'
  articleId?: string
}

/** A customer-service account. */
export interface StaffRecord {
  account: string
  nickname: string
  id: number
  picture: string
  wechatId?: string
  invited?: { wechatId: string; until: number }
}

/** A session between staff and a person; `to` is set when it is over. */
export interface SessionRecord {
  account: string
  openid: string
  from: number
  to?: number
}

/** A subscription template in use. */
export interface SubscriptionTemplateRecord {
  id: string
  title: string
  content: string
  type: 2 | 3
}

/** A code that is good once. */
export interface OnceCode {
  openid: string
  scope: string
  until: number
  used: boolean
}

/** Everything the platform knows of an account beyond messages, media, menu and codes. */
export interface Records {
  tags: Map<number, string>
  nextTag: number
  tagged: Map<string, Set<number>>
  conditionalMenus: JsonRecord[]
  drafts: Map<string, DraftRecord>
  publications: Map<string, PublicationRecord>
  articles: Map<string, ArticleRecord>
  /** publish_status that the next publication gets instead of 0. */
  nextPublish: number | undefined
  mass: Map<number, MassRecord>
  massKeys: Map<string, { at: number; triedAt: number; msgId: number }>
  /** Mass messages received, by `<month> <openid>`. */
  received: Map<string, number>
  /** Days with a successful send: to all, and any. */
  sentToAll: Set<number>
  sentOn: Set<number>
  massSpeed: number
  massVideos: Map<string, string>
  /** Status of the next MASSSENDJOBFINISH instead of "send success". */
  nextMass: string | undefined
  nextNumber: number
  industries: [string, string] | undefined
  subscriptionTemplates: Map<string, SubscriptionTemplateRecord>
  /** Consents left, by `<openid> <template>`. */
  consents: Map<string, number>
  /** One-time consents, by `<openid> <scene> <template>`. */
  oneTimeConsents: Set<string>
  staff: Map<string, StaffRecord>
  sessions: SessionRecord[]
  shortKeys: Map<string, { data: string; at: number; until: number }>
  loginCodes: Map<string, OnceCode>
  loginTokens: Map<string, { openid: string; scope: string; until: number }>
  /** Who sits at the browser that opens login and consent pages; else the follower who did something last. */
  lastSeen: string | undefined
  days: Days
}

const known = new WeakMap<Account, Records>()

/** The records of an account; a reset makes a new account and with it empty records. */
export function recordsOf(account: Account): Records {
  const found = known.get(account)
  if (found) return found
  const made: Records = {
    tags: new Map([[2, '星标组']]),
    nextTag: 100,
    tagged: new Map(),
    conditionalMenus: [],
    drafts: new Map(),
    publications: new Map(),
    articles: new Map(),
    nextPublish: undefined,
    mass: new Map(),
    massKeys: new Map(),
    received: new Map(),
    sentToAll: new Set(),
    sentOn: new Set(),
    massSpeed: 0,
    massVideos: new Map(),
    nextMass: undefined,
    nextNumber: 2_247_490_000,
    industries: undefined,
    subscriptionTemplates: new Map(
      (account.options.subscriptionTemplates ?? []).map(({ type = 2, ...item }) => [item.id, { ...item, type }]),
    ),
    consents: new Map(),
    oneTimeConsents: new Set(),
    staff: new Map(),
    sessions: [],
    shortKeys: new Map(),
    loginCodes: new Map(),
    loginTokens: new Map(),
    lastSeen: undefined,
    days: createDays(),
  }
  known.set(account, made)
  return made
}

/** The next of the growing numbers that ids are made of. */
export function nextNumber(records: Records): number {
  records.nextNumber += 1
  return records.nextNumber
}
