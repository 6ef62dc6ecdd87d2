import { bsonType, type Decimal128, type Double, type Int32, type Long } from 'bson'

/** Any value BSON stores as a number: plain ones come from promoting decoders, wrapped ones keep their type. */
export type Num = number | bigint | Int32 | Double | Long | Decimal128

/** The four numeric types of BSON. */
export type NumKind = 'int' | 'long' | 'double' | 'decimal'

/** A finite number written exactly as `digits * 10 ** exp`. */
export type Exact = { digits: bigint; exp: number }

const kindsByTag: Readonly<Record<string, NumKind>> = {
  Int32: 'int',
  Double: 'double',
  Long: 'long',
  Decimal128: 'decimal',
}

/** The BSON class tag of a value, `undefined` for plain data. It is a symbol, so a stored `_bsontype` field cannot forge it. */
export function tagOf(v: object): string | undefined {
  return (v as { [bsonType]?: string })[bsonType]
}

/** Is this value a number to MongoDB? */
export function isNum(v: unknown): v is Num {
  if (typeof v === 'number' || typeof v === 'bigint') return true
  if (typeof v !== 'object' || v === null) return false
  const tag = tagOf(v)
  return tag === 'Int32' || tag === 'Double' || tag === 'Long' || tag === 'Decimal128'
}

/**
 * The value as a number, or as a bigint outside the safe integer range. Decimal128 is rounded to the nearest
 * double: use `compareNumbers` or `exactOf` where that matters.
 */
export function num(v: unknown): number | bigint {
  if (typeof v === 'number') return v
  if (typeof v === 'bigint') return narrow(v)
  if (typeof v !== 'object' || v === null) return Number.NaN
  switch (tagOf(v)) {
    case 'Int32':
    case 'Double':
      return (v as Int32 | Double).value
    case 'Long': {
      const n = (v as Long).toNumber()
      return Number.isSafeInteger(n) ? n : (v as Long).toBigInt()
    }
    case 'Decimal128':
      return Number(v.toString())
    default:
      return Number.NaN
  }
}

/** As `num`, always a double (nearest when the value does not fit). */
export function toDouble(v: unknown): number {
  return typeof v === 'number' ? v : Number(num(v))
}

/** Which numeric type a value has; a plain number counts as int when it is a whole number of 32 bits, else as double. */
export function kindOf(v: Num): NumKind {
  if (typeof v === 'number') return isInt32(v) ? 'int' : 'double'
  if (typeof v === 'bigint') return 'long'
  return kindsByTag[tagOf(v) ?? ''] ?? 'double'
}

/** Whole number within 32 bits (and not minus zero, which only a double can hold). */
export function isInt32(n: number): boolean {
  return (n | 0) === n && !Object.is(n, -0)
}

/** Order of two numbers across all numeric types, exact; NaN equals itself and sorts below everything. */
export function compareNumbers(a: Num, b: Num): number {
  const x = num(a)
  const y = num(b)
  if (x < y) return -1
  if (x > y) return 1
  if (Number.isNaN(x)) return Number.isNaN(y) ? 0 : -1
  if (Number.isNaN(y)) return 1
  if (isDecimal(a) || isDecimal(b)) return compareExactly(a, b, x > 0 ? 1 : -1)
  return 0
}

/** The exact value, `undefined` for NaN and the infinities. */
export function exactOf(v: Num): Exact | undefined {
  if (isDecimal(v)) return parseDecimal(v.toString())
  const n = num(v)
  if (typeof n === 'bigint') return { digits: n, exp: 0 }
  return Number.isFinite(n) ? exactDouble(n) : undefined
}

/** Reads plain or scientific decimal text exactly; `undefined` when it is not a finite number. */
export function parseDecimal(text: string): Exact | undefined {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(text)
  if (!m) return undefined
  const whole = m[2] ?? ''
  const fraction = m[3] ?? ''
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction)
  return { digits: m[1] === '-' ? -digits : digits, exp: Number(m[4] ?? 0) - fraction.length }
}

/** Order of two exact numbers. */
export function compareExact(a: Exact, b: Exact): number {
  const exp = Math.min(a.exp, b.exp)
  const x = a.digits * 10n ** BigInt(a.exp - exp)
  const y = b.digits * 10n ** BigInt(b.exp - exp)
  return x < y ? -1 : x > y ? 1 : 0
}

/** Is the value a Decimal128? */
export function isDecimal(v: unknown): v is Decimal128 {
  return typeof v === 'object' && v !== null && tagOf(v) === 'Decimal128'
}

function compareExactly(a: Num, b: Num, sign: number): number {
  const x = exactOf(a)
  const y = exactOf(b)
  if (x && y) return compareExact(x, y)
  if (x) return -sign
  return y ? sign : 0
}

function narrow(v: bigint): number | bigint {
  const n = Number(v)
  return Number.isSafeInteger(n) ? n : v
}

const bits = new DataView(new ArrayBuffer(8))

function exactDouble(n: number): Exact {
  if (Number.isSafeInteger(n)) return { digits: BigInt(n), exp: 0 }
  bits.setFloat64(0, n)
  const raw = bits.getBigUint64(0)
  const field = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xfffffffffffffn
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n
  const power = (field === 0 ? 1 : field) - 1075
  const signed = n < 0 ? -mantissa : mantissa
  return power >= 0
    ? { digits: signed << BigInt(power), exp: 0 }
    : { digits: signed * 5n ** BigInt(-power), exp: power }
}
