import type { Content, ThreadEntry, Via } from '../content.js'
import type { Account } from '../official-account/account.js'
import { type Follower, show } from '../official-account/follower.js'
import type { Platform } from '../platform.js'
import { createRing, type Ring } from '../ring.js'
import { followerWith, isMiniProgram, miniRecordsOf } from './mini-program.js'

/** A line of her 服务通知: from a mini program, or from an account she does not follow. */
export interface ServiceEntry {
  /** Grows by one per entry of a person; the cursor of waiting reads. */
  n: number
  at: number
  via: Via
  appid: string
  appName: string
  content: Content
}

interface ServiceThread {
  entries: Ring<ServiceEntry>
  last: number
}

const threads = new WeakMap<Follower, ServiceThread>()

/** Her 服务通知, newest last. */
export function serviceEntries(follower: Follower): ServiceEntry[] {
  return threads.get(follower)?.entries.list() ?? []
}

/**
 * Shows a message of a mini program to its visitor: in the mini program's own thread, and among the 服务通知 of the same
 * person's phone.
 */
export function showInMini(
  platform: Platform,
  mini: Account,
  visitor: Follower,
  entry: { at: number; via: Via; content: Content },
): ThreadEntry {
  const shown = show(platform.bus, mini.options.id, visitor, { ...entry, from: 'account' })
  const { host } = miniRecordsOf(mini)
  const follower = followerWith(host, visitor.unionid)
  if (follower) notify(platform, host, follower, mini, entry)
  return shown
}

/** Shows a notice of an account: in its chat, or among the 服务通知 of a person who does not follow it. */
export function showNotice(
  platform: Platform,
  account: Account,
  follower: Follower,
  entry: { at: number; via: Via; content: Content },
): void {
  if (isMiniProgram(account)) showInMini(platform, account, follower, entry)
  else if (follower.following) show(platform.bus, account.options.id, follower, { ...entry, from: 'account' })
  else notify(platform, account, follower, account, entry)
}

function notify(
  platform: Platform,
  host: Account,
  follower: Follower,
  sender: Account,
  entry: { at: number; via: Via; content: Content },
): void {
  const thread = threads.get(follower) ?? { entries: createRing<ServiceEntry>(platform.keep), last: 0 }
  threads.set(follower, thread)
  thread.last += 1
  const { appid, name } = sender.options
  const added: ServiceEntry = { n: thread.last, appid, appName: name, ...entry }
  thread.entries.push(added)
  platform.bus.publish({ type: 'service', account: host.options.id, follower: follower.openid, entry: added })
}
