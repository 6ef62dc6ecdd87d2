import { add, double, intOrLong, multiply, subtract } from '../arithmetic.js'
import { fail, unsupported } from '../errors.js'
import { isDecimal, isInt32, isNum, kindOf, type Num, num, toDouble } from '../numbers.js'
import { binary, int32Of, nil, type Operators, several, typeName, unary, variadic } from './operators.js'

/** Arithmetic, with results typed as MongoDB types them. Decimal128 only where the result is exact. */
export const arithmetic: Operators = {
  $add: variadic(sum),
  $subtract: binary(difference),
  $multiply: variadic((args) => {
    let product: Num = 1
    for (const v of args) {
      if (nil(v)) return null
      if (!isNum(v)) return fail(16555, `$multiply only supports numeric types, not ${typeName(v)}`)
      product = multiply(product, v) ?? toDouble(product) * toDouble(v)
    }
    return product
  }),
  $divide: binary((a, b) => {
    if (nil(a) || nil(b)) return null
    if (!isNum(a) || !isNum(b)) {
      return fail(16609, `$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
    }
    if (toDouble(b) === 0) fail(2, "can't $divide by zero")
    return double(toDouble(noDecimal(a, '$divide')) / toDouble(noDecimal(b, '$divide')))
  }),
  $mod: binary(modulo),
  $abs: unary((v) => {
    if (!numeric(v, '$abs')) return null
    const n = num(v)
    if (kindOf(v) === 'double') return double(Math.abs(Number(n)))
    return intOrLong(n < 0 ? -n : n, kindOf(v) === 'long') ?? fail(28680, "can't take $abs of long long min")
  }),
  $ceil: unary((v) => (numeric(v, '$ceil') ? whole(v, Math.ceil) : null)),
  $floor: unary((v) => (numeric(v, '$floor') ? whole(v, Math.floor) : null)),
  $round: several(1, 2, ([v, place]) => toPlace('$round', v, place, halfEven)),
  $trunc: several(1, 2, ([v, place]) => toPlace('$trunc', v, place, Math.trunc)),
  $pow: binary((a, b) => {
    if (nil(a) || nil(b)) return null
    if (!isNum(a)) return fail(28762, `$pow's base must be numeric, not ${typeName(a)}`)
    if (!isNum(b)) return fail(28763, `$pow's exponent must be numeric, not ${typeName(b)}`)
    return power(noDecimal(a, '$pow'), noDecimal(b, '$pow'))
  }),
  $sqrt: real('$sqrt', Math.sqrt, (n) => n < 0 && fail(28714, "$sqrt's argument must be greater than or equal to 0")),
  $exp: real('$exp', Math.exp),
  $ln: real('$ln', Math.log, (n) => n <= 0 && fail(28766, `$ln's argument must be a positive number, but is ${n}`)),
  $log10: real(
    '$log10',
    Math.log10,
    (n) => n <= 0 && fail(28761, `$log10's argument must be a positive number, but is ${n}`),
  ),
  $log: binary((a, b) => {
    if (nil(a) || nil(b)) return null
    if (!isNum(a)) return fail(28756, `$log's argument must be numeric, not ${typeName(a)}`)
    if (!isNum(b)) return fail(28757, `$log's base must be numeric, not ${typeName(b)}`)
    const n = toDouble(noDecimal(a, '$log'))
    const base = toDouble(noDecimal(b, '$log'))
    if (n <= 0) fail(28758, `$log's argument must be a positive number, but is ${n}`)
    if (base <= 0 || base === 1) fail(28759, `$log's base must be a positive number not equal to 1, but is ${base}`)
    return double(Math.log(n) / Math.log(base))
  }),
  $sin: real('$sin', Math.sin),
  $cos: real('$cos', Math.cos),
  $tan: real('$tan', Math.tan),
  $asin: real('$asin', Math.asin),
  $acos: real('$acos', Math.acos),
  $atan: real('$atan', Math.atan),
  $atan2: binary((a, b) => {
    if (nil(a) || nil(b)) return null
    if (!isNum(a) || !isNum(b)) return fail(51044, '$atan2 only supports numeric types')
    return double(Math.atan2(toDouble(noDecimal(a, '$atan2')), toDouble(noDecimal(b, '$atan2'))))
  }),
  $sinh: real('$sinh', Math.sinh),
  $cosh: real('$cosh', Math.cosh),
  $tanh: real('$tanh', Math.tanh),
  $degreesToRadians: real('$degreesToRadians', (n) => (n * Math.PI) / 180),
  $radiansToDegrees: real('$radiansToDegrees', (n) => (n * 180) / Math.PI),
  $bitAnd: bitwise((a, b) => a & b, -1n),
  $bitOr: bitwise((a, b) => a | b, 0n),
  $bitXor: bitwise((a, b) => a ^ b, 0n),
  $bitNot: unary((v) => (nil(v) ? null : intOrLong(~integer(v, '$bitNot'), isNum(v) && kindOf(v) === 'long'))),
}

/** Refuses a Decimal128 operand where an exact result cannot be given. */
export function noDecimal(v: Num, what: string): Num {
  if (isDecimal(v)) throw unsupported(`${what} of a Decimal128`)
  return v
}

function numeric(v: unknown, op: string): v is Num {
  if (nil(v)) return false
  if (!isNum(v)) fail(28765, `${op} only supports numeric types, not ${typeName(v)}`)
  noDecimal(v, op)
  return true
}

function real(op: string, f: (n: number) => number, check?: (n: number) => unknown) {
  return unary((v) => {
    if (!numeric(v, op)) return null
    const n = toDouble(v)
    check?.(n)
    return double(f(n))
  })
}

function sum(args: unknown[]): unknown {
  let total: Num = 0
  let date: Date | undefined
  for (const v of args) {
    if (nil(v)) return null
    if (v instanceof Date) {
      if (date) fail(16612, 'only one date allowed in an $add expression')
      date = v
    } else if (isNum(v)) total = add(total, v) ?? toDouble(total) + toDouble(v)
    else return fail(16554, `$add only supports numeric or date types, not ${typeName(v)}`)
  }
  return date ? new Date(date.getTime() + Math.round(toDouble(total))) : total
}

function difference(a: unknown, b: unknown): unknown {
  if (nil(a) || nil(b)) return null
  if (a instanceof Date) {
    if (b instanceof Date) return intOrLong(a.getTime() - b.getTime(), true)
    if (isNum(b)) return new Date(a.getTime() - Math.round(toDouble(b)))
  }
  if (!isNum(a) || !isNum(b)) return fail(16556, `can't $subtract ${typeName(b)} from ${typeName(a)}`)
  return subtract(a, b) ?? toDouble(a) - toDouble(b)
}

function modulo(a: unknown, b: unknown): unknown {
  if (nil(a) || nil(b)) return null
  if (!isNum(a) || !isNum(b)) {
    return fail(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`)
  }
  const x = num(noDecimal(a, '$mod'))
  const y = num(noDecimal(b, '$mod'))
  if (Number(y) === 0) fail(16610, "can't $mod by zero")
  if (kindOf(a) === 'double' || kindOf(b) === 'double') return double(Number(x) % Number(y))
  const long = kindOf(a) === 'long' || kindOf(b) === 'long'
  return intOrLong(BigInt(x) % BigInt(y), long)
}

function whole(v: Num, f: (n: number) => number): Num {
  return kindOf(v) === 'double' ? double(f(toDouble(v))) : v
}

function power(a: Num, b: Num): Num {
  const r = toDouble(a) ** toDouble(b)
  if (kindOf(a) === 'double' || kindOf(b) === 'double') return double(r)
  const exponent = num(b)
  if (exponent < 0) {
    if (toDouble(a) === 0) fail(28764, '$pow cannot take a base of 0 and a negative exponent')
    return double(r)
  }
  if (!Number.isFinite(r) || Math.abs(r) > 2 ** 64) return double(r)
  const exact = BigInt(num(a)) ** BigInt(exponent)
  return intOrLong(exact, kindOf(a) === 'long' || kindOf(b) === 'long') ?? double(r)
}

function toPlace(op: string, v: unknown, place: unknown, f: (n: number) => number): unknown {
  if (nil(v) || place === null) return null
  if (!isNum(v)) return fail(51081, `${op} only supports numeric types, not ${typeName(v)}`)
  noDecimal(v, op)
  const digits = place === undefined ? 0 : int32Of(place, 51082, `precision argument to ${op} must be a integral value`)
  if (digits < -20 || digits > 100)
    fail(51083, `cannot apply ${op} with precision value ${digits} value must be in [-20, 100]`)
  if (kindOf(v) !== 'double') {
    if (digits >= 0) return v
    const n = num(v)
    if (typeof n === 'bigint') throw unsupported(`${op} of a number beyond 2^53`)
    return intOrLong(shifted(n, digits, f), kindOf(v) === 'long')
  }
  return double(shifted(toDouble(v), digits, f))
}

/** Rounds at a decimal place by moving the point in the text, so that 2.675 is not already off. */
function shifted(n: number, digits: number, f: (n: number) => number): number {
  if (!Number.isFinite(n)) return n
  const move = (x: number, by: number) => {
    const [m, e = '0'] = String(x).split('e')
    return Number(`${m}e${Number(e) + by}`)
  }
  const moved = move(n, digits)
  return Number.isFinite(moved) ? move(f(moved), -digits) : n
}

function halfEven(n: number): number {
  const low = Math.floor(n)
  const rest = n - low
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low
}

function bitwise(f: (a: bigint, b: bigint) => bigint, start: bigint) {
  return variadic((args, op) => {
    let r = start
    let long = false
    for (const v of args) {
      if (nil(v)) return null
      r = f(r, integer(v, op))
      long ||= isNum(v) && kindOf(v) === 'long'
    }
    return intOrLong(r, long)
  })
}

function integer(v: unknown, op: string): bigint {
  const n = isNum(v) && kindOf(v) !== 'double' && !isDecimal(v) ? num(v) : undefined
  if (n === undefined || (typeof n === 'number' && !isInt32(n) && !Number.isSafeInteger(n))) {
    return fail(14, `${op} only supports int and long operands, not ${typeName(v)}`)
  }
  return BigInt(n)
}
