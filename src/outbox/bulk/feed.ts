import { messageOf } from '../../core/errors.js'
import { claimNext, readAudience } from './claims.js'
import { judge } from './judge.js'
import { type Feed, feedRate, type LaneState, paceFeed } from './lane-state.js'
import { bulkRows } from './rows.js'
import { end, type Item, messageFor, openWork, putOff, type Work } from './work.js'

/** Chunks in hand at once; those whose people wait for a mass send besides. */
const MOST_WORKS = 6
const MOST_POOLED_WORKS = 24
/** Looked at together: what is known about people is at most so old when they are called. */
const JUDGE_AHEAD_MS = 30_000
const LEAST_JUDGED = 250

/** Keeps a feed supplied: claims chunks, has their people judged, takes up what is to be tried again. */
export function supply(lane: LaneState, feed: Feed): void {
  const rate = feedRate(lane, feed)
  const now = lane.deps.clock.now().getTime()
  let left = 0
  let pooled = 0
  for (const { members } of feed.pool.values()) pooled += members.length
  for (const work of feed.works) {
    if (work.stopped || work.releasing) continue
    takeUpAgain(lane, work, now)
    if (work.toJudge.length > 0 && work.cleared.length < Math.max(50, rate * 2)) void judgeSome(lane, feed, work, rate)
    left += work.toJudge.length + work.cleared.length
  }
  const most = pooled > 0 ? MOST_POOLED_WORKS : MOST_WORKS
  const wanted = Math.min(3000, Math.max(200, rate))
  if (left < wanted && feed.works.length < most && !feed.exhausted && !lane.closing) void claim(lane, feed)
}

async function claim(lane: LaneState, feed: Feed): Promise<void> {
  if (feed.claiming) return
  feed.claiming = true
  const { deps } = lane
  try {
    const validUntil = leaseValid(deps.timing.lease)
    const leaseNow = deps.leaseClock.now()
    const leaseUntil = new Date(leaseNow.getTime() + deps.timing.lease)
    const { connection, owner } = deps
    const about = { source: feed.source, owner, now: deps.clock.now(), leaseNow, leaseUntil }
    const row = await claimNext(connection, about)
    if (!row) {
      feed.exhausted = true
      return
    }
    const people = await readAudience(connection, row._id)
    if (!people) throw new Error(`the people of chunk ${row._id} are not in the store`)
    paceFeed(feed, people.ratePerSecond)
    const work = openWork(deps, row, people, lane.evidence.witness(row._id, row.fence), validUntil)
    if (work.ledger.count('waiting-visit') > 0) await takeUpVisitors(lane, work)
    if (deps.fail) await deps.fail('claimed')
    feed.works.push(work)
    lane.pump()
  } catch (error) {
    deps.log.warn({ source: feed.source, reason: messageOf(error) }, 'no chunk could be taken up')
  } finally {
    feed.claiming = false
  }
}

/** How long a lease that is asked for now can be relied on here, by the monotonic clock. */
export function leaseValid(leaseMs: number): number {
  return performance.now() + leaseMs - Math.min(1_500, leaseMs / 4)
}

/** People who came by since this was last looked at. Whoever lets them go on marks them first and counts it after. */
export async function takeUpVisitors(lane: LaneState, work: Work): Promise<void> {
  const { people, chunks } = bulkRows(lane.deps.connection)
  const row = await chunks.findOne({ _id: work.key }, { projection: { visits: 1 } })
  work.visits = row?.visits ?? 0
  const found = await people.find({ chunk: work.key, due: true }, { projection: { index: 1 } }).toArray()
  for (const { index } of found) {
    if (work.ledger.state(index) !== 'waiting-visit' || work.toJudge.includes(index)) continue
    work.visitors.add(index)
    work.toJudge.push(index)
  }
}

function takeUpAgain(lane: LaneState, work: Work, now: number): void {
  if (work.again.length === 0) return
  const due = work.again.filter(({ at }) => at <= now)
  if (due.length === 0) return
  work.again = work.again.filter(({ at }) => at > now)
  for (const { index, repeat } of due) {
    if (repeat) void repeatItem(lane, repeat)
    else work.toJudge.push(index)
  }
}

/** What may have arrived is repeated as it was, with its key: it is booked and judged already. */
async function repeatItem(lane: LaneState, item: Item): Promise<void> {
  const { work, index, channel } = item
  work.marked++
  try {
    const message = await messageFor(lane.deps, work, work.audience.variant(index), channel)
    work.cleared.unshift({ ...item, message })
  } catch (error) {
    work.unsure.push(index)
    const note = { channel, reason: `it could not be repeated: ${messageOf(error)}` }
    end(work, index, 'uncertain', { note, at: lane.deps.clock.now() })
  } finally {
    work.marked--
  }
}

async function judgeSome(lane: LaneState, feed: Feed, work: Work, rate: number): Promise<void> {
  if (work.judging) return
  work.judging = true
  const most = Math.max(LEAST_JUDGED, Math.ceil((rate * JUDGE_AHEAD_MS) / 1000))
  const indexes = work.toJudge.splice(0, most)
  try {
    const cleared = await judge(lane.deps, work, indexes)
    const now = lane.deps.clock.now().getTime()
    for (const item of cleared.items) {
      if (isParked(lane, item)) {
        work.unbook.push(item.index)
        putOff(work, item.index, parkedUntil(lane, item, now))
      } else if (work.stopped) work.unbook.push(item.index)
      else work.cleared.push(item)
    }
    for (const { index, variant, to } of cleared.mass) {
      if (work.stopped) {
        work.unbook.push(index)
        continue
      }
      const pool = feed.pool.get(variant) ?? { members: [], since: 0 }
      pool.members.push({ work, index, to })
      pool.since = performance.now()
      feed.pool.set(variant, pool)
      work.marked++
    }
    work.judging = false
    if (lane.ready === 0) lane.flush()
  } catch (error) {
    lane.deps.log.warn({ chunk: work.key, reason: messageOf(error) }, 'people could not be looked at, tried again')
    work.toJudge.unshift(...indexes)
    setTimeout(() => {
      work.judging = false
    }, 1000).unref()
  }
}

const PARKED_MS = 5_000

/** The channel takes nothing for a while, whatever the books say. */
const isParked = (lane: LaneState, { channel }: Item): boolean =>
  lane.gate(channel).parkedUntil > performance.now() + PARKED_MS

const parkedUntil = (lane: LaneState, { channel }: Item, now: number): number =>
  now + lane.gate(channel).parkedUntil - performance.now()

/**
 * Lets go of a source with nothing due: it is looked at again at its next moment, or closed when everybody of it came
 * to an end. Refused by the store when chunks were put meanwhile.
 */
export async function closeFeed(lane: LaneState, feed: Feed): Promise<void> {
  const { chunks, sources } = bulkRows(lane.deps.connection)
  const [next] = await chunks
    .find({ source: feed.source, open: true, hold: { $exists: false } }, { projection: { nextAt: 1 } })
    .sort({ nextAt: 1 })
    .limit(1)
    .toArray()
  const mine = { _id: feed.source, version: feed.version }
  if (!next) {
    await sources.updateOne(mine, { $unset: { open: '' } })
    return
  }
  const soon = lane.deps.clock.now().getTime() + 1000
  await sources.updateOne(mine, { $set: { nextAt: new Date(Math.max(next.nextAt.getTime(), soon)) } })
}
