import { miniProgramDailyQuotas, miniProgramMinuteQuotas } from '../../rules/mini-program/quotas.js'
import { randomText } from '../ids.js'
import { type Account, createAccount } from '../official-account/account.js'
import { createFollower, type Follower } from '../official-account/follower.js'
import type { OnceCode } from '../official-account/records.js'
import { demoMiniTemplates } from '../options.js'
import type { Parcels } from './parcels.js'
import type { Orders } from './payments.js'

/** What the platform knows of a mini program beyond what it knows of an account. */
export interface MiniRecords {
  host: Account
  loginCodes: Map<string, OnceCode>
  phoneCodes: Map<string, OnceCode>
  /** When a person was last in it, by openid. */
  visits: Map<string, { first: number; last: number; days: Map<number, number>; pages: Map<string, number> }>
  orders: Orders
  parcels: Parcels
  /** Where every parcel of the world is, followed or not: status by waybill number. */
  couriers: Map<string, number>
  /** Page that notices of shipped orders open. */
  jumpPath: string | undefined
  links: Map<string, { path: string; query: string; at: number; until: number; version: string }>
  /** Pages of the released version; without a list every page exists. */
  pages: string[] | undefined
}

const known = new WeakMap<Account, MiniRecords>()
const linked = new WeakMap<Account, Map<string, Account>>()

/** The mini programs of an account that have a secret, each with tokens, quotas, media and people of its own. */
export function createMiniPrograms(host: Account, quotas: 'real' | 'off'): Account[] {
  const made = new Map<string, Account>()
  for (const given of host.options.miniPrograms ?? []) {
    const { appid, name, secret, aesKey, pushFormat } = given
    if (secret === undefined) continue
    const { tokens } = host.options
    const mini = createAccount(
      {
        id: `${host.options.id}:${appid}`,
        name,
        kind: 'service',
        verified: true,
        appid,
        originalId: given.originalId ?? `gh_mini${appid.slice(-8)}`,
        token: given.token ?? 'mini',
        secret,
        mode: aesKey === undefined ? 'plain' : 'safe',
        callbackUrl: given.callbackUrl ?? '',
        templates: [],
        subscriptionTemplates: given.templates ?? demoMiniTemplates,
        ...(aesKey !== undefined && { aesKey }),
        ...(pushFormat && { pushFormat }),
        ...(tokens && { tokens }),
      },
      quotas,
      { daily: miniProgramDailyQuotas, perMinute: miniProgramMinuteQuotas },
    )
    known.set(mini, {
      host,
      loginCodes: new Map(),
      phoneCodes: new Map(),
      visits: new Map(),
      orders: new Map(),
      parcels: new Map(),
      couriers: new Map(),
      jumpPath: given.orderPath,
      links: new Map(),
      pages: undefined,
    })
    made.set(appid, mini)
  }
  linked.set(host, made)
  return [...made.values()]
}

/** Whether this account is a mini program. */
export function isMiniProgram(account: Account): boolean {
  return known.has(account)
}

/** The records of a mini program. */
export function miniRecordsOf(mini: Account): MiniRecords {
  const found = known.get(mini)
  if (!found) throw new Error(`${mini.options.id} is not a mini program`)
  return found
}

/** The account's mini program with this appid, or its only one. */
export function miniProgramOf(host: Account, appid?: string): Account | undefined {
  const all = linked.get(host)
  const [first] = all?.values() ?? []
  return appid === undefined ? first : all?.get(appid)
}

const byUnionid = new WeakMap<Account, Map<string, Follower>>()

/** The person with this unionid; looked for once, then remembered. */
export function followerWith(account: Account, unionid: string): Follower | undefined {
  const index = byUnionid.get(account) ?? new Map<string, Follower>()
  byUnionid.set(account, index)
  const remembered = index.get(unionid)
  if (remembered && account.followers.get(remembered.openid) === remembered) return remembered
  for (const follower of account.followers.values()) {
    if (follower.unionid !== unionid) continue
    index.set(unionid, follower)
    return follower
  }
  return undefined
}

/** The same person in the mini program: another openid, the same unionid. */
export function visitorOf(mini: Account, follower: Follower): Follower {
  const known = followerWith(mini, follower.unionid)
  if (known) return known
  const visitor = createFollower({ name: follower.name, unionid: follower.unionid, openid: `oM${randomText(26)}` }, 500)
  visitor.following = true
  mini.followers.set(visitor.openid, visitor)
  return visitor
}
