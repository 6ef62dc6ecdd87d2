import { limits } from '../../rules/wecom/limits.js'
import { messageOf } from '../core/errors.js'
import type { Lease } from '../store/lease.js'
import { type Cursors, cursorKey } from './cursors.js'
import type { KfCursorRow } from './model.js'
import type { KfAccount, KfEntry, KfPorts, KfRead } from './ports.js'

/** What reading an account needs. */
export interface ReaderDeps extends Pick<KfPorts, 'clock' | 'log' | 'events' | 'accept' | 'fail'> {
  cursors: Cursors
  leaseMs: number
  /** Aborts when the product shuts down. */
  closing: AbortSignal
}

const MINUTE_MS = 60_000
/** A token is good for 10 minutes; one that might end under way is not used. */
const TOKEN_MS = (limits.deskTokenMinutes.value - 0.5) * MINUTE_MS
const KEPT_MS = limits.deskKeepDays.value * 86_400_000
/** Empty pages on the same spot that say there is more. */
const MOST_STUCK = 3
/** After so many failures smaller pages are tried: one may be too large for the line or the store. */
const DOUBTS = 3
const SMALL_PAGE = 50
const LONGEST_WAIT_MS = 600_000

/**
 * Reads an account to its end under a lease, page by page: a page's cursor is stored once every entry of the page is in the
 * inbox, whose unique keys make a page that comes again harmless. Ends early when another reader has taken over, when the
 * product closes, or when the platform or the store says no: then it is waited for, the longer the oftener.
 */
export async function readAll(deps: ReaderDeps, one: KfAccount, lease: Lease): Promise<void> {
  const { cursors, clock, log, closing, fail } = deps
  const row = await cursors.open(one, clock.now())
  if (row.nextAt > clock.now()) return
  await fail?.('leased')
  let { cursor } = row
  let token = tokenOf(row, clock.now())
  let restarted = false
  for (let stuck = 0; ; ) {
    if (closing.aborted || !(await lease.renew(deps.leaseMs))) return
    const small = row.failures >= DOUBTS ? { count: SMALL_PAGE } : {}
    const found = await one.read({ cursor, ...(token !== undefined && { token }), ...small })
    await fail?.('read')
    if (found.end === 'token' && token !== undefined) {
      await cursors.dropToken(one, token)
      token = undefined
      continue
    }
    if (found.end === 'cursor' && !restarted && cursor !== '') {
      log.warn({ account: one.account, reason: found.reason }, 'desk: cursor refused, read again from the oldest kept')
      restarted = true
      cursor = ''
      continue
    }
    if (found.end !== 'page') return hold(deps, one, lease, row, found)
    const fresh = found.entries.filter(({ at }) => at >= row.since)
    try {
      await Promise.all(fresh.map(({ update, envelope }: KfEntry) => deps.accept(one.account, update, envelope)))
    } catch (error) {
      return hold(deps, one, lease, row, { end: 'later', reason: messageOf(error), afterMs: 5_000 })
    }
    await fail?.('accepted')
    const skipped = found.entries.length - fresh.length
    const page = { cursor: found.next, taken: fresh.length, skipped }
    if (!(await cursors.move(one, lease.fence, page))) return
    await fail?.('moved')
    row.skipped += skipped
    row.failures = 0
    if (!found.more) return finish(deps, one, lease, row)
    stuck = found.entries.length === 0 && found.next === cursor ? stuck + 1 : 0
    cursor = found.next
    if (stuck >= MOST_STUCK) {
      const reason = 'the platform says there is more and gives nothing'
      return hold(deps, one, lease, row, { end: 'later', reason, afterMs: 5_000 })
    }
  }
}

function tokenOf({ token, tokenAt }: KfCursorRow, now: Date): string | undefined {
  if (token === undefined || tokenAt === undefined) return undefined
  return now.getTime() - tokenAt.getTime() < TOKEN_MS ? token : undefined
}

async function hold(
  { cursors, clock, log }: ReaderDeps,
  one: KfAccount,
  lease: Lease,
  { failures }: KfCursorRow,
  end: Exclude<KfRead, { end: 'page' }>,
): Promise<void> {
  const later = end.end === 'later' ? end : { reason: end.end, afterMs: 30_000, stop: undefined, seldom: undefined }
  const { reason, afterMs, stop, seldom } = later
  const waitMs = seldom ? afterMs : Math.max(afterMs, Math.min(afterMs * 2 ** Math.min(failures, 6), LONGEST_WAIT_MS))
  const line = { account: one.account, reason, waitMs, failures: failures + 1 }
  if (stop) log.error(line, 'desk cannot be read; run weloop doctor')
  else log.warn(line, 'desk could not be read, tried again')
  const nextAt = new Date(clock.now().getTime() + waitMs)
  await cursors.wait(one, lease.fence, { nextAt, reason, seldom: seldom === true })
}

/** Everything is read; what can never be read any more, or was there before us, is put on record once. */
async function finish(deps: ReaderDeps, one: KfAccount, lease: Lease, row: KfCursorRow): Promise<void> {
  const { cursors, clock, log, events } = deps
  const now = clock.now()
  const { account } = one
  const key = cursorKey(one)
  const lostUntil = new Date(now.getTime() - KEPT_MS)
  const facts = []
  if (row.readAt !== undefined && row.readAt < lostUntil) {
    log.error({ account, from: row.readAt, to: lostUntil }, 'desk: nobody read for over 3 days, what came is lost')
    const id = `${key}:gap:${row.readAt.getTime()}`
    facts.push({
      source: 'kf',
      id,
      type: 'kf.gap',
      account,
      occurredAt: now,
      props: { from: row.readAt, to: lostUntil },
    })
  }
  if (row.readAt === undefined && row.skipped > 0) {
    log.info({ account, skipped: row.skipped }, 'desk: history before the first start was skipped')
    const props = { skipped: row.skipped, before: row.since }
    facts.push({ source: 'kf', id: `${key}:history`, type: 'kf.history-skipped', account, occurredAt: now, props })
  }
  if (facts.length > 0) await events.append(facts)
  await cursors.finish(one, lease.fence, row.wanted, now)
  await deps.fail?.('done')
}
