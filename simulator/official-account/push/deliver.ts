import { BROKEN, type Content, UNAVAILABLE } from '../../content.js'
import { cut, type Exchange } from '../../exchanges.js'
import type { PushFault } from '../../faults.js'
import { isMiniProgram } from '../../mini-program/mini-program.js'
import type { PushMode } from '../../options.js'
import { background, type Platform, pause } from '../../platform.js'
import type { Account } from '../account.js'
import { noteExchange, noteUpdate } from '../days.js'
import { changed, type Follower, show } from '../follower.js'
import { granted, triggerOf } from '../windows.js'
import { type Envelope, seal } from './envelope.js'
import { event, takesReply, type Update } from './events.js'
import { judge, type Verdict } from './judge.js'
import { attemptOf, sendOnce } from './send.js'

/** Changes to a single push, for hostile tests. */
export interface PushOverrides {
  mode?: PushMode
  tamper?: NonNullable<PushFault['part']>
  /** Sent instead of the generated XML. */
  xml?: string
  /** Sent instead of the body, signature unchanged. */
  body?: string
  /** Put over the query; an empty value removes the parameter. */
  query?: Record<string, string>
  callbackUrl?: string
}

const STAFF_MS = 30 * 60_000

/**
 * Sends a push as WeChat does: 5 s for an answer, up to 3 resends of the same body when there is none or it is not
 * valid, then the follower sees that the account is out of order. Resolves when the exchange is over.
 */
export function deliver(
  platform: Platform,
  account: Account,
  follower: Follower | undefined,
  update: Update,
  overrides: PushOverrides = {},
): { exchange: Exchange; done: Promise<Exchange> } {
  const now = platform.clock.now()
  const openid = follower?.openid ?? update.from ?? 'oNobody'
  noteUpdate(account, openid, update, now)
  const trigger = triggerOf(update.kind, update.fields)
  if (follower && trigger) follower.grants = granted(follower.grants, trigger, now)
  const faults = platform.faults.forPush(account.options.id)
  const tamper = overrides.tamper ?? faults.find((fault) => fault.kind === 'tamper')?.part
  const sealed = seal(account, update, openid, now, { ...overrides, ...(tamper ? { tamper } : {}) })
  const envelope = { ...sealed, body: overrides.body ?? sealed.body, query: queryWith(sealed.query, overrides.query) }
  const url = withQuery(overrides.callbackUrl ?? account.options.callbackUrl, envelope.query)
  const exchange = platform.exchanges.open({
    account: account.options.id,
    follower: openid,
    kind: update.kind,
    at: now,
    method: 'POST',
    url,
    mode: overrides.mode ?? account.options.mode,
    query: envelope.query,
    signature: envelope.signature,
    body: envelope.body,
    xml: envelope.xml,
  })
  exchange.faults = faults.map((fault) => (fault.kind === 'tamper' ? `tamper ${fault.part}` : fault.kind))
  if (follower) follower.exchange = exchange.id
  const push: Push = { platform, account, follower, update, envelope, url, exchange, openid: update.from ?? openid }
  return { exchange, done: run(push, faults) }
}

interface Push {
  platform: Platform
  account: Account
  follower: Follower | undefined
  update: Update
  envelope: Envelope
  url: string
  exchange: Exchange
  openid: string
}

const held = new WeakMap<Account, () => void>()

async function run(push: Push, faults: PushFault[]): Promise<Exchange> {
  const { platform, account } = push
  if (faults.some((fault) => fault.kind === 'lose')) {
    push.exchange.state = 'failed'
    platform.exchanges.changed(push.exchange)
    return push.exchange
  }
  for (const fault of faults) {
    if (fault.kind === 'delay') await pause(platform, fault.ms ?? 1000)
    if (fault.kind === 'reorder') await untilNextPush(platform, account, fault.ms ?? 2000)
  }
  const copies = faults.find((fault) => fault.kind === 'duplicate')
  const main = attempts(push)
  if (!faults.some((fault) => fault.kind === 'reorder')) void main.then(held.get(account))
  await Promise.all([main, ...Array.from({ length: copies ? (copies.copies ?? 1) : 0 }, () => copy(push))])
  noteExchange(account, push.exchange)
  platform.exchanges.changed(push.exchange)
  return push.exchange
}

function untilNextPush(platform: Platform, account: Account, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const release = () => {
      if (held.get(account) === release) held.delete(account)
      resolve()
    }
    held.set(account, release)
    void pause(platform, ms).then(release)
  })
}

async function attempts(push: Push): Promise<void> {
  const { platform, exchange } = push
  const { answerMs, resends, resendGapMs } = platform.timing
  let notice = UNAVAILABLE
  for (let n = 1; n <= resends + 1 && !platform.stop.signal.aborted; n++) {
    if (n > 1 && resendGapMs > 0) await pause(platform, resendGapMs)
    const startedAt = platform.clock.now()
    const answer = await sendOnce(platform, { url: push.url, method: 'POST', body: push.envelope.body }, answerMs)
    const attempt = attemptOf(n, startedAt, answer)
    exchange.attempts.push(attempt)
    if ('problem' in answer) {
      notice = UNAVAILABLE
    } else {
      const verdict = judged(push, answer.status, answer.raw)
      if (verdict.clear !== undefined) attempt.clear = cut(verdict.clear)
      if (verdict.ok) {
        accept(push, verdict)
        return
      }
      attempt.problem = verdict.reason
      notice = BROKEN
    }
    platform.exchanges.changed(exchange)
  }
  exchange.state = 'failed'
  const seen = push.follower?.following && takesReply(push.update.kind)
  if (seen) say(push, { kind: 'system', text: notice }, 'system')
}

/** A duplicate of the push: answered and judged for the log, never shown. */
async function copy(push: Push): Promise<void> {
  const { platform, exchange } = push
  const startedAt = platform.clock.now()
  const target = { url: push.url, method: 'POST' as const, body: push.envelope.body }
  const answer = await sendOnce(platform, target, platform.timing.answerMs)
  const attempt = { ...attemptOf(1, startedAt, answer), copy: true }
  if (!('problem' in answer)) {
    const verdict = judged(push, answer.status, answer.raw)
    if (verdict.clear !== undefined) attempt.clear = cut(verdict.clear)
    if (!verdict.ok) attempt.problem = verdict.reason
  }
  exchange.attempts.push(attempt)
}

function judged(push: Push, status: number, raw: string): Verdict {
  const { account, openid, update, platform } = push
  return judge({ account, openid, kind: update.kind, now: platform.clock.now() }, status, raw)
}

function accept(push: Push, verdict: Verdict & { ok: true }): void {
  const { exchange, follower, platform, account, update } = push
  exchange.warnings.push(...verdict.warnings)
  exchange.state = verdict.reply === 'none' ? 'acknowledged' : 'replied'
  if (verdict.reply === 'none') return
  if (!takesReply(update.kind) || !follower?.following) {
    exchange.warnings.push(`a reply to ${update.kind} is not shown to the follower`)
    return
  }
  if (verdict.reply === 'message' && isMiniProgram(account)) {
    exchange.warnings.push('a mini program shows no reply but the transfer to customer service')
    return
  }
  if (verdict.reply === 'message') {
    say(push, verdict.content, 'account')
    return
  }
  follower.staffUntil = platform.clock.now() + STAFF_MS
  say(push, { kind: 'system', text: '已转接人工客服，会话期间的消息由客服人员接收' }, 'system')
  changed(platform, account, follower)
  const about = { openid: follower.openid, appid: account.options.appid, now: platform.clock.now() }
  const fields = verdict.kfAccount === undefined ? {} : { KfAccount: verdict.kfAccount }
  background(platform, deliver(platform, account, follower, event('kf_create_session', fields, about)).done)
}

function say(push: Push, content: Content, from: 'account' | 'system'): void {
  const { platform, account, follower, exchange } = push
  if (!follower) return
  const via = from === 'system' ? 'platform' : 'passive'
  show(platform.bus, account.options.id, follower, {
    at: platform.clock.now(),
    from,
    via,
    content,
    exchange: exchange.id,
  })
}

function queryWith(query: Record<string, string>, over: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...query, ...over }).filter(([name, value]) => over[name] !== '' || value))
}

function withQuery(url: string, query: Record<string, string>): string {
  return `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`
}
