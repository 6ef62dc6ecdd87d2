import type { Zone } from 'luxon'
import { fail, unsupported } from '../errors.js'
import {
  dayOfWeek,
  dayOfYear,
  instantOf,
  isoDayOfWeek,
  isoWeek,
  type Local,
  localMs,
  localOf,
  weekOfYear,
} from './calendar.js'

/** Writes a date by MongoDB's `%` format; unknown specifiers answer 18536. */
export function formatDate(at: Date, zone: Zone | null, format: string): string {
  const l = localOf(at, zone)
  return format.replace(/%([\s\S]?)/g, (_, c: string) => part(c, l))
}

/** Reads an ISO 8601 date, with `zone` where the text has none ('utc' for UTC). Other text is refused, never guessed. */
export function parseIso(text: string, zone: Zone | null | 'utc'): Date {
  const m =
    /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$/i.exec(
      text,
    )
  if (!m) {
    if (/\d/.test(text)) throw unsupported(`the date text "${text}" (only ISO 8601 is read), which`)
    return fail(241, `Error parsing date string '${text}'`)
  }
  const [year, month, day, hour, minute, second] = m.slice(1, 7).map((x) => Number(x ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const ms = Math.trunc(Number(`0.${m[7] ?? '0'}`) * 1000 + 1e-9)
  const local = localMs(year, month, day, hour, minute, second, ms)
  const real = new Date(localMs(year, month, day))
  if (real.getUTCMonth() + 1 !== month || real.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return fail(241, `Error parsing date string '${text}'; The parsed date was invalid`)
  }
  const tz = m[8]
  if (tz === undefined) return zone === 'utc' ? new Date(local) : instantOf(local, zone)
  if (zone !== 'utc' && zone !== null) {
    return fail(
      241,
      `you cannot pass in a date/time string with time zone information ('${tz}') together with a timezone argument`,
    )
  }
  return new Date(local - offsetMinutes(tz) * 60_000)
}

/** Reads a date by a `%` format (%Y %m %d %H %M %S %L %j %z %Z %%). */
export function parseDate(text: string, format: string, zone: Zone | null): Date {
  const names: string[] = []
  const source = format.replace(/%([\s\S]?)|[\s\S]/g, (all, c: string | undefined) => {
    if (c === undefined) return all.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')
    const known = READERS[c] ?? (c === '' ? fail(18535, 'Unmatched % at end of format string') : undefined)
    if (known === undefined) throw unsupported(`reading dates with %${c}`)
    if (c !== '%') names.push(c)
    return known
  })
  const m = new RegExp(`^${source}$`).exec(text)
  if (!m) return fail(241, `Error parsing date string '${text}'; it does not match the format '${format}'`)
  const got = new Map(names.map((n, i) => [n, m[i + 1] ?? '']))
  const field = (n: string, otherwise: number) => (got.has(n) ? Number(got.get(n)) : otherwise)
  if (!got.has('Y') || !((got.has('m') && got.has('d')) || got.has('j'))) {
    return fail(241, `Error parsing date string '${text}'; an incomplete date/time string has been found`)
  }
  const [month, day] = got.has('j') ? [1, field('j', 1)] : [field('m', 1), field('d', 1)]
  const date = localMs(field('Y', 0), month, day)
  const real = new Date(date)
  if (!got.has('j') && (real.getUTCMonth() + 1 !== month || real.getUTCDate() !== day)) {
    return fail(241, `Error parsing date string '${text}'; The parsed date was invalid`)
  }
  const local = date + field('H', 0) * 3_600_000 + field('M', 0) * 60_000 + field('S', 0) * 1000 + field('L', 0)
  const offset = got.has('z') ? offsetMinutes(got.get('z') ?? '') : got.has('Z') ? Number(got.get('Z')) : undefined
  if (offset === undefined) return instantOf(local, zone)
  if (zone) return fail(241, 'you cannot pass in a date/time string with GMT offset together with a timezone argument')
  return new Date(local - offset * 60_000)
}

const READERS: Readonly<Record<string, string>> = {
  Y: '(\\d{4})',
  m: '(\\d{1,2})',
  d: '(\\d{1,2})',
  H: '([01]\\d|2[0-3])',
  M: '([0-5]\\d)',
  S: '([0-5]\\d)',
  L: '(\\d{1,3})',
  j: '(\\d{1,3})',
  z: '([+-]\\d\\d:?\\d\\d|Z)',
  Z: '([+-]?\\d{1,4})',
  '%': '%',
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function part(c: string, l: Local): string {
  switch (c) {
    case 'Y':
      if (l.year < 0 || l.year > 9999)
        fail(
          18537,
          `Could not convert date to string: date component was outside the supported range of 0-9999: ${l.year}`,
        )
      return pad(l.year, 4)
    case 'm':
      return pad(l.month, 2)
    case 'd':
      return pad(l.day, 2)
    case 'H':
      return pad(l.hour, 2)
    case 'M':
      return pad(l.minute, 2)
    case 'S':
      return pad(l.second, 2)
    case 'L':
      return pad(l.ms, 3)
    case 'j':
      return pad(dayOfYear(l), 3)
    case 'w':
      return String(dayOfWeek(l))
    case 'u':
      return String(isoDayOfWeek(l))
    case 'U':
      return pad(weekOfYear(l), 2)
    case 'V':
      return pad(isoWeek(l).week, 2)
    case 'G':
      return pad(isoWeek(l).year, 4)
    case 'b':
      return (MONTHS[l.month - 1] ?? '').slice(0, 3)
    case 'B':
      return MONTHS[l.month - 1] ?? ''
    case 'z': {
      const minutes = Math.abs(l.offset)
      return `${l.offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`
    }
    case 'Z':
      return `${l.offset < 0 ? '-' : '+'}${Math.abs(l.offset)}`
    case '%':
      return '%'
    case '':
      return fail(18535, 'Unmatched % at end of format string')
    default:
      return fail(18536, `Invalid format character '%${c}' in format string`)
  }
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, '0')
}

function offsetMinutes(text: string): number {
  const m = /^([+-])(\d\d):?(\d\d)?$/.exec(text)
  if (!m) return 0
  const minutes = Number(m[2]) * 60 + Number(m[3] ?? 0)
  return m[1] === '-' ? -minutes : minutes
}
