import { aesKey } from '../crypto.js'
import type { Exchange } from '../exchanges.js'
import { type CorpOptions, type CorpSettings, demoDepartments, demoStaff } from '../options.js'
import type { Platform } from '../platform.js'
import { createDesk, demoDesk } from './kf/desk.js'
import type { Desk } from './kf/state.js'
import { type CorpMediaStore, createCorpMedia } from './media.js'
import { createRates, type Rates } from './rates.js'
import type {
  AppMessage,
  ContactWay,
  Customer,
  Group,
  InternalChat,
  JoinWay,
  Message,
  Moment,
  ResponseCode,
  Robot,
  SendTask,
  Staff,
  TagGroup,
  Transfer,
  WelcomeCode,
} from './state.js'
import { createThread, type Thread } from './thread.js'
import { type CorpTokens, createCorpTokens } from './tokens.js'

/** A corporation with everything the platform knows of it. */
export interface Corp {
  options: CorpOptions & { name: string }
  settings: CorpSettings
  key: Buffer
  keep: number
  tokens: CorpTokens
  rates: Rates
  media: CorpMediaStore
  departments: { id: number; name: string; parent: number }[]
  staff: Map<string, Staff>
  customers: Map<string, Customer>
  byUnionid: Map<string, Customer>
  /** Conversations by `staff/customer`. */
  chats: Map<string, Thread>
  tagGroups: Map<string, TagGroup>
  contactWays: Map<string, ContactWay>
  joinWays: Map<string, JoinWay>
  welcomeCodes: Map<string, WelcomeCode>
  groups: Map<string, Group>
  groupWelcomes: Map<string, Message & { createdAt: number }>
  tasks: Map<string, SendTask>
  moments: Map<string, Moment>
  /** When group-sends reached a customer or a group. */
  reached: Map<string, number[]>
  transfers: Transfer[]
  /** Hand-overs that wait, by `member/customer`, oldest first. */
  moving: Map<string, Transfer>
  /** When a customer was handed over. */
  moved: Map<string, number[]>
  messages: Map<string, AppMessage>
  /** Bodies of messages with enable_duplicate_check, and until when they count. */
  duplicates: Map<string, number>
  cardTasks: Set<string>
  responseCodes: Map<string, ResponseCode>
  internalChats: Map<string, InternalChat>
  robots: Map<string, Robot>
  /** 微信客服. */
  desk: Desk
  /** Where the page of the chat tool bar is; undefined: beside the callback. */
  toolbarUrl: string | undefined
  tickets: Map<string, { ticket: string; until: number }>
  loginCodes: Map<string, { person: string; at: number; private: boolean }>
  userTickets: Map<string, { person: string; at: number }>
  /** Whom the login pages let in. */
  loginAs: string | undefined
  /** Newest push about a thing, to which later calls are added. */
  lastExchange: Map<string, number>
  /** Pushes held by a reorder fault. */
  held: (() => void)[]
  /** Calls under way, by path. */
  underWay: Map<string, number>
}

/** A moment in which things happen in a corporation, with the pushes they cause. */
export interface Scene {
  platform: Platform
  corp: Corp
  now: number
  pushes: { exchange: Exchange; done: Promise<Exchange> }[]
}

/** Begins a scene. */
export const sceneOf = (platform: Platform, corp: Corp): Scene => ({
  platform,
  corp,
  now: platform.clock.now(),
  pushes: [],
})

const TOKEN_LIFE_MS = 7_200_000

/** A corporation as it is on the first day. Throws when the key is not an EncodingAESKey. */
export function createCorp(options: CorpOptions, keep: number, quotas: 'real' | 'off'): Corp {
  const settings = settingsOf(options, quotas)
  const staff = (options.staff ?? demoStaff).map(({ userid, name, departments = [1] }): [string, Staff] => [
    userid,
    createStaff({ id: userid, name, departments }, keep),
  ])
  return {
    options: { ...options, name: options.name ?? options.id },
    settings,
    key: aesKey(options.aesKey),
    keep,
    tokens: createCorpTokens(options.tokenLifeMs ?? TOKEN_LIFE_MS),
    rates: createRates(() => settings.quotas === 'real'),
    media: createCorpMedia(),
    departments: (options.departments ?? demoDepartments).map((department) => ({ ...department })),
    staff: new Map(staff),
    customers: new Map(),
    byUnionid: new Map(),
    chats: new Map(),
    tagGroups: new Map(),
    contactWays: new Map(),
    joinWays: new Map(),
    welcomeCodes: new Map(),
    groups: new Map(),
    groupWelcomes: new Map(),
    tasks: new Map(),
    moments: new Map(),
    reached: new Map(),
    transfers: [],
    moving: new Map(),
    moved: new Map(),
    messages: new Map(),
    duplicates: new Map(),
    cardTasks: new Set(),
    responseCodes: new Map(),
    internalChats: new Map(),
    robots: new Map(),
    desk: createDesk(options.desk ?? demoDesk, (id) => staff.some(([one]) => one === id)),
    toolbarUrl: undefined,
    tickets: new Map(),
    loginCodes: new Map(),
    userTickets: new Map(),
    loginAs: undefined,
    lastExchange: new Map(),
    held: [],
    underWay: new Map(),
  }
}

/** A member who is active, visible and may have customers. */
export function createStaff(given: { id: string; name: string; departments: number[] }, keep: number): Staff {
  return {
    ...given,
    active: true,
    left: false,
    leftAt: 0,
    inRange: true,
    seesCustomers: true,
    nativeWelcome: undefined,
    capacity: undefined,
    relations: new Map(),
    sorted: undefined,
    requests: new Map(),
    app: createThread(keep),
    received: [],
  }
}

function settingsOf(options: CorpOptions, quotas: 'real' | 'off'): CorpSettings {
  return {
    cap: options.cap ?? 'month',
    boundAccount: options.boundAccount === undefined ? 'shop' : options.boundAccount,
    detailDelayMs: options.detailDelayMs ?? 300,
    dispatchMs: options.dispatchMs ?? 1000,
    joinFull: options.joinFull ?? 200,
    autoRoomsListed: options.autoRoomsListed ?? false,
    welcomeBusyMs: options.welcomeBusyMs ?? 0,
    customerCap: options.customerCap ?? 5000,
    latencyMs: options.latencyMs ?? 0,
    allowed: { contacts: true, groups: true, moments: true, chats: true, desk: true, ...options.allowed },
    closed: options.closed ?? false,
    trustedIps: options.trustedIps ?? null,
    quotas: options.quotas ?? quotas,
  }
}

/** The first so many entries of a map are forgotten, so that it never grows without bound. */
export function bound(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
