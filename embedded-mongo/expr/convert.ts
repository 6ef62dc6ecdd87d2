import { Binary, Decimal128, Long, ObjectId, Timestamp } from 'bson'
import { double, intOrLong, toDecimal } from '../arithmetic.js'
import { fail, MongoError, unsupported } from '../errors.js'
import { TYPES } from '../match/types.js'
import { isDecimal, isNum, kindOf, num, parseDecimal, toDouble } from '../numbers.js'
import { rank } from '../values.js'
import { parseIso } from './date-text.js'
import { named, nil, type Operators, typeName, unary } from './operators.js'

/** Type tests and conversions. */
export const conversions: Operators = {
  $type: unary(typeName),
  $isNumber: unary((v) => isNum(v)),
  $toString: unary((v) => (nil(v) ? null : toText(v))),
  $toInt: unary((v) => (nil(v) ? null : toInt(v))),
  $toLong: unary((v) => (nil(v) ? null : toLong(v))),
  $toDouble: unary((v) => (nil(v) ? null : toDoubleValue(v))),
  $toDecimal: unary((v) => (nil(v) ? null : toDecimalValue(v))),
  $toBool: unary((v) => (nil(v) ? null : toBool(v))),
  $toDate: unary((v) => (nil(v) ? null : toDate(v))),
  $toObjectId: unary((v) => (nil(v) ? null : toObjectId(v))),
  $convert: named(['input', 'to'], ['onError', 'onNull', 'format', 'byteOrder'], (args) => {
    const { input, to } = args
    if ('format' in args || 'byteOrder' in args) throw unsupported('$convert with format or byteOrder')
    if (nil(input)) return 'onNull' in args ? args['onNull'] : null
    if (nil(to)) return null
    const target = targetOf(to)
    try {
      return (target && TARGETS[target] ? TARGETS[target] : refuse(String(target)))(input)
    } catch (e) {
      if (e instanceof MongoError && e.code === 241 && 'onError' in args) return args['onError']
      throw e
    }
  }),
  $binarySize: unary((v) => {
    if (nil(v)) return null
    if (typeof v === 'string') return Buffer.byteLength(v)
    return v instanceof Binary
      ? v.length()
      : fail(51276, `$binarySize requires a string or BinData argument, found: ${typeName(v)}`)
  }),
  $tsSecond: unary((v) => (nil(v) ? null : Long.fromNumber(timestamp(v, '$tsSecond').t))),
  $tsIncrement: unary((v) => (nil(v) ? null : Long.fromNumber(timestamp(v, '$tsIncrement').i))),
}

/** A value as `$toString` writes it. */
export function toText(v: unknown): string {
  if (typeof v === 'string') return v
  if (typeof v === 'boolean') return String(v)
  if (isDecimal(v)) return v.toString()
  if (isNum(v)) return String(num(v))
  if (v instanceof Date) return v.toISOString()
  if (v instanceof ObjectId) return v.toHexString()
  return rank(v) === 30 ? String(v) : unconvertible(v, 'string')
}

const TARGETS: Readonly<Record<string, (v: unknown) => unknown>> = {
  string: toText,
  int: toInt,
  long: toLong,
  double: toDoubleValue,
  decimal: toDecimalValue,
  bool: toBool,
  date: toDate,
  objectId: toObjectId,
}

function targetOf(to: unknown): string {
  if (typeof to === 'string') return Object.hasOwn(TYPES, to) ? to : fail(2, `Unknown type name: ${to}`)
  if (!isNum(to)) return fail(9, `$convert's 'to' argument must be a string or number, but is ${typeName(to)}`)
  const code = toDouble(to)
  const name = Object.keys(TYPES).find((k) => TYPES[k] === code)
  return name ?? fail(9, `In $convert, numeric value for 'to' does not correspond to a BSON type: ${code}`)
}

function refuse(target: string) {
  return (v: unknown) => unconvertible(v, target)
}

function unconvertible(v: unknown, to: string): never {
  return fail(241, `Unsupported conversion from ${typeName(v)} to ${to} in $convert with no onError value`)
}

function overflow(v: unknown): never {
  return fail(241, `Conversion would overflow target type in $convert with no onError value: ${String(v)}`)
}

function unparsed(text: string, what: string): never {
  return fail(241, `Failed to parse ${what} '${text}' in $convert with no onError value`)
}

/** The whole part, for conversion to int and long. */
function wholeOf(v: unknown, to: string): bigint {
  if (typeof v === 'boolean') return v ? 1n : 0n
  if (typeof v === 'string') return /^[-+]?\d+$/.test(v) ? BigInt(v.replace(/^\+/, '')) : unparsed(v, 'number')
  if (v instanceof Date && to === 'long') return BigInt(v.getTime())
  if (!isNum(v)) return unconvertible(v, to)
  if (isDecimal(v)) {
    const exact = parseDecimal(v.toString())
    if (!exact || exact.exp > 40) return overflow(v)
    const scale = 10n ** BigInt(Math.min(Math.abs(exact.exp), 6200))
    return exact.exp < 0 ? exact.digits / scale : exact.digits * scale
  }
  const n = num(v)
  if (typeof n === 'bigint') return n
  return Number.isFinite(n)
    ? BigInt(Math.trunc(n))
    : fail(241, 'Attempt to convert NaN or infinity value to integer type in $convert with no onError value')
}

function toInt(v: unknown): unknown {
  const n = wholeOf(v, 'int')
  return BigInt.asIntN(32, n) === n ? Number(n) : overflow(v)
}

function toLong(v: unknown): unknown {
  return intOrLong(wholeOf(v, 'long'), true) ?? overflow(v)
}

function toDoubleValue(v: unknown): unknown {
  if (typeof v === 'boolean') return double(v ? 1 : 0)
  if (v instanceof Date) return double(v.getTime())
  if (isNum(v)) return double(toDouble(v))
  if (typeof v !== 'string') return unconvertible(v, 'double')
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(v) ? double(Number(v)) : unparsed(v, 'number')
}

function toDecimalValue(v: unknown): unknown {
  if (typeof v === 'boolean') return toDecimal(v ? 1 : 0)
  if (v instanceof Date) return toDecimal(Long.fromNumber(v.getTime()))
  if (isNum(v)) return toDecimal(v)
  if (typeof v !== 'string') return unconvertible(v, 'decimal')
  if (!parseDecimal(v)) return unparsed(v, 'number')
  const digits = v.replace(/e.*$/i, '').replace(/\D/g, '').replace(/^0+/, '')
  if (digits.length > 34) throw unsupported('$toDecimal of more than 34 digits')
  return Decimal128.fromString(v)
}

function toBool(v: unknown): boolean {
  if (typeof v === 'boolean') return v
  return isNum(v) ? toDouble(v) !== 0 : true
}

function toDate(v: unknown): Date {
  if (v instanceof Date) return v
  if (v instanceof ObjectId) return v.getTimestamp()
  if (v instanceof Timestamp) return new Date(v.t * 1000)
  if (typeof v === 'string') return parseIso(v, 'utc')
  if (!isNum(v) || kindOf(v) === 'int') return unconvertible(v, 'date')
  const n = Math.trunc(toDouble(v))
  return Number.isNaN(new Date(n).getTime()) ? overflow(v) : new Date(n)
}

function toObjectId(v: unknown): ObjectId {
  if (v instanceof ObjectId) return v
  if (typeof v !== 'string') return unconvertible(v, 'objectId')
  return /^[0-9a-f]{24}$/i.test(v) ? new ObjectId(v) : unparsed(v, 'objectId')
}

function timestamp(v: unknown, op: string): Timestamp {
  return v instanceof Timestamp ? v : fail(5687301, `${op} requires a timestamp, found ${typeName(v)}`)
}
