import type { ChunkWrite } from './claims.js'
import type { LaneState } from './lane-state.js'
import { takeBack } from './unbegun.js'
import { end, isQuiet, type Work } from './work.js'

/** A chunk with something to be tried again so soon is kept in hand. */
const KEEP_MS = 15_000

/** Gives up what has not been called when the chunk's time is over. Repetitions of what may have arrived go on. */
export function expireWork(lane: LaneState, work: Work, now: Date): void {
  if (work.stopped || now < work.expiresAt) return
  takeBack(lane, work)
  work.cleared = work.cleared.filter(({ since }) => since)
  work.toJudge = []
  work.again = work.again.filter(({ repeat }) => repeat)
  giveUp(work, 'expired', now)
}

/** Whether a chunk is let go of with the next write: when nothing of it can go on in this process for a while. */
export function releaseOf(work: Work, now: Date): ChunkWrite['release'] {
  if (work.stopped === 'lost' || !isQuiet(work)) return undefined
  if (work.stopped === 'cancelled') {
    giveUp(work, 'cancelled', now)
    for (const index of work.ledger.in('sending')) giveUpRepeating(work, index, now)
  }
  const { ledger } = work
  if (ledger.left() === 0) return { over: true, at: now }
  if (work.stopped === undefined && work.again.some(({ at }) => at < now.getTime() + KEEP_MS)) return undefined
  const waiting = ledger.in('waiting').some((index) => !work.deferred.has(index))
  const came = [...work.visitors].some((index) => ledger.state(index) === 'waiting-visit' && !work.deferred.has(index))
  if (waiting || came || ledger.count('sending') > 0) return { over: false, nextAt: now }
  const next = Math.min(...work.again.map(({ at }) => at), work.deferredUntil, work.expiresAt.getTime())
  return { over: false, nextAt: new Date(next) }
}

/** Whether a write is due for its sake: it can be let go of, or its time is over. */
export function wantsRelease(work: Work, now: Date): boolean {
  if (work.stopped === 'lost' || !isQuiet(work)) return false
  if (work.dirty || work.stopped !== undefined || now >= work.expiresAt || work.ledger.left() === 0) return true
  return !work.again.some(({ at }) => at < now.getTime() + KEEP_MS)
}

function giveUp(work: Work, state: 'cancelled' | 'expired', now: Date): void {
  const given = work.ledger.giveUp(state, now)
  if (given === 0) return
  work.ended[state] = (work.ended[state] ?? 0) + given
  work.dirty = true
}

/** A call that may have arrived is not made again for a source that is called off: nobody knows how it ended. */
function giveUpRepeating(work: Work, index: number, now: Date): void {
  work.unsure.push(index)
  const { note } = work.ledger.standing(index)
  end(work, index, 'uncertain', { note: { ...note, reason: 'cancelled before it was clear' }, at: now })
}
