import { add, decimalOf, double, intOrLong, toDecimal } from './arithmetic.js'
import { unsupported } from './errors.js'
import { type Exact, exactOf, isNum, kindOf, type Num, num, toDouble } from './numbers.js'
import { compare } from './values.js'

/**
 * A running `$sum`: ints and longs exactly, doubles with compensation (so 0.1 ten times is 1), decimals exactly.
 * Values that are not numbers are ignored. The result has the widest type seen.
 */
export class Sum {
  count = 0
  private whole = 0
  private big: bigint | undefined
  private high = 0
  private low = 0
  private decimal: Exact | undefined
  private doubles = false
  private longs = false

  add(v: unknown): void {
    if (!isNum(v)) return
    this.count++
    switch (kindOf(v)) {
      case 'decimal':
        this.addDecimal(v)
        break
      case 'double':
        this.doubles = true
        this.addDouble(toDouble(v))
        break
      case 'long':
        this.longs = true
        this.addWhole(num(v))
        break
      default:
        this.addWhole(num(v))
    }
  }

  /** The sum; 0 when nothing was added. */
  total(): Num {
    if (this.decimal) {
      if (this.doubles) throw unsupported('adding a Decimal128 to a double')
      const whole = exactOf(toDecimal(intOrLong(this.exactWhole(), true) ?? 0)) ?? { digits: 0n, exp: 0 }
      return add(decimalOf(this.decimal), decimalOf(whole)) ?? 0
    }
    if (this.doubles) return double(this.asDouble())
    return intOrLong(this.big ?? this.whole, this.longs) ?? double(this.asDouble())
  }

  /** The mean as a double, null when no numbers were added. */
  mean(): Num | null {
    if (this.count === 0) return null
    if (this.decimal) throw unsupported('the average of Decimal128 values')
    return double(this.asDouble() / this.count)
  }

  private exactWhole(): bigint {
    return this.big ?? BigInt(this.whole)
  }

  private asDouble(): number {
    const whole = Number(this.big ?? this.whole)
    if (!Number.isFinite(this.high)) return this.high + whole
    return this.high + whole + this.low
  }

  private addWhole(n: number | bigint): void {
    if (this.big === undefined && typeof n === 'number') {
      const r = this.whole + n
      if (Number.isSafeInteger(r)) {
        this.whole = r
        return
      }
    }
    this.big = (this.big ?? BigInt(this.whole)) + BigInt(n)
  }

  private addDouble(n: number): void {
    const sum = this.high + n
    if (Number.isFinite(sum)) {
      this.low += Math.abs(this.high) >= Math.abs(n) ? this.high - sum + n : n - sum + this.high
    }
    this.high = sum
  }

  private addDecimal(v: Num): void {
    const x = exactOf(v)
    if (!x) throw unsupported('the sum of Decimal128 NaN or infinity')
    const before = this.decimal ?? { digits: 0n, exp: x.exp }
    const exp = Math.min(before.exp, x.exp)
    const scale = (e: Exact) => e.digits * 10n ** BigInt(e.exp - exp)
    this.decimal = { digits: scale(before) + scale(x), exp }
  }
}

/** Standard deviation of the numbers in a list, of the population or of a sample; null when there are too few. */
export function deviation(list: unknown[], sample: boolean): Num | null {
  const ns = list.filter(isNum).map((v) => (kindOf(v) === 'decimal' ? decimalRefused() : toDouble(v)))
  if (ns.length < (sample ? 2 : 1)) return null
  let mean = 0
  let squares = 0
  ns.forEach((n, i) => {
    const delta = n - mean
    mean += delta / (i + 1)
    squares += delta * (n - mean)
  })
  return double(Math.sqrt(squares / (ns.length - (sample ? 1 : 0))))
}

/** The greatest (`dir` 1) or smallest (-1) of two values, ignoring null and missing. */
export function better(best: unknown, v: unknown, dir: 1 | -1): unknown {
  if (v === null || v === undefined) return best
  return best === null || best === undefined || compare(v, best) * dir > 0 ? v : best
}

function decimalRefused(): never {
  throw unsupported('the standard deviation of Decimal128 values')
}
