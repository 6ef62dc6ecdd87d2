import type { Feed, LaneState } from './lane-state.js'
import { worksOf } from './lane-state.js'
import { concurrencyFor } from './latency.js'
import type { Item } from './work.js'

/** The fewest calls under way at once, and as many as before the first answer. */
const LEAST_CALLS = 8
const LOOK_AGAIN_MS = 50

/** Chooses the calls that may begin now, of all sources in turn; `wait` is how long until there may be more. */
export function createPump(lane: LaneState): () => { items: Item[]; wait: number } {
  let next = 0

  /** Each answered call lets one more be under way at once, so that a platform that is slow at first is not flooded. */
  function room(): number {
    const most = Math.min(lane.deps.concurrency, LEAST_CALLS + lane.answered)
    return concurrencyFor(lane.perSecond, lane.latency.high, { least: LEAST_CALLS, most }) - lane.underWay.size
  }

  /** The next call of a feed, or how long until there may be one. */
  function take(feed: Feed, now: number): Item | number {
    const own = feed.pacer?.wait(now) ?? 0
    if (own > 0) return own
    let wait = Number.POSITIVE_INFINITY
    for (const [channel, queue] of feed.ready) {
      const [item] = queue
      if (!item) continue
      const gate = lane.gate(channel)
      const closed = now >= item.work.validUntil ? LOOK_AGAIN_MS : gate.wait(now)
      if (closed > 0) {
        wait = Math.min(wait, closed)
        continue
      }
      queue.shift()
      lane.ready--
      item.call = gate.begin(now)
      if (feed.pacer) item.own = feed.pacer.take(now)
      return item
    }
    return wait
  }

  return () => {
    const now = performance.now()
    const items: Item[] = []
    let wait = Number.POSITIVE_INFINITY
    const feeds = [...lane.feeds.values()]
    let left = room()
    for (let missed = 0; left > 0 && missed < feeds.length; ) {
      const found = take(feeds[next++ % feeds.length] as Feed, now)
      if (typeof found === 'number') {
        wait = Math.min(wait, found)
        missed++
      } else {
        items.push(found)
        left--
        missed = 0
      }
    }
    return { items, wait }
  }
}

/** Somebody could be marked. */
export function anyCleared(lane: LaneState): boolean {
  for (const work of worksOf(lane)) if (work.cleared.length > 0 && !work.stopped) return true
  return false
}
