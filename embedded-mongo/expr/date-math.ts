import type { Zone } from 'luxon'
import { fail, unsupported } from '../errors.js'
import { dayNumber, instantOf, isoDayOfWeek, type Local, localMs, localOf } from './calendar.js'
import { typeName } from './operators.js'

/** The units of $dateAdd, $dateDiff and $dateTrunc. */
export type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

const UNITS = new Set<unknown>(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'])
const DAY_MS = 86_400_000

/** Reads a unit name; unknown ones answer 9. */
export function unitOf(v: unknown): Unit {
  if (typeof v !== 'string') return fail(5439013, `requires "unit" to be a string, but got ${typeName(v)}`)
  return UNITS.has(v) ? (v as Unit) : fail(9, `unknown time unit value: ${v}`)
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Reads `startOfWeek` as 1 (Monday) to 7; absent means Sunday. */
export function weekdayOf(v: unknown): number {
  if (v === undefined) return 7
  const text = typeof v === 'string' ? v.toLowerCase() : ''
  const i = DAYS.findIndex((d) => d === text || d.slice(0, 3) === text)
  return i >= 0 ? i + 1 : fail(9, `unknown day of week value: ${String(v)}`)
}

/** The start of the bin of `size` units a date falls in; bins are counted from 2000-01-01 local time. */
export function truncate(at: Date, unit: Unit, size: number, zone: Zone | null, weekStart: number): Date {
  const l = localOf(at, zone)
  switch (unit) {
    case 'year':
      return instantOf(localMs(2000 + floorTo(l.year - 2000, size), 1), zone)
    case 'quarter':
      return instantOf(localMs(2000, 1 + floorTo(months(l), size * 3)), zone)
    case 'month':
      return instantOf(localMs(2000, 1 + floorTo(months(l), size)), zone)
    case 'week': {
      if (size !== 1) throw unsupported('$dateTrunc with a binSize above 1 in weeks')
      return instantOf((dayNumber(l) - ((isoDayOfWeek(l) - weekStart + 7) % 7)) * DAY_MS, zone)
    }
    case 'day': {
      const origin = dayNumber({ ...l, year: 2000, month: 1, day: 1 })
      return instantOf((origin + floorTo(dayNumber(l) - origin, size)) * DAY_MS, zone)
    }
    default: {
      const origin = instantOf(localMs(2000, 1), zone).getTime()
      return new Date(origin + floorTo(at.getTime() - origin, size * unitMs(unit)))
    }
  }
}

/** Adds calendar units in local time (a day over the end of a month becomes its last day), clock units in real time. */
export function addUnits(at: Date, unit: Unit, amount: number, zone: Zone | null): Date {
  const l = localOf(at, zone)
  const perMonth = { year: 12, quarter: 3, month: 1 }
  let out: Date
  if (unit === 'year' || unit === 'quarter' || unit === 'month') {
    const total = l.year * 12 + l.month - 1 + amount * perMonth[unit]
    const year = Math.floor(total / 12)
    const month = total - year * 12 + 1
    const last = new Date(localMs(year, month + 1, 0)).getUTCDate()
    out = instantOf(localMs(year, month, Math.min(l.day, last), l.hour, l.minute, l.second, l.ms), zone)
  } else if (unit === 'week' || unit === 'day') {
    const days = unit === 'week' ? amount * 7 : amount
    out = instantOf(localMs(l.year, l.month, l.day + days, l.hour, l.minute, l.second, l.ms), zone)
  } else out = new Date(at.getTime() + amount * unitMs(unit))
  return Number.isNaN(out.getTime()) ? fail(5166406, 'date overflow') : out
}

/** How many boundaries of a unit lie between two dates. */
export function countUnits(from: Date, to: Date, unit: Unit, zone: Zone | null, weekStart: number): number {
  const a = localOf(from, zone)
  const b = localOf(to, zone)
  switch (unit) {
    case 'year':
      return b.year - a.year
    case 'quarter':
      return Math.floor(months(b) / 3) - Math.floor(months(a) / 3)
    case 'month':
      return months(b) - months(a)
    case 'week':
      return Math.floor((dayNumber(b) + 3 - (weekStart - 1)) / 7) - Math.floor((dayNumber(a) + 3 - (weekStart - 1)) / 7)
    case 'day':
      return dayNumber(b) - dayNumber(a)
    default: {
      const size = unitMs(unit)
      const start = (at: Date, l: Local) =>
        Math.floor((at.getTime() + l.offset * 60_000) / size) * size - l.offset * 60_000
      return Math.round((start(to, b) - start(from, a)) / size)
    }
  }
}

function months(l: Local): number {
  return (l.year - 2000) * 12 + l.month - 1
}

function floorTo(n: number, size: number): number {
  return Math.floor(n / size) * size
}

function unitMs(unit: Unit): number {
  return unit === 'hour' ? 3_600_000 : unit === 'minute' ? 60_000 : unit === 'second' ? 1000 : 1
}
