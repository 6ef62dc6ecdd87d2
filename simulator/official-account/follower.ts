import type { Bus } from '../bus.js'
import type { Content, ThreadEntry, Via } from '../content.js'
import { newOpenid, randomText } from '../ids.js'
import { createRing, type Ring } from '../ring.js'
import type { Account } from './account.js'
import type { Grant } from './windows.js'

/** A person with a phone, as one account knows her. */
export interface Follower {
  openid: string
  unionid: string
  name: string
  following: boolean
  followedAt: number
  subscribeScene: string
  qrScene: number
  qrSceneStr: string
  remark: string
  /** In the account's blacklist: 43019. */
  blocked: boolean
  /** Switched the account's messages off: 48002. */
  refuses: boolean
  /** Allowances for customer-service messages. */
  grants: Grant[]
  thread: Ring<ThreadEntry>
  lastEntry: number
  /** Newest exchange, to which later API calls are added. */
  exchange?: number
  lastMessageAt: number
  typingUntil: number
  /** While a staff member talks with her in the official kf, her messages are not pushed. */
  staffUntil: number
}

/** What the page and the control API show of a follower. */
export function followerView(follower: Follower, now: number) {
  const { openid, unionid, name, following, followedAt, subscribeScene, qrSceneStr, blocked, refuses, lastEntry } =
    follower
  return {
    id: openid,
    unionid,
    name,
    following,
    followedAt,
    subscribeScene,
    scene: qrSceneStr,
    blocked,
    refuses,
    lastEntry,
    withStaff: follower.staffUntil > now,
    typing: follower.typingUntil > now,
    windows: follower.grants
      .filter((grant) => grant.expiresAt > now)
      .map(({ trigger, remaining, expiresAt }) => ({ trigger, remaining, expiresAt })),
  }
}

/** A person who does not follow yet. */
export function createFollower(given: { name: string; openid?: string; unionid?: string }, keep: number): Follower {
  return {
    openid: given.openid ?? newOpenid(),
    unionid: given.unionid ?? `u${randomText(27)}`,
    name: given.name,
    following: false,
    followedAt: 0,
    subscribeScene: '',
    qrScene: 0,
    qrSceneStr: '',
    remark: '',
    blocked: false,
    refuses: false,
    grants: [],
    thread: createRing(keep),
    lastEntry: 0,
    lastMessageAt: 0,
    typingUntil: 0,
    staffUntil: 0,
  }
}

/** Adds a line to her chat and tells the page. */
export function show(
  bus: Bus,
  account: string,
  follower: Follower,
  entry: { at: number; from: ThreadEntry['from']; via: Via; content: Content; exchange?: number | undefined },
): ThreadEntry {
  const { exchange, ...rest } = entry
  follower.lastEntry += 1
  const added: ThreadEntry = { n: follower.lastEntry, ...rest, ...(exchange === undefined ? {} : { exchange }) }
  follower.thread.push(added)
  bus.publish({ type: 'thread', account, follower: follower.openid, entry: added })
  return added
}

/** Tells the page that something about her changed. */
export function changed(platform: { bus: Bus; clock: { now(): number } }, account: Account, follower: Follower): void {
  const state = followerView(follower, platform.clock.now())
  platform.bus.publish({ type: 'follower', account: account.options.id, follower: follower.openid, state })
}
