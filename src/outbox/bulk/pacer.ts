/** Lets calls through at a steady rate. All times are milliseconds of one monotonic clock. */
export interface Pacer {
  /** How long until the next call may begin; 0: now. */
  wait(now: number): number
  /** A call begins. */
  take(now: number): void
  /** The platform asks for less: half the rate, won back a tenth every 10 s without another complaint. */
  slow(now: number): void
  /** No call before. */
  park(until: number): void
  readonly parkedUntil: number
  /** Calls a second at this moment. */
  rate(now: number): number
}

/**
 * Added to each second of the limit: what is sent within 1 s may reach the platform within 1 s less this much, since
 * connections, schedulers and networks do not delay every call alike. 3.4 % of the rate.
 */
const GUARD_MS = 35
/** After a stall of the process so much of the lost time is made up for at once. */
const CATCH_UP_MS = 250
/** Complaints about calls that were under way together are one. */
const COMPLAINT_MS = 1000
const WIN_BACK_MS = 10_000
const WIN_BACK = 0.1

/**
 * A pacer for at most `perSecond` calls in any second seen at the platform, evenly spaced. It remembers when as many
 * calls as the limit began, so that not even what is made up for after a stall exceeds it.
 */
export function createPacer(perSecond: number, guardMs = GUARD_MS): Pacer {
  if (!(perSecond > 0)) throw new RangeError('a rate must be more than 0 a second')
  const most = Math.max(1, Math.floor(perSecond))
  const windowMs = (most / perSecond) * 1000 + guardMs
  const begun = new Float64Array(most).fill(Number.NEGATIVE_INFINITY)
  let at = 0
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
    const index = (at - limit + most * 2) % most
    return (begun[index] ?? 0) + windowMs
  }

  return {
    wait: (now) => Math.max(0, next - now, parked - now, windowOpens(now) - now),
    take(now) {
      const from = next === Number.NEGATIVE_INFINITY ? now : Math.max(next, now - CATCH_UP_MS)
      next = from + windowMs / (most * current(now))
      begun[at] = now
      at = (at + 1) % most
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
