import { refusedBefore } from '../errors.js'

/** Days of the business calendar in Asia/Shanghai, `YYYY-MM-DD`, both included. */
export interface DayRange {
  from: string
  to: string
}

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000

/** The day in Shanghai. */
export const dayOf = (at: Date): string => new Date(at.getTime() + SHANGHAI_MS).toISOString().slice(0, 10)

/** The day so many days later. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/**
 * Throws unless both are days, in order, not before `first`, and over: the platform has the numbers of a day after it
 * has ended in Shanghai (61501 for a range, 61500 for a date it does not take).
 */
export function checkDays(endpoint: string, { from, to }: DayRange, first: string, now: Date): void {
  for (const [field, day] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (!isDay(day)) throw refusedBefore(endpoint, field, 'must be a day, YYYY-MM-DD', '须为 YYYY-MM-DD 日期')
  }
  if (from > to) throw refusedBefore(endpoint, 'to', 'is before from', '结束日期早于开始日期')
  if (from < first) throw refusedBefore(endpoint, 'from', `there is no data before ${first}`, `${first} 之前没有数据`)
  const today = dayOf(now)
  if (to >= today) {
    const last = dayAfter(today, -1)
    throw refusedBefore(
      endpoint,
      'to',
      `the last day with data is yesterday, ${last} (Asia/Shanghai)`,
      `最多查到昨天 ${last}（北京时间）`,
    )
  }
}

/** Cuts a range into pieces of at most so many days. */
export function split({ from, to }: DayRange, days: number): DayRange[] {
  const pieces: DayRange[] = []
  for (let start = from; start <= to; start = dayAfter(start, days)) {
    const end = dayAfter(start, days - 1)
    pieces.push({ from: start, to: end < to ? end : to })
  }
  return pieces
}

function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}
