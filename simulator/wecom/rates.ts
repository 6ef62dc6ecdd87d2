import { frequency } from '../../rules/wecom/endpoints.js'

/** Counts calls. */
export interface Rates {
  /** Whether one more of this name fits into its limits; it is counted when it does. */
  take(name: string, now: number, limits?: { perMinute?: number; perHour?: number; perDay?: number }): boolean
}

interface Counter {
  minute: number
  inMinute: number
  hour: number
  inHour: number
  day: number
  inDay: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * HOUR_MS

const standard = { perMinute: frequency.perMinute.value, perHour: frequency.perHour.value }

/** Counters at zero; `enforced` is asked at every call. */
export function createRates(enforced: () => boolean): Rates {
  const counters = new Map<string, Counter>()
  return {
    take: (name, now, limits = standard) => {
      const [minute, hour] = [Math.floor(now / MINUTE_MS), Math.floor(now / HOUR_MS)]
      const day = Math.floor((now + SHANGHAI_MS) / DAY_MS)
      const found = counters.get(name) ?? { minute, inMinute: 0, hour, inHour: 0, day, inDay: 0 }
      counters.set(name, found)
      if (found.minute !== minute) Object.assign(found, { minute, inMinute: 0 })
      if (found.hour !== hour) Object.assign(found, { hour, inHour: 0 })
      if (found.day !== day) Object.assign(found, { day, inDay: 0 })
      const { perMinute = Infinity, perHour = Infinity, perDay = Infinity } = limits
      const full = found.inMinute >= perMinute || found.inHour >= perHour || found.inDay >= perDay
      if (full && enforced()) return false
      found.inMinute += 1
      found.inHour += 1
      found.inDay += 1
      return true
    },
  }
}
