/** The platform's clock, in milliseconds since 1970. `shift` moves it; timers (the 5 s cut, delays) always run in real time. */
export interface PlatformClock {
  now(): number
  /** Moves the clock by so many milliseconds; negative moves it back. */
  advance(ms: number): void
  /** Sets the clock to this moment (ms since 1970); it goes on running from there. */
  set(at: number): void
  /** Returns to the underlying clock. */
  reset(): void
}

const SHANGHAI_OFFSET_MS = 8 * 3600_000
const DAY_MS = 86_400_000

/** A clock that runs with `base` (default: the machine's) plus an offset. */
export function createClock(base: () => number = Date.now): PlatformClock {
  let offset = 0
  return {
    now: () => base() + offset,
    advance: (ms) => {
      offset += ms
    },
    set: (at) => {
      offset = at - base()
    },
    reset: () => {
      offset = 0
    },
  }
}

/** Number of the day in Shanghai, where WeChat's daily quotas start again at 00:00. */
export function shanghaiDay(at: number): number {
  return Math.floor((at + SHANGHAI_OFFSET_MS) / DAY_MS)
}

/** Number of the month in Shanghai (year * 12 + month), for the monthly counters. */
export function shanghaiMonth(at: number): number {
  const day = new Date(at + SHANGHAI_OFFSET_MS)
  return day.getUTCFullYear() * 12 + day.getUTCMonth()
}

/** Whole seconds, as the platform writes times. */
export function seconds(at: number): number {
  return Math.floor(at / 1000)
}
