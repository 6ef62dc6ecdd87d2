import { messageOf } from '../../core/errors.js'
import { countCalls, settleBooks, tellPeople } from './books.js'
import type { RecipientState } from './chunk.js'
import { type ChunkWrite, writeChunks } from './claims.js'
import { leaseValid, takeUpVisitors } from './feed.js'
import { type LaneState, worksOf } from './lane-state.js'
import { expireWork, releaseOf } from './release.js'
import { plainNote } from './rows.js'
import { leaveWork, stopWork, unmark } from './unbegun.js'
import type { Item, Work } from './work.js'

/** The writes of a lane. */
export interface Flush {
  /** Writes what is to be written; when a write is under way, another follows it. */
  run(): Promise<void>
  /** Resolves when everything that is known now has been written. */
  written(): Promise<void>
  /** So few marks are in hand that more are needed before the next write could be done. */
  isLow(): boolean
}

const AGAIN_MS = 200

/** Writes what a lane knows: one command for the ends of what is over and the marks of what comes next. */
export function createFlush(lane: LaneState): Flush {
  const { deps } = lane
  let flushing = false
  let again = false
  let tookMs = 5
  let begunBefore = 0
  let before = performance.now()
  /** Marks of a write that failed: nobody knows whether it was done, so they are written again. */
  let unwritten: Item[] = []
  const waiters: (() => void)[] = []

  /** Calls that begin while a write is under way, as far as one can tell. */
  function meanwhile(): number {
    const perMs = (lane.begun - begunBefore) / Math.max(1, performance.now() - before)
    return Math.ceil(perMs * tookMs)
  }

  /**
   * Marks to have in hand. Without evidence every one of them is in doubt when the process dies; with it only when the
   * machine does: then what is sent in 3 s at a slow rate, up to 128, or in 0.1 s at a fast one, up to 500.
   */
  function ahead(): number {
    const rate = lane.perSecond
    const kept = lane.evidence.kept
    const slow = kept ? clamp(rate * 3, 16, 128) : clamp(rate, 4, 40)
    return Math.max(slow, kept ? Math.min(500, Math.ceil(rate / 10)) : 0, 3 * meanwhile())
  }

  /** Marks from all chunks in hand in turn, so that no source waits for another. */
  function takeMarks(): Item[] {
    const marks = unwritten
    unwritten = []
    let room = ahead() - lane.ready - marks.length
    const leaseNow = deps.leaseClock.now()
    const works = [...worksOf(lane)].filter((work) => !work.stopped && work.cleared.length > 0)
    for (let turn = works.length; room > 0 && works.length > 0; ) {
      const work = works[--turn] as Work
      const share = Math.max(1, Math.floor(room / works.length))
      const taken = work.cleared.splice(0, Math.min(share, room))
      for (const item of taken) mark(item, leaseNow)
      marks.push(...taken)
      room -= taken.length
      if (work.cleared.length === 0) works.splice(turn, 1)
      if (turn === 0) turn = works.length
    }
    return marks
  }

  function mark({ work, index, channel, since }: Item, leaseNow: Date): void {
    const attempts = work.ledger.attempts(index) + 1
    work.ledger.set(index, 'sending', { note: plainNote(channel), at: since ?? leaseNow, attempts })
    work.marked++
    work.dirty = true
  }

  async function write(): Promise<void> {
    const now = deps.clock.now()
    for (const work of worksOf(lane)) expireWork(lane, work, now)
    const marks = takeMarks()
    const validUntil = leaseValid(deps.timing.lease)
    const leaseNow = deps.leaseClock.now()
    const leaseUntil = new Date(leaseNow.getTime() + deps.timing.lease)
    const writing: { work: Work; write: ChunkWrite; ended: Work['ended'] }[] = []
    for (const work of worksOf(lane)) {
      const release = releaseOf(work, now)
      if (!work.dirty && !release) continue
      const { key, fence, ledger, ended } = work
      const waits = release?.over === false && ledger.count('waiting-visit') > 0
      const write: ChunkWrite = {
        key,
        fence,
        fields: ledger.fields(),
        leaseNow,
        leaseUntil,
        ...(release && { release }),
        ...(waits && { visits: work.visits }),
        regardless: work.stopped !== undefined,
      }
      writing.push({ work, ended, write })
      work.stored.push(write.fields)
      work.ended = {}
      work.dirty = false
      work.releasing = release !== undefined
    }
    if (writing.length === 0) return
    const works = writing.map(({ work }) => work)
    const waiting = waiters.splice(0)
    const started = performance.now()
    try {
      await tellPeople(deps, works)
      if (deps.fail) await deps.fail(marks.length > 0 ? 'marking' : 'flushing')
      const writes = writing.map((one) => one.write)
      const refused = await writeChunks(deps.connection, deps.owner, writes)
      if (deps.fail) await deps.fail(marks.length > 0 ? 'sending' : 'flushed')
      tookMs += (performance.now() - started - tookMs) / 4
      begunBefore = lane.begun
      before = performance.now()
      for (const { work, write, ended } of writing) {
        const why = refused.get(work.key)
        work.releasing = false
        if (why === undefined) {
          work.validUntil = validUntil
          work.stored = [write.fields]
          if (Object.keys(ended).length > 0) deps.onEnds?.(work.source, ended)
          if (write.release) leave(work)
        } else {
          giveBack(work, ended)
          work.stored = work.stored.filter((fields) => fields !== write.fields)
          if (why === 'visited') await takeUpVisitors(lane, work)
          else stopWork(lane, work, why)
        }
      }
      for (const item of marks) makeReady(item)
      for (const resolve of waiting) resolve()
    } catch (error) {
      deps.log.warn({ account: lane.account, reason: messageOf(error) }, 'sends could not be written, tried again')
      unwritten = marks
      waiters.unshift(...waiting)
      for (const { work, ended } of writing) giveBack(work, ended)
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  /** It was not written, as far as one knows. */
  function giveBack(work: Work, ended: Work['ended']): void {
    work.dirty = true
    work.releasing = false
    for (const state of Object.keys(ended) as RecipientState[]) {
      work.ended[state] = (work.ended[state] ?? 0) + (ended[state] ?? 0)
    }
  }

  /** What is durable may be called. */
  function makeReady(item: Item): void {
    const { work, channel } = item
    const feed = lane.feeds.get(work.source)
    if (work.stopped || !feed) {
      unmark(item)
      return
    }
    const queue = feed.ready.get(channel)
    if (queue) queue.push(item)
    else feed.ready.set(channel, [item])
    lane.ready++
  }

  function leave(work: Work): void {
    leaveWork(lane, work)
    void settleBooks(deps, work)
  }

  return {
    async run() {
      if (flushing) {
        again = true
        return
      }
      flushing = true
      try {
        do {
          again = false
          countCalls(lane)
          await write()
          lane.pump()
        } while (again)
      } finally {
        flushing = false
      }
    },
    written: () => new Promise<void>((resolve) => waiters.push(resolve)),
    isLow() {
      const wanted = ahead()
      return lane.ready < Math.min(wanted / 2, Math.max(4, 2 * meanwhile() + wanted / 8))
    },
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.ceil(value)))
}
