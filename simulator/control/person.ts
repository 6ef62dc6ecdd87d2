import type { Exchange } from '../exchanges.js'
import { randomText } from '../ids.js'
import type { Account, SceneCode } from '../official-account/account.js'
import { addCode, findCode } from '../official-account/codes.js'
import { changed, createFollower, type Follower } from '../official-account/follower.js'
import { deliver } from '../official-account/push/deliver.js'
import { event } from '../official-account/push/events.js'
import type { Platform } from '../platform.js'

/** Something a person cannot do now (409) or somebody who is not there (404). */
export class ControlError extends Error {
  readonly status: 400 | 404 | 409
  constructor(status: 400 | 404 | 409, message: string) {
    super(message)
    this.status = status
  }
}

/** What an act led to. `done` resolves when the exchange is over; both are absent when nothing was pushed. */
export interface Act {
  exchange?: Exchange
  done?: Promise<Exchange>
  /** What the phone opens: a menu's link or mini program. */
  open?: { url?: string; appid?: string; path?: string }
}

/** A person and the account she looks at. */
export interface Person {
  platform: Platform
  account: Account
  follower: Follower
}

/** How a new person is described. */
export interface NewPerson {
  account?: string | undefined
  name?: string | undefined
  openid?: string | undefined
  unionid?: string | undefined
  /** Follows already; no push is sent for it. */
  following?: boolean | undefined
  /** So many persons at once, for load tests. */
  count?: number | undefined
}

const MAX_FOLLOWERS = 500_000
const NAMES = ['小明', '阿欢', '李婷', '大壮', '陈晨', '小鱼', '老周', '七七', '阿杰', '苏苏']

/** The account of this id (`shop:wx...` is the mini program of `shop` with that appid), or the first one. */
export function accountNamed(platform: Platform, id: string | undefined): Account {
  const [first] = platform.accounts.values()
  const mini = () => [...platform.byAppid.values()].find((account) => account.options.id === id)
  const account = id === undefined ? first : (platform.accounts.get(id) ?? mini())
  if (!account) throw new ControlError(404, `there is no account ${id ?? ''}`)
  return account
}

/** The person with this openid, in whichever account. */
export function personNamed(platform: Platform, openid: string): Person {
  for (const account of platform.accounts.values()) {
    const follower = account.followers.get(openid)
    if (follower) return { platform, account, follower }
  }
  throw new ControlError(404, `there is no follower ${openid}`)
}

/** Adds persons with a phone. */
export function addPersons(platform: Platform, given: NewPerson): Person[] {
  const account = accountNamed(platform, given.account)
  const count = given.count ?? 1
  if (account.followers.size + count > MAX_FOLLOWERS) throw new ControlError(409, `at most ${MAX_FOLLOWERS} followers`)
  if (given.openid !== undefined && account.followers.has(given.openid)) {
    throw new ControlError(409, `the openid ${given.openid} is taken`)
  }
  return Array.from({ length: count }, () => {
    const name = given.name ?? NAMES[account.followers.size % NAMES.length] ?? '小明'
    const follower = createFollower(
      {
        name,
        ...(given.openid === undefined ? {} : { openid: given.openid }),
        ...(given.unionid === undefined ? {} : { unionid: given.unionid }),
      },
      platform.keep,
    )
    if (given.following) {
      Object.assign(follower, { following: true, followedAt: platform.clock.now(), subscribeScene: 'ADD_SCENE_SEARCH' })
    }
    account.followers.set(follower.openid, follower)
    if (count === 1) changed(platform, account, follower)
    return { platform, account, follower }
  })
}

/** Follows the account, by searching for it or through a scene code. */
export function follow(person: Person, by: { scene?: string | undefined; ticket?: string | undefined } = {}): Act {
  const { platform, account, follower } = person
  if (follower.following) throw new ControlError(409, `${follower.name} follows already`)
  const code = by.scene === undefined && by.ticket === undefined ? undefined : codeFor(person, by)
  Object.assign(follower, {
    following: true,
    followedAt: platform.clock.now(),
    subscribeScene: code ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH',
    qrScene: code?.sceneId ?? 0,
    qrSceneStr: code?.sceneStr ?? '',
  })
  changed(platform, account, follower)
  const fields = code ? { EventKey: `qrscene_${code.scene}`, Ticket: code.ticket } : { EventKey: '' }
  return pushEvent(person, 'subscribe', fields)
}

/** Unfollows: every allowance for messages ends. */
export function unfollow(person: Person): Act {
  const { platform, account, follower } = person
  if (!follower.following) throw new ControlError(409, `${follower.name} does not follow`)
  Object.assign(follower, { following: false, grants: [], staffUntil: 0, typingUntil: 0 })
  changed(platform, account, follower)
  return pushEvent(person, 'unsubscribe', { EventKey: '' })
}

/** Scans a scene code: SCAN for a follower, otherwise following through it. */
export function scan(person: Person, by: { scene?: string | undefined; ticket?: string | undefined }): Act {
  if (!person.follower.following) return follow(person, by)
  const code = codeFor(person, by)
  return pushEvent(person, 'SCAN', { EventKey: code.scene, Ticket: code.ticket })
}

/** Pushes an event about this person. */
export function pushEvent(
  { platform, account, follower }: Person,
  name: string,
  fields: Parameters<typeof event>[1],
): Act {
  const about = { openid: follower.openid, appid: account.options.appid, now: platform.clock.now() }
  return deliver(platform, account, follower, event(name, fields, about))
}

const TEMPORARY_MS = 30 * 86_400_000

function codeFor(
  { platform, account }: Person,
  by: { scene?: string | undefined; ticket?: string | undefined },
): SceneCode {
  const now = platform.clock.now()
  const known = findCode(account, {
    ...(by.ticket === undefined ? {} : { ticket: by.ticket }),
    ...(by.scene === undefined ? {} : { scene: by.scene }),
  })
  if (known && known.expiresAt > now) return known
  if (known || by.scene === undefined) throw new ControlError(409, 'the code has expired or was never made')
  return addCode(account, { id: 0, text: by.scene || randomText(8) }, false, now, TEMPORARY_MS)
}
