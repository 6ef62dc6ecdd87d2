import type { ThreadEntry } from '../content.js'
import { aesKey } from '../crypto.js'
import type { ApiCall, Exchange } from '../exchanges.js'
import type { Fault, KeptFault } from '../faults.js'
import { miniProgramOf } from '../mini-program/mini-program.js'
import { type ServiceEntry, serviceEntries } from '../mini-program/service.js'
import type { Visit } from '../mini-program/visits.js'
import { createAccount, type SceneCode } from '../official-account/account.js'
import { addCode, codeView } from '../official-account/codes.js'
import { changed, followerView } from '../official-account/follower.js'
import { type UrlCheck, verifyUrl } from '../official-account/push/verify.js'
import { recordsOf } from '../official-account/records.js'
import type { AccountOptions, PushTiming, SubscriptionTemplate } from '../options.js'
import { addAccount, background, type Platform, settled } from '../platform.js'
import { shopRoute } from '../shop/control.js'
import type { Shop } from '../shop/shop.js'
import { createCorp } from '../wecom/corp.js'
import { type CorpControl, corpControl, corpNamed } from './corp.js'
import * as life from './life.js'
import { inMini, type MiniUtterance, sayInMini } from './mini-talk.js'
import * as person from './person.js'
import { type Press, press } from './press.js'
import { type RawPush, rawPush } from './raw-push.js'
import type { ControlAnswer, ControlRequest } from './routes.js'
import { speak, staffLeaves, staffSays, type Utterance } from './say.js'

/** What a follower looks like from outside. */
export type FollowerView = ReturnType<typeof followerView>

/** A place to read on from, and how long to wait for something newer. */
export interface Since {
  after?: number | undefined
  waitMs?: number | undefined
}

/** Everything a test or a page may do with the platform; the HTTP control API is this, word for word. */
export interface Control {
  state(): object
  addFollower(given?: person.NewPerson): FollowerView
  addFollowers(given: person.NewPerson): number
  followers(account?: string, limit?: number): FollowerView[]
  follower(id: string): FollowerView
  /** Sets what a person or the account decided about her: blacklist, messages off, name. */
  setFollower(
    id: string,
    change: { blocked?: boolean | undefined; refuses?: boolean | undefined; name?: string | undefined },
  ): FollowerView
  /** Makes her windows for messages this much older, without moving the clock. */
  age(id: string, ms: number): FollowerView
  follow(id: string, by?: { scene?: string | undefined; ticket?: string | undefined }): person.Act
  unfollow(id: string): person.Act
  scan(id: string, by: { scene?: string | undefined; ticket?: string | undefined }): person.Act
  say(id: string, utterance: string | Utterance): person.Act
  press(id: string, given: Press): person.Act
  staff(id: string, text: string | undefined): person.Act
  push(given: RawPush): person.Act
  /** Answers the popup of a subscription, in the account's page or the mini program. */
  consent(id: string, given: life.Consent): person.Act
  /** Takes a consent back in the settings. */
  withdraw(id: string, templateId: string, miniProgram?: string | true): person.Act
  /** Writes a comment under an article; gives its id. */
  comment(id: string, given: { articleId: string; content: string; place?: number | undefined }): { id: number }
  /** Opens the linked mini program: its openid and the codes its page sends to the shop. */
  openMiniProgram(
    id: string,
    given?: { appid?: string | undefined; page?: string | undefined; session?: boolean | undefined },
  ): Visit
  /** Writes to the mini program's customer service. */
  writeToMiniProgram(id: string, appid?: string): { openid: string }
  /** Writes to the mini program's customer service, and it is pushed to where its pushes go. */
  sayInMini(id: string, given: MiniUtterance, appid?: string): person.Act
  /** What was said there after `after`. */
  miniTalk(id: string, since?: Since & { appid?: string | undefined }): Promise<ThreadEntry[]>
  /** Pays in the mini program. */
  buy(
    id: string,
    given: { appid?: string | undefined; amount: number; tradeNo: string; description?: string | undefined },
  ): { transactionId: string; openid: string }
  /** The courier moves a parcel: 1 picked up, 2 on the way, 3 delivering, 4 signed. */
  moveParcel(waybillId: string, status: number, account?: string): void
  /** Confirms the receipt of a shipped payment, or lets one wait too long for shipping. */
  trade(given: {
    tradeNo: string
    act: 'confirm' | 'confirm-automatically' | 'overdue'
    appid?: string | undefined
    account?: string | undefined
  }): void
  /** Her 服务通知 after `after`: from mini programs and from accounts she does not follow. */
  service(id: string, since?: Since): Promise<ServiceEntry[]>
  /** How the next publication (publish_status) and the next mass send (`err(20008)`) end. */
  decide(ends: { publish?: number | undefined; mass?: string | undefined }, account?: string): void
  /** Entries after `after`; waits up to `waitMs` for the first. */
  thread(id: string, since?: Since): Promise<ThreadEntry[]>
  /** Exchanges after `after`; with `over` only those whose answer is in. */
  exchanges(since?: Since & { follower?: string | undefined; over?: boolean | undefined }): Promise<Exchange[]>
  exchange(id: number): Exchange
  calls(since?: Since & { path?: string | undefined }): Promise<ApiCall[]>
  codes(account?: string): ReturnType<typeof codeView>[]
  addCode(account: string | undefined, scene: string): SceneCode
  setAccount(id: string, change: Partial<AccountOptions>): void
  invalidateTokens(account?: string): void
  /** Makes every token invalid again and again, every so many ms; 0 ends it. */
  invalidateTokensEvery(everyMs: number, account?: string): void
  setQuota(given: {
    account?: string | undefined
    path: string
    daily?: number | undefined
    perMinute?: number | undefined
  }): void
  verify(account?: string, over?: { tamper?: boolean; echostr?: string; timestamp?: string }): Promise<UrlCheck>
  addFault(fault: Fault): KeptFault
  faults(): KeptFault[]
  removeFault(id: number): boolean
  clearFaults(): void
  clock(change?: { advance?: number | undefined; set?: number | undefined; reset?: boolean | undefined }): number
  /** Changes the times of the callback; returns all of them. */
  timing(change?: Partial<PushTiming>): PushTiming
  /** Followers, media, menus, logs, tokens, faults and clock as on the first day. */
  reset(): void
  /** Resolves when no push is on its way. */
  settled(): Promise<void>
  /** A corporation of WeCom; without an id the first one. */
  corp(id?: string): CorpControl
  /** A request of the shop's pages, below `/control/shop`. */
  shop(request: ControlRequest): ControlAnswer
}

const MAX_WAIT_MS = 60_000

/** The control of this platform and of the shop on it. */
export function createControl(platform: Platform, opened?: { shop: Shop; account: string }): Control {
  const named = (id: string) => person.personNamed(platform, id)
  const view = (id: string) => followerView(named(id).follower, platform.clock.now())
  const acted = (act: person.Act): person.Act => {
    if (act.done) background(platform, act.done)
    return act
  }
  const waited = <T>(read: () => T[], since: Since): Promise<T[]> => {
    const some = () => {
      const items = read()
      return items.length > 0 ? items : undefined
    }
    return platform.bus.until(some, Math.min(since.waitMs ?? 0, MAX_WAIT_MS)).then((items) => items ?? [])
  }
  let invalidation: NodeJS.Timeout | undefined
  platform.stop.signal.addEventListener('abort', () => clearInterval(invalidation))
  const control: Control = {
    state: () => stateOf(platform),
    addFollower: (given = {}) => {
      const [added] = person.addPersons(platform, { ...given, count: 1 })
      if (!added) throw new person.ControlError(409, 'nobody was added')
      return followerView(added.follower, platform.clock.now())
    },
    addFollowers: (given) => person.addPersons(platform, given).length,
    followers: (account, limit = 1000) =>
      [...person.accountNamed(platform, account).followers.values()]
        .slice(0, limit)
        .map((follower) => followerView(follower, platform.clock.now())),
    follower: view,
    setFollower: (id, change) => {
      const { account, follower } = named(id)
      for (const [key, value] of Object.entries(change))
        if (value !== undefined) Object.assign(follower, { [key]: value })
      changed(platform, account, follower)
      return view(id)
    },
    age: (id, ms) => {
      const { follower } = named(id)
      follower.grants = follower.grants.map((grant) => ({ ...grant, expiresAt: grant.expiresAt - ms }))
      follower.lastMessageAt -= ms
      return view(id)
    },
    follow: (id, by) => acted(person.follow(named(id), by)),
    unfollow: (id) => acted(person.unfollow(named(id))),
    scan: (id, by) => acted(person.scan(named(id), by)),
    say: (id, utterance) =>
      acted(speak(named(id), typeof utterance === 'string' ? { kind: 'text', text: utterance } : utterance)),
    press: (id, given) => acted(press(named(id), given)),
    staff: (id, text) => acted(text === undefined ? staffLeaves(named(id)) : staffSays(named(id), text)),
    push: (given) => acted(rawPush(platform, given)),
    consent: (id, given) => acted(life.consent(named(id), given)),
    withdraw: (id, templateId, mini) => acted(life.withdraw(named(id), templateId, mini)),
    comment: (id, given) => life.comment(named(id), given),
    openMiniProgram: (id, given = {}) => life.openMiniProgram(named(id), given),
    writeToMiniProgram: (id, appid) => life.writeToMiniProgram(named(id), appid),
    sayInMini: (id, given, appid) => sayInMini(named(id), given, appid),
    miniTalk: (id, since = {}) => {
      const { thread } = inMini(named(id), since.appid).follower
      return waited(() => thread.list().filter((entry) => entry.n > (since.after ?? 0)), since)
    },
    buy: (id, given) => life.buy(named(id), given),
    moveParcel: (waybillId, status, account) =>
      life.moveParcel(platform, person.accountNamed(platform, account), waybillId, status),
    trade: ({ account, ...given }) => life.trade(platform, person.accountNamed(platform, account), given),
    service: (id, since = {}) => {
      const { follower } = named(id)
      return waited(() => serviceEntries(follower).filter((entry) => entry.n > (since.after ?? 0)), since)
    },
    decide: (ends, account) => life.decide(person.accountNamed(platform, account), ends),
    thread: (id, since = {}) => {
      const { thread } = named(id).follower
      return waited(() => thread.list().filter((entry) => entry.n > (since.after ?? 0)), since)
    },
    exchanges: (since = {}) =>
      waited(
        () =>
          platform.exchanges.exchanges
            .list()
            .filter((item) => item.id > (since.after ?? 0) && (!since.follower || item.follower === since.follower))
            .filter((item) => !since.over || item.state !== 'waiting'),
        since,
      ),
    exchange: (id) => {
      const found = platform.exchanges.find(id)
      if (!found) throw new person.ControlError(404, `there is no exchange ${id}`)
      return found
    },
    calls: (since = {}) =>
      waited(
        () =>
          platform.exchanges.calls
            .list()
            .filter((item) => item.id > (since.after ?? 0) && (!since.path || item.path === since.path)),
        since,
      ),
    codes: (account) =>
      [...person.accountNamed(platform, account).codes.values()]
        .slice(-200)
        .map((code) => codeView(code, platform.clock.now())),
    addCode: (account, scene) =>
      addCode(person.accountNamed(platform, account), { id: 0, text: scene }, true, platform.clock.now(), 0),
    setAccount: (id, change) => {
      const account = person.accountNamed(platform, id)
      const { id: _id, appid: _appid, ...free } = change
      const key = free.aesKey === undefined ? account.key : aesKey(free.aesKey)
      if ((free.mode ?? account.options.mode) !== 'plain' && !key)
        throw new person.ControlError(400, 'an aesKey is missing')
      Object.assign(account.options, free)
      account.key = key
    },
    invalidateTokens: (account) => person.accountNamed(platform, account).tokens.invalidate(),
    invalidateTokensEvery: (everyMs, account) => {
      clearInterval(invalidation)
      if (everyMs > 0) invalidation = setInterval(() => control.invalidateTokens(account), everyMs)
    },
    setQuota: ({ account, path, ...given }) => person.accountNamed(platform, account).quotas.limit(path, given),
    verify: (account, over) => verifyUrl(platform, person.accountNamed(platform, account), over),
    addFault: (fault) => platform.faults.add(fault),
    faults: () => platform.faults.list(),
    removeFault: (id) => platform.faults.remove(id),
    clearFaults: () => platform.faults.clear(),
    clock: (change = {}) => {
      if (change.reset) platform.clock.reset()
      if (change.set !== undefined) platform.clock.set(change.set)
      if (change.advance !== undefined) platform.clock.advance(change.advance)
      const now = platform.clock.now()
      if (Object.keys(change).length > 0) {
        for (const corp of platform.corps.values()) corpControl(platform, corp).sweep()
        platform.bus.publish({ type: 'clock', now })
      }
      return now
    },
    timing: (change = {}) => Object.assign(platform.timing, change),
    reset: () => {
      clearInterval(invalidation)
      platform.faults.clear()
      platform.clock.reset()
      platform.exchanges.exchanges.clear()
      platform.exchanges.calls.clear()
      for (const options of platform.initial) addAccount(platform, createAccount(options, platform.quotas))
      for (const corp of platform.initialCorps) {
        platform.corps.set(corp.id, createCorp(corp, platform.keep, platform.quotas))
      }
      opened?.shop.reset()
      platform.bus.publish({ type: 'reset' })
    },
    settled: () => settled(platform),
    corp: (id) => corpControl(platform, corpNamed(platform, id)),
    shop: (request) => shopRoute(opened, () => templatesOf(platform, opened), request),
  }
  return control
}

/** The templates that the shop's mini program asks for: those it has in use. */
function templatesOf(platform: Platform, opened: { shop: Shop; account: string } | undefined): SubscriptionTemplate[] {
  const host = opened && platform.accounts.get(opened.account)
  const mini = host && miniProgramOf(host, opened.shop.appid)
  return mini ? [...recordsOf(mini).subscriptionTemplates.values()] : []
}

function stateOf(platform: Platform): object {
  const accounts = [...platform.accounts.values()].map(({ options, menu, followers }) => {
    const { id, name, kind, verified, appid, originalId, mode, callbackUrl, miniPrograms = [] } = options
    const named = { id, name, kind, verified, appid, originalId, mode, callbackUrl, miniPrograms }
    return { ...named, menu: menu ?? null, followers: followers.size }
  })
  const corps = [...platform.corps.values()].map(({ options: { id, name } }) => ({ id, name: name ?? id }))
  return { now: platform.clock.now(), accounts, corps }
}
