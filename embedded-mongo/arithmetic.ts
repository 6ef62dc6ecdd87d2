import { Decimal128, Double, Long } from 'bson'
import { unsupported } from './errors.js'
import { type Exact, exactOf, isInt32, kindOf, type Num, num, parseDecimal, toDouble } from './numbers.js'

/**
 * Sum with MongoDB's result type: the wider of the operands' (int, long, double, decimal), an int that overflows
 * becomes a long. `undefined` when a long overflows. Decimals are exact or refused (115).
 */
export function add(a: Num, b: Num): Num | undefined {
  if (typeof a === 'number' && typeof b === 'number') return plain(a, b, a + b)
  return combine(a, b, '+')
}

/** Product, typed as `add`. */
export function multiply(a: Num, b: Num): Num | undefined {
  if (typeof a === 'number' && typeof b === 'number') return plain(a, b, a * b)
  return combine(a, b, '*')
}

/** Difference, typed as `add`. */
export function subtract(a: Num, b: Num): Num | undefined {
  if (typeof a === 'number' && typeof b === 'number') return plain(a, b, a - b)
  return combine(a, b, '-')
}

/** A number that stays a BSON double even when it is whole. */
export function double(n: number): number | Double {
  return isInt32(n) ? new Double(n) : n
}

/** A whole number as MongoDB would store it: int when it fits, else long; `undefined` beyond 64 bits. */
export function intOrLong(n: bigint | number, asLong = false): Num | undefined {
  const small = Number(n)
  if (!asLong && isInt32(small)) return small
  if (typeof n === 'number' && Number.isSafeInteger(n)) return Long.fromNumber(n)
  const big = BigInt(n)
  return BigInt.asIntN(64, big) === big ? Long.fromBigInt(big) : undefined
}

/** Text of a finite number for a Decimal128: exact, or 15 digits of a double as MongoDB converts it. */
export function toDecimal(v: Num): Decimal128 {
  switch (kindOf(v)) {
    case 'decimal':
      return v as Decimal128
    case 'double': {
      const n = toDouble(v)
      return Decimal128.fromString(Number.isFinite(n) ? n.toPrecision(15) : String(n))
    }
    default:
      return Decimal128.fromString(num(v).toString())
  }
}

function plain(a: number, b: number, r: number): Num | undefined {
  if (!isInt32(a) || !isInt32(b)) return double(r)
  if (isInt32(r)) return r
  return r === 0 ? 0 : intOrLong(Number.isSafeInteger(r) ? r : BigInt(a) * BigInt(b))
}

type Op = '+' | '-' | '*'

function combine(a: Num, b: Num, op: Op): Num | undefined {
  const ka = kindOf(a)
  const kb = kindOf(b)
  if (ka === 'decimal' || kb === 'decimal') return decimals(toDecimal(a), toDecimal(b), op)
  if (ka === 'double' || kb === 'double') return double(apply(toDouble(a), toDouble(b), op))
  const r = applyBig(BigInt(num(a)), BigInt(num(b)), op)
  return intOrLong(r, ka === 'long' || kb === 'long')
}

function decimals(a: Decimal128, b: Decimal128, op: Op): Decimal128 {
  const x = exactOf(a)
  const y = exactOf(b)
  if (!x || !y) return Decimal128.fromString(String(apply(toDouble(a), toDouble(b), op)))
  return decimalOf(op === '*' ? { digits: x.digits * y.digits, exp: x.exp + y.exp } : aligned(x, y, op))
}

/** An exact number as Decimal128; refused (115) when it has more than 34 digits. */
export function decimalOf(x: Exact): Decimal128 {
  let { digits, exp } = x
  while (digits.toString().length > 35 && digits % 10n === 0n) {
    digits /= 10n
    exp++
  }
  const text = `${digits}E${exp}`
  try {
    const d = Decimal128.fromString(text)
    const back = parseDecimal(d.toString())
    if (back) return d
  } catch {
    // falls through to the refusal: the result needs rounding
  }
  throw unsupported('decimal arithmetic beyond 34 digits')
}

function aligned(x: Exact, y: Exact, op: Op): Exact {
  const exp = Math.min(x.exp, y.exp)
  return { digits: applyBig(x.digits * 10n ** BigInt(x.exp - exp), y.digits * 10n ** BigInt(y.exp - exp), op), exp }
}

function apply(a: number, b: number, op: Op): number {
  return op === '+' ? a + b : op === '-' ? a - b : a * b
}

function applyBig(a: bigint, b: bigint, op: Op): bigint {
  return op === '+' ? a + b : op === '-' ? a - b : a * b
}
