import { messageOf } from '../../core/errors.js'
import { createCalls } from './calls.js'
import type { Refused } from './claims.js'
import type { Evidence } from './evidence.js'
import { closeFeed, supply } from './feed.js'
import { createFlush } from './flush.js'
import type { LaneLease } from './lane-lease.js'
import { type Feed, feedRate, type LaneState, laneState, openFeed, worksOf } from './lane-state.js'
import { createMass } from './mass.js'
import type { BulkDeps, BulkSender } from './ports.js'
import { anyCleared, createPump } from './pump.js'
import { INTERRUPTED } from './recover.js'
import { wantsRelease } from './release.js'
import type { SourceRow } from './rows.js'
import { stopWork } from './unbegun.js'

/** One account in the process that sends for it. */
export interface Lane {
  readonly account: string
  /** Takes a source up that has something due, or learns that it has grown. */
  feed(row: Pick<SourceRow, '_id' | 'version'>): void
  /**
   * Extends the right to send; gives false when the account is another's now. `held` are the chunks that were still
   * this process's when their leases were extended at `since`, good until `validUntil` of the monotonic clock.
   */
  renewed(held: ReadonlyMap<string, Refused | undefined>, since: number, validUntil: number): Promise<boolean>
  /** The keys of the chunks in hand. */
  inHand(): string[]
  idle(): boolean
  /** Lets go of everything, waiting for the calls under way; what has not ended after `graceMs` is uncertain. */
  close(graceMs: number): Promise<void>
}

const TICK_MS = 50
const TOGETHER_MS = 1
/** What another process sent within this time still counts at the platform. */
const RATE_WINDOW_MS = 1_300
const LAST_WRITES = 50

/** A lane that has the right to send until `validUntil` of the monotonic clock. */
export function createLane(
  deps: BulkDeps,
  account: string,
  sender: BulkSender,
  evidence: Evidence,
  lease: LaneLease,
  validUntil: number,
): Lane {
  const lane: LaneState = Object.assign(laneState(deps, account, sender, evidence), { pump, flush })
  lane.validUntil = validUntil
  const flusher = createFlush(lane)
  const calls = createCalls(lane)
  const mass = createMass(lane, flusher)
  const choose = createPump(lane)
  const quietUntil = performance.now() + restOfWindow()
  let scheduled = false
  let pumpedAt = 0
  let wakeAt: NodeJS.Timeout | undefined
  let flushedAt = performance.now()
  const timer = setInterval(tick, TICK_MS)
  timer.unref()

  /** Calls of whoever had the account before count within the same second. */
  function restOfWindow(): number {
    if (lease.takenOver) return RATE_WINDOW_MS
    if (!lease.lastCallAt) return 0
    return Math.max(0, lease.lastCallAt.getTime() + RATE_WINDOW_MS - deps.leaseClock.now().getTime())
  }

  function flush(): void {
    flushedAt = performance.now()
    flusher.run().catch((error: unknown) => deps.log.error({ account, err: error }, 'writing sends failed'))
  }

  function tick(): void {
    const now = performance.now()
    const limit = deps.timing.deliverLimit
    for (const item of lane.underWay) {
      if (now - item.begunAt <= limit) continue
      calls.ended(item, { state: 'uncertain', reason: `the call did not end within ${limit} ms` })
    }
    lane.perSecond = 1
    for (const feed of lane.feeds.values()) lane.perSecond = Math.max(lane.perSecond, feedRate(lane, feed))
    for (const feed of lane.feeds.values()) {
      supply(lane, feed)
      mass.look(feed)
      if (feed.works.length === 0 && feed.exhausted && !feed.claiming) drop(feed)
    }
    const late = now - flushedAt >= deps.timing.flushWithin
    const clock = deps.clock.now()
    for (const work of worksOf(lane)) {
      if (!(work.dirty && late) && !wantsRelease(work, clock)) continue
      flush()
      break
    }
    pump()
  }

  function drop(feed: Feed): void {
    lane.feeds.delete(feed.source)
    closeFeed(lane, feed).catch((error: unknown) =>
      deps.log.warn({ source: feed.source, reason: messageOf(error) }, 'a source could not be closed, looked at again'),
    )
  }

  /** What ends within a millisecond is followed up together: one note of evidence, one look at the queues. */
  function pump(): void {
    if (scheduled) return
    scheduled = true
    if (performance.now() - pumpedAt < TOGETHER_MS) setTimeout(start, TOGETHER_MS)
    else setImmediate(start)
  }

  /** Begins every call that may begin now. */
  function start(): void {
    scheduled = false
    const now = performance.now()
    pumpedAt = now
    if (now >= lane.validUntil || now < quietUntil || lane.closing) return
    const { items, wait } = choose()
    if (items.length > 0) void calls.begin(items)
    for (const work of worksOf(lane)) work.witness.sync()
    if (flusher.isLow() && anyCleared(lane)) flush()
    if (wait === Number.POSITIVE_INFINITY) return
    clearTimeout(wakeAt)
    wakeAt = setTimeout(pump, wait)
    wakeAt.unref()
  }

  return {
    account,
    feed(row) {
      const known = lane.feeds.get(row._id)
      if (known) {
        known.version = row.version
        known.exhausted = false
      } else lane.feeds.set(row._id, openFeed(row._id, row.version))
      tick()
    },
    async renewed(held, since, until) {
      const kept = await lease.renew(deps.timing.lease, lane.lastCallAt)
      if (!kept) return false
      lane.validUntil = until
      for (const work of worksOf(lane)) {
        if (work.claimedAt > since || work.releasing) continue
        const why = held.has(work.key) ? held.get(work.key) : 'lost'
        if (why !== undefined && why !== 'visited') stopWork(lane, work, why)
        else work.validUntil = until
      }
      return true
    },
    inHand: () => [...worksOf(lane)].map(({ key }) => key),
    idle: () => lane.feeds.size === 0,
    async close(graceMs) {
      lane.closing = true
      clearTimeout(wakeAt)
      for (const work of worksOf(lane)) stopWork(lane, work, 'closing')
      const until = performance.now() + graceMs
      while (lane.underWay.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
      for (const item of lane.underWay) calls.ended(item, { state: 'uncertain', reason: INTERRUPTED })
      clearInterval(timer)
      for (let tries = 0; tries < LAST_WRITES && [...worksOf(lane)].length > 0; tries++) {
        await flusher.run()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await lease.release(lane.lastCallAt).catch(() => undefined)
    },
  }
}
