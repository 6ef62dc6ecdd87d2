import type { Refused } from './claims.js'
import type { LaneState } from './lane-state.js'
import { repairLost } from './repair.js'
import type { Item, Work } from './work.js'

/** Takes a mark back: the call was not made. What may have arrived earlier stays marked. */
export function unmark({ work, index, since }: Item): void {
  work.marked--
  if (since) return
  const { attempts } = work.ledger.standing(index)
  work.ledger.set(index, 'waiting', { attempts: Math.max(0, attempts - 1) })
  work.unbook.push(index)
  work.dirty = true
}

/** Takes out of the queues what has not been called. */
export function takeBack(lane: LaneState, work: Work): void {
  const feed = lane.feeds.get(work.source)
  for (const [channel, queue] of feed?.ready ?? []) {
    const kept = queue.filter((item) => item.work !== work)
    if (kept.length === queue.length) continue
    for (const item of queue) if (item.work === work) unmark(item)
    lane.ready -= queue.length - kept.length
    feed?.ready.set(channel, kept)
  }
  for (const pool of feed?.pool.values() ?? []) {
    work.marked -= pool.members.filter((member) => member.work === work).length
    pool.members = pool.members.filter((member) => member.work !== work)
  }
  work.unbook.push(...work.cleared.filter(({ since }) => !since).map(({ index }) => index))
}

/** Lets nothing more of a chunk begin; what was marked and not called is taken back. */
export function stopWork(lane: LaneState, work: Work, why: Exclude<Refused, 'visited'> | 'closing'): void {
  if (work.stopped === 'lost' || work.stopped === why) return
  work.stopped = why
  takeBack(lane, work)
  work.cleared = []
  work.toJudge = []
  work.dirty = true
  if (why !== 'lost') return
  lane.deps.log.warn({ chunk: work.key }, 'a chunk was taken over by another process')
  leaveWork(lane, work)
  void repairLost(lane, work)
}

/** The chunk is no longer in this process's hands. */
export function leaveWork(lane: LaneState, work: Work): void {
  work.over = true
  const feed = lane.feeds.get(work.source)
  if (feed) {
    feed.works = feed.works.filter((other) => other !== work)
    feed.exhausted = false
  }
  work.witness.close()
}
