import { ObjectId, Timestamp } from 'bson'
import type { Zone } from 'luxon'
import { intOrLong } from '../arithmetic.js'
import { fail } from '../errors.js'
import { isNum, toDouble } from '../numbers.js'
import { type Doc, isPlain } from '../values.js'
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
  zoneOf,
} from './calendar.js'
import { addUnits, countUnits, truncate, unitOf, weekdayOf } from './date-math.js'
import { formatDate, parseDate, parseIso } from './date-text.js'
import { named, namedArgs, nil, type Operator, type Operators, operands, typeName } from './operators.js'

/** Operators on dates. */
export const dates: Operators = {
  $year: datePart((l) => l.year),
  $month: datePart((l) => l.month),
  $dayOfMonth: datePart((l) => l.day),
  $dayOfWeek: datePart(dayOfWeek),
  $dayOfYear: datePart(dayOfYear),
  $hour: datePart((l) => l.hour),
  $minute: datePart((l) => l.minute),
  $second: datePart((l) => l.second),
  $millisecond: datePart((l) => l.ms),
  $week: datePart(weekOfYear),
  $isoWeek: datePart((l) => isoWeek(l).week),
  $isoWeekYear: datePart((l) => isoWeek(l).year),
  $isoDayOfWeek: datePart(isoDayOfWeek),
  $dateToString: named(['date'], ['format', 'timezone', 'onNull'], (args) => {
    const { date, format } = args
    if (nil(date)) return 'onNull' in args ? args['onNull'] : null
    if ('format' in args && nil(format)) return null
    if (format !== undefined && typeof format !== 'string')
      return fail(18533, `$dateToString requires that 'format' be a string, found: ${typeName(format)}`)
    const zone = zoneArg(args)
    if (zone === undefined) return null
    const standard = zone === null ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L'
    return formatDate(toInstant(date), zone, format ?? standard)
  }),
  $dateFromString: named(['dateString'], ['format', 'timezone', 'onNull', 'onError'], fromString),
  $dateToParts: named(['date'], ['timezone', 'iso8601'], (args) => {
    const { date, iso8601 } = args
    const zone = zoneArg(args)
    if (nil(date) || zone === undefined || ('iso8601' in args && nil(iso8601))) return null
    if (iso8601 !== undefined && typeof iso8601 !== 'boolean')
      return fail(40521, `iso8601 must evaluate to a bool, found ${typeName(iso8601)}`)
    const l = localOf(toInstant(date), zone)
    const time = { hour: l.hour, minute: l.minute, second: l.second, millisecond: l.ms }
    if (!iso8601) return { year: l.year, month: l.month, day: l.day, ...time }
    return { isoWeekYear: isoWeek(l).year, isoWeek: isoWeek(l).week, isoDayOfWeek: isoDayOfWeek(l), ...time }
  }),
  $dateFromParts: named([], [...PARTS(), 'timezone'], fromParts),
  $dateTrunc: named(['date', 'unit'], ['binSize', 'timezone', 'startOfWeek'], (args) => {
    const { date, unit, startOfWeek } = args
    const zone = zoneArg(args)
    const size = 'binSize' in args ? args['binSize'] : 1
    if (nil(date) || nil(unit) || nil(size) || zone === undefined || ('startOfWeek' in args && nil(startOfWeek)))
      return null
    const bin = wholeNumber(size, 5439017, '$dateTrunc requires "binSize" to be a 64-bit integer')
    if (bin <= 0) fail(5439018, '$dateTrunc requires "binSize" to be greater than 0')
    return truncate(toInstant(date), unitOf(unit), bin, zone, weekdayOf(startOfWeek))
  }),
  $dateAdd: named(['startDate', 'unit', 'amount'], ['timezone'], (args) => shift(args, 1)),
  $dateSubtract: named(['startDate', 'unit', 'amount'], ['timezone'], (args) => shift(args, -1)),
  $dateDiff: named(['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek'], (args) => {
    const { startDate, endDate, unit, startOfWeek } = args
    const zone = zoneArg(args)
    if (
      nil(startDate) ||
      nil(endDate) ||
      nil(unit) ||
      zone === undefined ||
      ('startOfWeek' in args && nil(startOfWeek))
    )
      return null
    const n = countUnits(toInstant(startDate), toInstant(endDate), unitOf(unit), zone, weekdayOf(startOfWeek))
    return intOrLong(n, true)
  }),
}

/** A date operand as an instant: a date, timestamp or ObjectId. */
export function toInstant(v: unknown): Date {
  if (v instanceof Date) return v
  if (v instanceof ObjectId) return v.getTimestamp()
  if (v instanceof Timestamp) return new Date(v.t * 1000)
  return fail(16006, `can't convert from BSON type ${typeName(v)} to Date`)
}

/** The zone argument; `undefined` when it is given as null, which makes the whole expression null. */
function zoneArg(args: Doc): Zone | null | undefined {
  if (!('timezone' in args)) return null
  return nil(args['timezone']) ? undefined : zoneOf(args['timezone'])
}

function datePart(f: (l: Local) => number): Operator {
  return (arg, compile, name) => {
    const byName = isPlain(arg) && Object.keys(arg).every((k) => !k.startsWith('$'))
    const args = byName
      ? new Map(namedArgs(arg, name, ['date'], new Set(['date', 'timezone'])))
      : new Map([['date', operands(arg, name, 1)[0]]])
    const date = compile(args.get('date'))
    const timezone = args.has('timezone') ? compile(args.get('timezone')) : undefined
    return (d, v) => {
      const at = date(d, v)
      const tz = timezone?.(d, v)
      if (nil(at) || (timezone && nil(tz))) return null
      return f(localOf(toInstant(at), timezone ? zoneOf(tz) : null))
    }
  }
}

function shift(args: Doc, sign: 1 | -1): unknown {
  const { startDate, unit, amount } = args
  const zone = zoneArg(args)
  if (nil(startDate) || nil(unit) || nil(amount) || zone === undefined) return null
  const n = wholeNumber(amount, 5166405, `expects integer amount of time units`)
  return addUnits(toInstant(startDate), unitOf(unit), n * sign, zone)
}

function fromString(args: Doc): unknown {
  const { dateString, format } = args
  const zone = zoneArg(args)
  if (nil(dateString)) return 'onNull' in args ? args['onNull'] : null
  if (zone === undefined || ('format' in args && nil(format))) return null
  if (format !== undefined && typeof format !== 'string')
    return fail(40684, `$dateFromString requires that 'format' be a string, found: ${typeName(format)}`)
  try {
    if (typeof dateString !== 'string')
      return fail(241, `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`)
    return format === undefined ? parseIso(dateString, zone) : parseDate(dateString, format, zone)
  } catch (e) {
    if ('onError' in args && (e as { code?: number }).code === 241) return args['onError']
    throw e
  }
}

function PARTS(): string[] {
  return ['year', 'month', 'day', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'hour', 'minute', 'second', 'millisecond']
}

function fromParts(args: Doc): unknown {
  const iso = 'isoWeekYear' in args
  if (!iso && !('year' in args)) fail(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
  if (iso && ('year' in args || 'month' in args || 'day' in args))
    fail(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
  const zone = zoneArg(args)
  if (zone === undefined) return null
  const values = new Map<string, number>()
  for (const k of PARTS()) {
    if (!(k in args)) continue
    const v = args[k]
    if (nil(v)) return null
    const n = wholeNumber(v, 40515, `'${k}' must evaluate to an integer, found ${typeName(v)}`)
    if (k !== 'second' && k !== 'millisecond' && Math.abs(n) > 32768)
      fail(31034, `'${k}' must evaluate to a value in the range [-32768, 32767]; value ${n} is not in range`)
    values.set(k, n)
  }
  const part = (k: string, otherwise: number) => values.get(k) ?? otherwise
  const year = iso ? part('isoWeekYear', 1970) : part('year', 1970)
  if (year < 1 || year > 9999)
    fail(40523, `'${iso ? 'isoWeekYear' : 'year'}' must evaluate to an integer in the range 1 to 9999, found ${year}`)
  const day = iso
    ? isoDay(year, part('isoWeek', 1), part('isoDayOfWeek', 1))
    : localMs(year, part('month', 1), part('day', 1))
  return instantOf(
    day + localMs(1970, 1, 1, part('hour', 0), part('minute', 0), part('second', 0), part('millisecond', 0)),
    zone,
  )
}

function isoDay(year: number, week: number, weekday: number): number {
  const fourth = localMs(year, 1, 4)
  const monday = fourth - (isoDayOfWeek(localOf(new Date(fourth), null)) - 1) * 86_400_000
  return monday + ((week - 1) * 7 + weekday - 1) * 86_400_000
}

function wholeNumber(v: unknown, code: number, message: string): number {
  const n = isNum(v) ? toDouble(v) : Number.NaN
  return Number.isSafeInteger(n) ? n : fail(code, message)
}
