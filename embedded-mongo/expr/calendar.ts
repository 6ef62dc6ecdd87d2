import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon'
import { fail } from '../errors.js'

/** A point in local time. `offset` is minutes east of UTC. */
export type Local = {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
  offset: number
}

const DAY_MS = 86_400_000
const zones = new Map<string, Zone | null>()

/** The zone of a `timezone` argument: an Olson name, `UTC`, `GMT` or `+hh[:mm]`; `null` is UTC. Unknown names answer 40485. */
export function zoneOf(timezone: unknown): Zone | null {
  if (timezone === undefined || timezone === 'UTC' || timezone === 'GMT') return null
  if (typeof timezone !== 'string') return fail(40517, `timezone must evaluate to a string, found ${typeof timezone}`)
  const known = zones.get(timezone)
  if (known !== undefined) return known
  const zone = parseZone(timezone)
  if (zones.size >= 1000) zones.clear()
  zones.set(timezone, zone)
  return zone
}

function parseZone(timezone: string): Zone | null {
  const m = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(timezone)
  if (m) {
    const minutes = Number(m[2]) * 60 + Number(m[3] ?? 0)
    return minutes === 0 ? null : FixedOffsetZone.instance(m[1] === '-' ? -minutes : minutes)
  }
  if (!IANAZone.isValidZone(timezone)) return fail(40485, `unrecognized time zone identifier: "${timezone}"`)
  return IANAZone.create(timezone)
}

const SPAN_MS = 900_000
const offsets = new WeakMap<Zone, Map<number, number>>()

/** Minutes east of UTC; since 1970 clocks only change on a quarter of an hour, so one answer serves a quarter. */
function offsetAt(zone: Zone, t: number): number {
  if (!(t >= 0)) return zone.offset(t)
  let known = offsets.get(zone)
  if (!known || known.size > 20_000) {
    known = new Map()
    offsets.set(zone, known)
  }
  const span = Math.floor(t / SPAN_MS)
  let offset = known.get(span)
  if (offset === undefined) {
    offset = zone.offset(t)
    known.set(span, offset)
  }
  return offset
}

/** Splits an instant into local parts. */
export function localOf(at: Date, zone: Zone | null): Local {
  const t = at.getTime()
  const offset = zone ? offsetAt(zone, t) : 0
  const d = new Date(t + offset * 60_000)
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    ms: d.getUTCMilliseconds(),
    offset,
  }
}

/** Milliseconds of local parts as if they were UTC; parts may overflow their range and are carried. */
export function localMs(year: number, month: number, day = 1, hour = 0, minute = 0, second = 0, ms = 0): number {
  const d = new Date(0)
  d.setUTCFullYear(year, month - 1, day)
  return d.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

/** The instant of local milliseconds in a zone. */
export function instantOf(local: number, zone: Zone | null): Date {
  if (!zone) return new Date(local)
  const d = new Date(local)
  const at = DateTime.fromObject(
    {
      year: d.getUTCFullYear(),
      month: d.getUTCMonth() + 1,
      day: d.getUTCDate(),
      hour: d.getUTCHours(),
      minute: d.getUTCMinutes(),
      second: d.getUTCSeconds(),
      millisecond: d.getUTCMilliseconds(),
    },
    { zone },
  )
  return at.toJSDate()
}

/** Days since 1970-01-01 of the local date. */
export function dayNumber(l: Local): number {
  return Math.floor(localMs(l.year, l.month, l.day) / DAY_MS)
}

/** 1 (Sunday) to 7. */
export function dayOfWeek(l: Local): number {
  return ((((dayNumber(l) + 4) % 7) + 7) % 7) + 1
}

/** 1 (Monday) to 7. */
export function isoDayOfWeek(l: Local): number {
  return ((((dayNumber(l) + 3) % 7) + 7) % 7) + 1
}

/** 1 to 366. */
export function dayOfYear(l: Local): number {
  return dayNumber(l) - Math.floor(localMs(l.year, 1, 1) / DAY_MS) + 1
}

/** Week of the year from 0, weeks beginning on Sunday. */
export function weekOfYear(l: Local): number {
  return Math.floor((dayOfYear(l) + 7 - dayOfWeek(l)) / 7)
}

/** ISO 8601 week and the year it belongs to. */
export function isoWeek(l: Local): { week: number; year: number } {
  const thursday = dayNumber(l) + 4 - isoDayOfWeek(l)
  const year = new Date(thursday * DAY_MS).getUTCFullYear()
  const first = Math.floor(localMs(year, 1, 1) / DAY_MS)
  return { week: Math.floor((thursday - first) / 7) + 1, year }
}
