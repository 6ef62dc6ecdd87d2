import { messageOf } from '../../core/errors.js'
import type { Outcome } from '../../core/outcome.js'
import type { LaneState } from './lane-state.js'
import { KEY_LIFE_MS } from './recover.js'
import { settle } from './settle.js'
import { unmark } from './unbegun.js'
import type { Item, Work } from './work.js'

/** The calls of a lane. */
export interface Calls {
  /** Makes the calls of items whose marks are stored. */
  begin(items: readonly Item[]): Promise<void>
  /** A call is over, or is not waited for any longer. */
  ended(item: Item, outcome: Outcome): void
}

const TOO_LATE = 'its key has ended before it could be repeated'

/** Refusals of calls that were under way together. */
const SAME_PARK_MS = 30_000

/** Makes calls and puts their ends where they belong. */
export function createCalls(lane: LaneState): Calls {
  const { deps, account, sender } = lane
  const leaseNow = () => deps.leaseClock.now()

  async function begin(items: readonly Item[]): Promise<void> {
    const byWork = new Map<Work, number[]>()
    for (const item of items) {
      item.begunAt = performance.now()
      item.work.marked--
      item.work.inFlight++
      lane.underWay.add(item)
      const known = byWork.get(item.work)
      if (known) known.push(item.index)
      else byWork.set(item.work, [item.index])
    }
    lane.begun += items.length
    lane.lastCallAt = leaseNow()
    const blind = new Set<Work>()
    for (const [work, indexes] of byWork) if (!work.witness.begun(indexes)) blind.add(work)
    if (deps.fail) await deps.fail('begun')
    for (const item of items) {
      if (item.since && isStale(item.since)) ended(item, { state: 'uncertain', reason: TOO_LATE })
      else if (blind.has(item.work)) ended(item, { state: 'retry', reason: 'it could not be noted before the call' })
      else call(item)
    }
  }

  /** The platform may have forgotten the key meanwhile. */
  const isStale = (since: Date) => leaseNow().getTime() - since.getTime() >= KEY_LIFE_MS

  function call(item: Item): void {
    const { work, index, channel, to, message } = item
    lane.calls.set(channel, (lane.calls.get(channel) ?? 0) + 1)
    const key = `${work.key}:${work.audience.contact(index)}`
    sender.send(message, { to, key }).then(
      (outcome) => {
        if (deps.fail) void Promise.resolve(deps.fail('answered')).then(() => ended(item, outcome))
        else ended(item, outcome)
      },
      (error: unknown) => ended(item, { state: 'uncertain', reason: `the platform threw: ${messageOf(error)}` }),
    )
  }

  function ended(item: Item, outcome: Outcome): void {
    if (!lane.underWay.delete(item)) return
    const { work, index, channel } = item
    const now = performance.now()
    const gate = lane.gate(channel)
    work.inFlight--
    lane.pump()
    const settled = settle(item, outcome, deps.clock.now(), leaseNow)
    const tookMs = now - item.begunAt
    gate.end(now, item.call, tookMs, settled.unanswered === true)
    lane.feeds.get(work.source)?.pacer?.answered(item.own, tookMs)
    if (work.over) return
    if (!settled.unanswered) {
      lane.answered++
      lane.latency.note(tookMs)
    }
    if (settled.slow) gate.slow(now)
    if (settled.block) refuse(work, index)
    if (settled.parkMs !== undefined) park(item, now + settled.parkMs)
    if (settled.judgeAgain && !work.stopped) work.toJudge.push(index)
  }

  function refuse(work: Work, index: number): void {
    const person = { contact: work.audience.contact(index) }
    const noted = deps.reach.block([person], account, deps.clock.now())
    noted.catch((error: unknown) =>
      deps.log.warn({ reason: messageOf(error) }, 'that a person is not to be written to could not be noted'),
    )
  }

  /** The platform takes nothing more of a channel: what is in hand of it is looked at again, it may have other ways. */
  function park({ channel }: Item, until: number): void {
    const gate = lane.gate(channel)
    if (gate.parkedUntil >= until - SAME_PARK_MS) return
    gate.park(until)
    const waitMs = Math.round(until - performance.now())
    deps.log.warn({ account, channel, waitMs }, 'the platform takes no more of this channel for now')
    const now = deps.clock.now()
    const noted = deps.reach.park(account, channel, now, new Date(now.getTime() + waitMs))
    noted.catch((error: unknown) =>
      deps.log.warn({ account, channel, reason: messageOf(error) }, 'a used-up quota could not be noted'),
    )
    for (const feed of lane.feeds.values()) {
      for (const item of feed.ready.get(channel)?.splice(0) ?? []) {
        lane.ready--
        unmark(item)
        if (item.since) item.work.again.push({ index: item.index, at: 0, repeat: item })
        else item.work.toJudge.push(item.index)
      }
      for (const work of feed.works) {
        const pulled = work.cleared.filter((item) => item.channel === channel && !item.since)
        work.cleared = work.cleared.filter((item) => item.channel !== channel || item.since)
        work.toJudge.push(...pulled.map(({ index }) => index))
      }
    }
  }

  return { begin, ended }
}
