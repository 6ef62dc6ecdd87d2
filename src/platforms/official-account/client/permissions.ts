import { capabilityOf } from '../../../../rules/official-account/endpoints.js'
import { accountKind, type Capability, capabilities } from '../../../../rules/official-account/kinds.js'
import type { Clock } from '../../../core/clock.js'
import { messageOf } from '../../../core/errors.js'
import type { Logger } from '../../../core/log.js'
import { type Bilingual, WeChatApiError } from '../errors.js'
import type { Gate } from './api.js'

/** A path the platform has refused this account (48001). */
export interface Denial {
  endpoint: string
  at: Date
}

/** Where the processes of a deployment share what the platform refused. */
export interface PermissionStore {
  list(account: string): Promise<Denial[]>
  put(account: string, endpoint: string): Promise<void>
  /** Forgets every denial of the account. */
  clear(account: string): Promise<void>
}

/** What an account may call: by its kind, and by what the platform has said. */
export interface Permissions extends Gate {
  /** What the platform has refused, as remembered. */
  denied(): Promise<Denial[]>
  /** Whether the account's kind and its configuration allow it; the platform may still refuse. */
  may(capability: Capability): boolean
  /** Forgets what the platform refused: the operator says that it is mended. */
  recheck(): Promise<void>
}

export interface PermissionOptions {
  /** The key in the store. */
  account: string
  /** Absent: only what the platform refused counts. */
  kind?: { kind: 'service' | 'subscription'; verified: boolean }
  /** Whether the plugin 订阅通知 is open for the account. Standard false. */
  subscriptionNotices?: boolean
  store: PermissionStore
  clock: Clock
  log: Logger
}

/** `api unauthorized`. */
const UNAUTHORIZED = 48001
/** Another process may have learnt or forgotten something since. */
const FRESH_MS = 30_000

/** The gate of an account. When the store cannot be read, calls go out: the platform itself still decides. */
export function createPermissions(options: PermissionOptions): Permissions {
  const { account, kind, store, clock, log } = options
  let known: { endpoints: Set<string>; until: number } | undefined
  let reading: Promise<Set<string>> | undefined

  const refresh = async (): Promise<Set<string>> => {
    const now = clock.now().getTime()
    try {
      const endpoints = new Set((await store.list(account)).map((denial) => denial.endpoint))
      known = { endpoints, until: now + FRESH_MS }
    } catch (error) {
      log.warn({ account, reason: messageOf(error) }, 'remembered permissions could not be read')
      known = { endpoints: known?.endpoints ?? new Set(), until: now + FRESH_MS }
    }
    return known.endpoints
  }
  const remembered = async (): Promise<Set<string>> => {
    if (known && clock.now().getTime() < known.until) return known.endpoints
    reading ??= refresh().finally(() => {
      reading = undefined
    })
    return reading
  }
  const may = (capability: Capability): boolean => {
    if (kind && !capabilities[capability][accountKind(kind)]) return false
    return capability !== 'subscription-notices' || !kind || options.subscriptionNotices === true
  }

  return {
    may,
    pass: async (path) => {
      const capability = capabilityOf(path)
      if (capability && !may(capability)) throw notOfThisKind(path, capability, account, kind)
      if ((await remembered()).has(path)) throw refusedEarlier(path, account)
    },
    learn: async (path, error) => {
      if (error.errcode !== UNAUTHORIZED) return
      known?.endpoints.add(path)
      log.warn({ account, endpoint: path }, 'the account may not call this; remembered until weloop doctor --recheck')
      try {
        await store.put(account, path)
      } catch (failure) {
        log.warn({ account, endpoint: path, reason: messageOf(failure) }, 'a missing permission could not be stored')
      }
    },
    denied: () => store.list(account),
    recheck: async () => {
      await store.clear(account)
      known = undefined
    },
  }
}

/** A store in memory: for one process, and for tests. */
export function createMemoryPermissionStore(clock: Clock): PermissionStore {
  const rows = new Map<string, Map<string, Date>>()
  return {
    list: async (account) => [...(rows.get(account) ?? [])].map(([endpoint, at]) => ({ endpoint, at })),
    put: async (account, endpoint) => {
      const known = rows.get(account) ?? new Map<string, Date>()
      rows.set(account, known.set(endpoint, clock.now()))
    },
    clear: async (account) => {
      rows.delete(account)
    },
  }
}

function refusal(endpoint: string, reason: Bilingual, remedy: Bilingual): WeChatApiError {
  return new WeChatApiError({ class: 'permission', endpoint, reason, remedy })
}

const KINDS = {
  service: { zh: '服务号', en: 'a service account' },
  subscription: { zh: '公众号（订阅号）', en: 'a subscription account' },
}

function notOfThisKind(
  endpoint: string,
  capability: Capability,
  account: string,
  kind: PermissionOptions['kind'],
): WeChatApiError {
  const { zh, source } = capabilities[capability]
  const plugin = kind !== undefined && capabilities[capability][accountKind(kind)]
  if (plugin) {
    return refusal(
      endpoint,
      { zh: `账号 ${account} 未启用「${zh}」`, en: `${capability} is not switched on for account ${account}` },
      {
        zh: `在公众平台开通「${zh}」插件后，设置 accounts.${account}.subscriptionNotices: true`,
        en: `Open the plugin 「${zh}」 in the console, then set accounts.${account}.subscriptionNotices: true`,
      },
    )
  }
  const name = kind ? KINDS[kind.kind] : { zh: '该类账号', en: 'this kind of account' }
  const verified = kind?.verified ? { zh: '已认证', en: 'verified' } : { zh: '未认证', en: 'not verified' }
  return refusal(
    endpoint,
    {
      zh: `${verified.zh}的${name.zh}没有「${zh}」权限（依据 ${source}），请求未发出`,
      en: `${name.en}, ${verified.en}, has no ${capability} (${source}); nothing was sent`,
    },
    {
      zh: `认证账号或改用有此权限的账号；若账号类型写错，修改 accounts.${account}.kind / verified`,
      en: `Verify the account or use one that may; if its kind is written wrongly, correct accounts.${account}.kind / verified`,
    },
  )
}

const refusedEarlier = (endpoint: string, account: string) =>
  refusal(
    endpoint,
    {
      zh: `微信此前以 48001 拒绝过账号 ${account} 的该接口，请求未发出`,
      en: `the platform has refused account ${account} this API with 48001 before; nothing was sent`,
    },
    {
      zh: '在公众平台「接口权限」开通后运行 weloop doctor --recheck',
      en: 'Get the permission (接口权限 in the console), then run weloop doctor --recheck',
    },
  )
