import { createPacer, type Pacer } from './pacer.js'

/** Lets the calls of one channel through: at its rate, and not while the platform is out of order. */
export interface Gate extends Pick<Pacer, 'slow' | 'park' | 'parkedUntil'> {
  /** How long until a call may begin; 0: now. Infinity: when one that is under way has ended. */
  wait(now: number): number
  /** A call begins; gives its number for `end`. */
  begin(now: number): number
  /** A call has ended. `broken`: no answer of the platform came (it is out of order, or the way to it). */
  end(now: number, call: number, tookMs: number, broken: boolean): void
  rate(now: number): number
}

/** So many calls in a row without an answer, and no more are made. */
const BROKEN_AFTER = 5
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/**
 * A gate. When five calls in a row had no answer it shuts, since every further one might be another whose end nobody
 * knows; after a pause (1 s, doubling to 60 s) one call is made, and an answer opens it again. Times are of one
 * monotonic clock.
 */
export function createGate(perSecond: number): Gate {
  const pacer = createPacer(perSecond)
  let underWay = 0
  let broken = 0
  let shutUntil = Number.NEGATIVE_INFINITY
  let pauses = 0

  return {
    wait(now) {
      if (broken >= BROKEN_AFTER && underWay > 0) return Number.POSITIVE_INFINITY
      return Math.max(pacer.wait(now), shutUntil - now, 0)
    },
    begin(now) {
      underWay++
      return pacer.take(now)
    },
    end(now, call, tookMs, unanswered) {
      underWay--
      pacer.answered(call, tookMs)
      if (!unanswered) {
        broken = 0
        pauses = 0
        shutUntil = Number.NEGATIVE_INFINITY
        return
      }
      broken++
      if (broken < BROKEN_AFTER || now < shutUntil) return
      shutUntil = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** pauses)
      pauses++
    },
    slow: pacer.slow,
    park: pacer.park,
    get parkedUntil() {
      return pacer.parkedUntil
    },
    rate: pacer.rate,
  }
}
