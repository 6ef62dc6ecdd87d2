import type { ContactRow } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import type { Fact, StoredFact } from '../events/fact.js'
import type { Connection } from '../store/connect.js'
import type { StaffRole } from './sessions.js'

/** A signature as the page's SDK takes it. */
export interface PageSignature {
  timestamp: number
  nonceStr: string
  signature: string
}

/** A corporation whose staff use the side bar; its client has most of this. */
export interface SidebarCorp {
  account: string
  corpid: string
  agentId: number
  /** Further accounts of the corporation by which its customers are known (微信客服). */
  deskAccounts?: readonly string[]
  logins: {
    addressInside(page: { returnTo: string; state: string }): string
    person(code: string): Promise<{ who: 'staff' | 'customer'; id: string } | { who: 'stranger' }>
  }
  jsSdk: {
    corpSignature(url: string): Promise<PageSignature>
    agentSignature(url: string): Promise<PageSignature>
  }
}

/** A member and a customer, as the roster of customers has them. */
export interface Pair {
  staff: string
  contact?: string
  live: boolean
  addedAt?: Date
  half?: boolean
  state?: string
  way?: number
  remark?: string
  description?: string
  /** Ids of the corporation's tags. */
  tags: readonly string[]
  tagRefusal?: { reason: string; tags: readonly string[] }
  absentAt?: Date
}

/** Who is whose customer; `createCustomers` has it. */
export interface CustomersPort {
  relations: { of(account: string, customer: string): Promise<readonly Pair[]> }
  catalogue: { list(account: string): Promise<readonly { tag: string; name: string }[]> }
  /** Brings mirrored tags into step after ours were changed. */
  settleTags(account: string, customer: string): Promise<unknown>
}

/** An order as the shop last told it. */
export interface OrderLike {
  shop: string
  orderNo: string
  order: {
    createdAt: Date
    paidAt?: Date | undefined
    completedAt?: Date | undefined
    cancelledAt?: Date | undefined
    totalFen?: number | undefined
    paidFen?: number | undefined
    items: readonly { sku: string; name?: string | undefined; qty: number }[]
    shipments: readonly {
      carrier: string
      trackingNo: string
      shippedAt: Date
      outForDeliveryAt?: Date | undefined
      deliveredAt?: Date | undefined
    }[]
    refunds: readonly { amountFen: number; at: Date }[]
  }
}

/** What is open for a person; `Windows` of the contacts has it. */
export interface WindowsPort {
  of(
    key: string,
    now: Date,
  ): Promise<{
    open: readonly { trigger: string; remaining: number; until: Date }[]
    lastActAt?: Date
    unexpired: boolean
  }>
}

/** A conversation of the desk. */
export interface ConversationLike {
  _id: string
  contact: string
  account: string
  channel: string
  state: 'bot' | 'queued' | 'staff' | 'waiting' | 'closed'
  staff?: string
  held?: true
  number?: number
  reason?: string
  createdAt: Date
  queuedAt?: Date
  lastInAt?: Date
  lastOutAt?: Date
  closedAt?: Date
}

/** One line of it. */
export interface EntryLike {
  _id: string
  seq: number
  at: Date
  direction: string
  by: string
  content: { kind: string }
  delivery?: { state: string; reason?: string }
  settled?: { choice: 'again' | 'sent' }
}

type Done =
  | { outcome: 'done'; conversation: ConversationLike }
  | { outcome: 'refused'; reason: string; conversation?: ConversationLike }

/** The desk, as much of it as the side bar shows. */
export interface DeskPort {
  list(query: { contact: string; limit: number }): Promise<readonly ConversationLike[]>
  find(id: string): Promise<ConversationLike | undefined>
  entries(id: string, query: { before?: number; limit?: number }): Promise<readonly EntryLike[]>
  place(id: string): Promise<number | undefined>
  members(): Promise<readonly { userid: string; name: string; online: boolean; load: number; capacity: number }[]>
  /** `force`: also one nobody asked staff for. One that somebody has is `taken`. */
  accept(a: { conversation: string; staff: string; force?: boolean }): Promise<Done>
  close(a: { conversation: string; staff: string }): Promise<Done>
  transfer(a: { conversation: string; staff: string; to: string; force?: boolean }): Promise<Done>
  note(a: { conversation: string; staff: string; text: string; key: string }): Promise<Done>
  /** Writes a note anew; only who wrote it may, unless `any`. */
  amendNote(a: { conversation: string; entry: string; staff: string; text: string; any?: boolean }): Promise<Done>
  /** 补发 or 视为已发 for a line of unclear end; the first choice counts. */
  settle(a: {
    conversation: string
    entry: string
    staff: string
    choice: 'again' | 'sent'
  }): Promise<{ outcome: 'done' } | { outcome: 'refused'; reason: string }>
}

/** A canned reply: a text, an article or a card. */
export interface CannedLike {
  slug: string
  title: string
  group: string
  text?: string
  article?: string
  card?: string
  keywords?: readonly string[]
  /** `store`: put by API or here; those of files are read-only. */
  origin: 'file' | 'store'
  version?: number
  updatedBy?: string
}

/** Canned replies; the desk has them. */
export interface CannedPort {
  /** By words and by pinyin initials, the best first; everything for an empty query. Each is a text, an article or a card. */
  search(query: string, limit?: number): Promise<readonly CannedLike[]>
  find(slug: string): Promise<CannedLike | undefined>
  /** Stores one; `version` is the one that is replaced, 0 for a new one. */
  put(
    slug: string,
    definition: { group: string; title: string; text: string; keywords?: string[] },
    options: { by: string; version: number },
  ): Promise<
    | { outcome: 'stored'; reply: CannedLike }
    | { outcome: 'invalid'; problems: readonly { field: string; message: string; fix: string }[] }
    | { outcome: 'read-only' }
    | { outcome: 'stale'; version: number }
  >
  /** Fills in the variables; `missing` ones stand in the text as they were written. */
  fill(text: string, values: CannedValues): { text: string; missing: readonly string[] }
}

/** What replies may name. */
export interface CannedValues {
  name?: string
  order?: string
  tracking?: string
  staff?: string
}

/** The content that may be sent. */
export interface MaterialsPort {
  articles(): readonly {
    slug: string
    title: string
    digest: string
    cover: string
    tags: readonly string[]
    url: string
  }[]
  cards(): readonly { slug: string; title: string; appid: string; path: string; thumb: string; app: string }[]
}

/** A group as the roster has it. */
export interface GroupLike {
  chatId: string
  name: string
  owner: string
  notice: string
  admins: readonly string[]
  createdAt?: Date
  hold: string
  status: 'active' | 'dismissed'
  count: number
  customers: number
  capacity: number
  nearlyFull: boolean
  labels: readonly string[]
  folder?: string
  readAt?: Date
  pending: boolean
}

/** The roster of customer groups. */
export interface GroupsPort {
  get(account: string, chatId: string): Promise<GroupLike | undefined>
  membersOf(
    account: string,
    chatId: string,
    page?: { after?: string; limit?: number },
  ): Promise<{
    members: readonly {
      member: string
      kind: 'staff' | 'customer' | 'unknown'
      name?: string
      nickname?: string
      joinedAt: Date
      way: string
      state?: string
      invitedBy?: string
    }[]
    next?: string
  }>
  isMember(account: string, chatId: string, member: string): Promise<boolean>
  labels(account: string): Promise<readonly { label: string; groups: number }[]>
  edit(
    account: string,
    chatId: string,
    edit: { addLabels?: string[]; removeLabels?: string[] },
  ): Promise<GroupLike | undefined>
}

/** A join way (加入群聊) that leads into a group. */
export interface JoinWayLike {
  name: string
  title: string
  account: string
  /** Address of the code's picture, where it has one. */
  picture?: string
  /** People can still join by it. */
  room: boolean
  /** Every group it leads to, and the one that fills up now. */
  groups: readonly string[]
  current?: string
}

/** What the side bar is made of. Parts that are absent are left out of the page. */
export interface SidebarPorts {
  connection: Connection
  clock: Clock
  log: Logger
  corps: readonly SidebarCorp[]
  config: {
    /** The corporation of an address that names none; the first unless given. */
    account?: string | undefined
    roles: Readonly<Record<string, StaffRole>>
    customers: 'own' | 'all'
  }
  publicUrl: string
  timeZone: string
  contacts: {
    find(person: { platform: 'wecom'; account: string; externalId: string }): Promise<string | undefined>
    get(contact: string): Promise<ContactRow | undefined>
  }
  events: {
    append(facts: readonly Fact[]): Promise<unknown>
    read(query: { contact: string; before?: Date; limit?: number }): Promise<StoredFact[]>
  }
  customers: CustomersPort
  library: MaterialsPort
  windows: WindowsPort
  /** The newest orders of any of these contacts. */
  orders?(contacts: readonly string[], limit: number): Promise<readonly OrderLike[]>
  desk?: DeskPort
  canned?: CannedPort
  groups?: GroupsPort
  joinWays?(): Promise<readonly JoinWayLike[]>
  /** Our words for an account: 絮屋服务号. */
  accountName?(account: string): string | undefined
  /** The pinyin initials of a text, for searching. */
  initials?(text: string): string
}
