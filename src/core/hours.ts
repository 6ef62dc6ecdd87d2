import { DateTime } from 'luxon'
import { AppError } from './errors.js'

/**
 * True when `now` falls into daily hours such as `09:00-21:00` (the end is outside; `20:00-02:00` runs over
 * midnight), by the wall clock of `timeZone`. Throws AppError when the hours cannot be read.
 */
export function withinHours(now: Date, hours: string, timeZone = 'Asia/Shanghai'): boolean {
  const found = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(hours.replace(/\s/g, ''))
  const [from, to] = found ? [minutes(found[1], found[2]), minutes(found[3], found[4])] : [-1, -1]
  if (from < 0 || to < 0 || from > 1440 || to > 1440) {
    throw new AppError('hours.invalid', `'${hours}' are no hours`, { fix: 'write for example 09:00-21:00' })
  }
  const local = DateTime.fromJSDate(now, { zone: timeZone })
  if (!local.isValid) {
    throw new AppError('hours.zone', `'${timeZone}' is no time zone`, { fix: 'write for example Asia/Shanghai' })
  }
  const at = local.hour * 60 + local.minute
  return from <= to ? at >= from && at < to : at >= from || at < to
}

function minutes(hour: string | undefined, minute: string | undefined): number {
  return Number(minute) < 60 ? Number(hour) * 60 + Number(minute) : -1
}
