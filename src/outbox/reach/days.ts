import { DateTime } from 'luxon'

const DAY_MS = 86_400_000
/** Shanghai keeps UTC+8 all year. */
const SHANGHAI_MS = 8 * 3_600_000

/** The number of a business day: days since 1970-01-01 by the wall clock of `timeZone`. */
export function businessDay(at: Date, timeZone: string): number {
  const offsetMs =
    timeZone === 'Asia/Shanghai' ? SHANGHAI_MS : DateTime.fromJSDate(at, { zone: timeZone }).offset * 60_000
  return Math.floor((at.getTime() + offsetMs) / DAY_MS)
}

/** When a business day begins. */
export function dayStart(day: number, timeZone: string): Date {
  const utc = new Date(day * DAY_MS)
  if (timeZone === 'Asia/Shanghai') return new Date(utc.getTime() - SHANGHAI_MS)
  const [year, month, date] = [utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate()]
  return DateTime.fromObject({ year, month, day: date }, { zone: timeZone }).startOf('day').toJSDate()
}

/** When the platform's day began: 00:00 Asia/Shanghai. */
export function platformDay(now: Date): Date {
  return dayStart(businessDay(now, 'Asia/Shanghai'), 'Asia/Shanghai')
}

/** When the platform's quotas begin anew: the next 00:00 Asia/Shanghai. */
export function platformTomorrow(now: Date): Date {
  return new Date(platformDay(now).getTime() + DAY_MS)
}

/** When the platform's calendar month began (Asia/Shanghai). */
export function platformMonth(now: Date): Date {
  return monthStart(now, 0)
}

/** When the platform's next calendar month begins (Asia/Shanghai). */
export function platformNextMonth(now: Date): Date {
  return monthStart(now, 1)
}

function monthStart(now: Date, later: number): Date {
  const local = new Date(now.getTime() + SHANGHAI_MS)
  return new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + later, 1) - SHANGHAI_MS)
}
