import { dailyQuotas, minuteQuotas } from '../../rules/official-account/quotas.js'
import { shanghaiDay, shanghaiMonth } from '../clock.js'

/** How often an API was called today. */
export interface QuotaUse {
  daily_limit: number
  used: number
  remain: number
}

/** The call counters of an account; days begin at 00:00 in Shanghai. */
export interface Quotas {
  /** Counts a call; the errcode when it is one too many (45009 for the day, 45011 for the minute). */
  count(path: string, now: number): 45009 | 45011 | undefined
  use(path: string, now: number): QuotaUse
  /** clear_quota: false when it was used 10 times this month. */
  clear(now: number): boolean
  /** openapi/quota/clear: one API. */
  clearOne(path: string): void
  /** Sets the limits of a path; undefined keeps the current one. */
  limit(path: string, limits: { daily?: number | undefined; perMinute?: number | undefined }): void
  /** force_refresh of stable_token: false when it was used 20 times today. */
  countForced(now: number, max: number): boolean
}

const CLEARS_PER_MONTH = 10
const NO_LIMIT = 10_000_000

interface Counter {
  day: number
  used: number
  minute: number
  usedInMinute: number
}

/** Limits by path: calls a day and calls a minute. */
export interface QuotaTables {
  daily: Readonly<Record<string, number>>
  perMinute: Readonly<Record<string, number>>
}

/** Counters at zero; the tables are an account's unless others are given. With `off` they count but never refuse. */
export function createQuotas(
  mode: 'real' | 'off',
  tables: QuotaTables = { daily: dailyQuotas, perMinute: minuteQuotas },
): Quotas {
  const counters = new Map<string, Counter>()
  const daily = new Map<string, number>(Object.entries(tables.daily))
  const perMinute = new Map<string, number>(Object.entries(tables.perMinute))
  let clears = { month: 0, used: 0 }
  let forced = { day: 0, used: 0 }
  const counter = (path: string, now: number): Counter => {
    const day = shanghaiDay(now)
    const minute = Math.floor(now / 60_000)
    let found = counters.get(path)
    if (!found) {
      found = { day, used: 0, minute, usedInMinute: 0 }
      counters.set(path, found)
    }
    if (found.day !== day) Object.assign(found, { day, used: 0 })
    if (found.minute !== minute) Object.assign(found, { minute, usedInMinute: 0 })
    return found
  }
  return {
    count: (path, now) => {
      const found = counter(path, now)
      const minuteFull = found.usedInMinute >= (perMinute.get(path) ?? Number.POSITIVE_INFINITY)
      const dayFull = found.used >= (daily.get(path) ?? NO_LIMIT)
      found.usedInMinute += 1
      if (mode === 'real' && dayFull) return 45009
      if (mode === 'real' && minuteFull) return 45011
      found.used += 1
      return undefined
    },
    use: (path, now) => {
      const limit = daily.get(path) ?? NO_LIMIT
      const { used } = counter(path, now)
      return { daily_limit: limit, used, remain: Math.max(0, limit - used) }
    },
    clear: (now) => {
      const month = shanghaiMonth(now)
      if (clears.month !== month) clears = { month, used: 0 }
      if (clears.used >= CLEARS_PER_MONTH) return false
      clears.used += 1
      counters.clear()
      return true
    },
    clearOne: (path) => {
      counters.delete(path)
    },
    limit: (path, limits) => {
      if (limits.daily !== undefined) daily.set(path, limits.daily)
      if (limits.perMinute !== undefined) perMinute.set(path, limits.perMinute)
    },
    countForced: (now, max) => {
      const day = shanghaiDay(now)
      if (forced.day !== day) forced = { day, used: 0 }
      if (forced.used >= max) return false
      forced.used += 1
      return true
    },
  }
}
