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
