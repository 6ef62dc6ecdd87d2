/** When calls arrived, 8 bytes each; enough to say afterwards whether a rate was kept. */
export interface Moments {
  add(at: number): void
  readonly count: number
  /** What the moments say about the rate. */
  rate(): Rate
  clear(): void
}

/** Rates seen. Times are ms since 1970, with fractions. */
export interface Rate {
  count: number
  first: number | null
  last: number | null
  /** Calls a second from the first to the last. */
  mean: number
  /** The most calls in any 1000 ms, wherever it starts. */
  mostInASecond: number
  /** Calls in each whole second after the first, at most the first 3600 of them. */
  seconds: number[]
}

const FIRST = 4096
const MOST = 16_000_000
const SECONDS = 3600

/** No moments. Beyond 16 million only the count goes on. */
export function createMoments(): Moments {
  let times = new Float64Array(FIRST)
  let count = 0
  return {
    add: (at) => {
      if (count === times.length && count < MOST) {
        const longer = new Float64Array(times.length * 2)
        longer.set(times)
        times = longer
      }
      if (count < times.length) times[count] = at
      count += 1
    },
    get count() {
      return count
    },
    rate: () => rateOf(times.subarray(0, Math.min(count, times.length)), count),
    clear: () => {
      times = new Float64Array(FIRST)
      count = 0
    },
  }
}

function rateOf(times: Float64Array, count: number): Rate {
  const first = times[0]
  const last = times[times.length - 1]
  if (first === undefined || last === undefined) {
    return { count, first: null, last: null, mean: 0, mostInASecond: 0, seconds: [] }
  }
  let most = 0
  let start = 0
  const seconds: number[] = []
  for (let at = 0; at < times.length; at++) {
    const now = times[at] ?? 0
    while (now - (times[start] ?? 0) >= 1000) start += 1
    most = Math.max(most, at - start + 1)
    const second = Math.floor((now - first) / 1000)
    if (second < SECONDS) seconds[second] = (seconds[second] ?? 0) + 1
  }
  const mean = last > first ? ((times.length - 1) * 1000) / (last - first) : 0
  return { count, first, last, mean, mostInASecond: most, seconds: Array.from(seconds, (value) => value ?? 0) }
}
