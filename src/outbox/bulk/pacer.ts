import { createBaseline } from './latency.js'

/** Lets calls through at a steady rate. All times are milliseconds of one monotonic clock. */
export interface Pacer {
  /** How long until the next call may begin; 0: now. */
  wait(now: number): number
  /** A call begins; gives its number for `answered`. */
  take(now: number): number
  /** The call has ended, so long after it began. */
  answered(call: number, tookMs: number): void
  /** The platform asks for less: half the rate, won back a tenth every 10 s without another complaint. */
  slow(now: number): void
  /** No call before. */
  park(until: number): void
  readonly parkedUntil: number
  /** Calls a second at this moment. */
  rate(now: number): number
}

/** Added to each second of the limit for what cannot be seen from here; 2 % of the rate. */
const GUARD_MS = 20
/** A call that took longer than calls take is held to have arrived so much later at most. */
const MOST_LATE_MS = 250
/** After a stall of the process so much of the lost time is made up for at once. */
const CATCH_UP_MS = 250
/** Complaints about calls that were under way together are one. */
const COMPLAINT_MS = 1000
const WIN_BACK_MS = 10_000
const WIN_BACK = 0.1

/**
 * A pacer for at most `perSecond` calls in any second seen at the platform, evenly spaced. When a call arrives there is
 * not known here, only when it began and when its answer came: what it took longer than calls usually take may have
 * been lost on the way there (a busy machine, a new connection), so its place is free a second after that. Not even
 * what is made up for after a stall exceeds the limit.
 */
export function createPacer(perSecond: number): Pacer {
  if (!(perSecond > 0)) throw new RangeError('a rate must be more than 0 a second')
  const most = Math.max(1, Math.floor(perSecond))
  const windowMs = (most / perSecond) * 1000 + GUARD_MS
  const begun = new Float64Array(most).fill(Number.NEGATIVE_INFINITY)
  /** -1: not ended yet. */
  const took = new Float64Array(most)
  const usual = createBaseline()
  let calls = 0
  let next = Number.NEGATIVE_INFINITY
  let parked = Number.NEGATIVE_INFINITY
  let share = 1
  let changed = 0
  let slowed = Number.NEGATIVE_INFINITY

  function current(now: number): number {
    if (share === 1) return 1
    const steps = Math.floor((now - changed) / WIN_BACK_MS)
    if (steps > 0) {
      share = Math.min(1, share + steps * WIN_BACK)
      changed += steps * WIN_BACK_MS
    }
    return share
  }

  /** When the window has room again: the call that began `limit` calls ago must be out of it. */
  function windowOpens(now: number): number {
    const limit = Math.max(1, Math.floor(most * current(now)))
    if (calls < limit) return Number.NEGATIVE_INFINITY
    const place = (calls - limit) % most
    const at = begun[place] ?? 0
    const spent = (took[place] ?? 0) < 0 ? now - at : (took[place] ?? 0)
    return at + windowMs + Math.min(MOST_LATE_MS, Math.max(0, spent - usual.ms))
  }

  return {
    wait: (now) => Math.max(0, next - now, parked - now, windowOpens(now) - now),
    take(now) {
      const from = next === Number.NEGATIVE_INFINITY ? now : Math.max(next, now - CATCH_UP_MS)
      next = from + windowMs / (most * current(now))
      begun[calls % most] = now
      took[calls % most] = -1
      return calls++
    },
    answered(call, tookMs) {
      usual.note(tookMs)
      if (call >= calls - most) took[call % most] = tookMs
    },
    slow(now) {
      if (now - slowed < COMPLAINT_MS) return
      slowed = now
      share = Math.max(1 / most, current(now) / 2)
      changed = now
    },
    park(until) {
      parked = Math.max(parked, until)
    },
    get parkedUntil() {
      return parked
    },
    rate: (now) => (most * current(now) * 1000) / windowMs,
  }
}
