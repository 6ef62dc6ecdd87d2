/** How long calls take, as far as it bears on how many should be under way. */
export interface Latency {
  note(ms: number): void
  /** What nearly all calls stay below; 0 while too few have ended to tell. */
  readonly high: number
}

const ENOUGH = 4

/** A smoothed mean and deviation, as TCP keeps them of its round trips. */
export function createLatency(): Latency {
  let mean = 0
  let deviation = 0
  let seen = 0
  return {
    note(ms) {
      seen++
      if (mean === 0) {
        mean = ms
        deviation = ms / 2
        return
      }
      const error = ms - mean
      mean += error / 16
      deviation += (Math.abs(error) - deviation) / 16
    },
    get high() {
      return seen < ENOUGH ? 0 : mean + 2 * deviation
    },
  }
}

/**
 * Calls that should be under way at once so that the rate is reached: rate x latency and a fifth, within the limits.
 * While the latency is not known, the least: what dies in the first moments leaves little in doubt.
 */
export function concurrencyFor(perSecond: number, highMs: number, limits: { least: number; most: number }): number {
  return Math.min(limits.most, Math.max(limits.least, Math.ceil((perSecond * highMs * 1.2) / 1000)))
}

/** How long calls take at least, but for the odd one: what is left when nothing holds them up. */
export interface Baseline {
  note(ms: number): void
  /** 0 before the first. */
  readonly ms: number
}

const KEPT = 128
const LOOK_EVERY = 16
const SHARE = 0.1

/** The tenth percentile of the latest 128. */
export function createBaseline(): Baseline {
  const latest = new Float64Array(KEPT)
  let seen = 0
  let ms = 0
  return {
    note(value) {
      latest[seen++ % KEPT] = value
      if (seen <= LOOK_EVERY) ms = seen === 1 ? value : Math.min(ms, value)
      else if (seen % LOOK_EVERY === 0) {
        const sorted = latest.slice(0, Math.min(seen, KEPT)).sort()
        ms = sorted[Math.floor(sorted.length * SHARE)] ?? 0
      }
    },
    get ms() {
      return ms
    },
  }
}
