import { Binary } from 'bson'
import { fail } from '../errors.js'
import { isNum, num } from '../numbers.js'
import { show } from '../show.js'
import type { Test } from './walk.js'

/** The four bit test operators of the query language. */
export type BitOp = '$bitsAllSet' | '$bitsAnySet' | '$bitsAllClear' | '$bitsAnyClear'

/** A bit test; negative numbers count as two's complement, fractions and numbers beyond 64 bits never match. */
export function bitTest(op: BitOp, x: unknown): Test {
  const mask = parseMask(op, x)
  return (v) => {
    const bits = bitsOf(v)
    if (bits === undefined) return false
    const both = bits & mask
    switch (op) {
      case '$bitsAllSet':
        return both === mask
      case '$bitsAnySet':
        return both !== 0n
      case '$bitsAllClear':
        return both === 0n
      case '$bitsAnyClear':
        return both !== mask
    }
  }
}

function parseMask(op: BitOp, x: unknown): bigint {
  if (x instanceof Binary) return ofBytes(x.value())
  if (isNum(x)) {
    const n = num(x)
    if (typeof n === 'number' && !Number.isInteger(n)) fail(9, `Expected an integer: ${op}: ${show(x)}`)
    if (n < 0) fail(9, `Expected a non-negative number in: ${op}: ${show(x)}`)
    return BigInt(n)
  }
  if (!Array.isArray(x)) return fail(2, `${op} takes an Array, a number, or a BinData but received: ${show(x)}`)
  let mask = 0n
  for (const p of x) {
    const n = isNum(p) ? num(p) : Number.NaN
    if (typeof n !== 'number' || !Number.isInteger(n))
      fail(2, `Failed to parse bit position. Expected a number in: ${show(p)}`)
    if (n < 0) fail(2, `Failed to parse bit position. Expected a non-negative number in: ${show(p)}`)
    mask |= 1n << BigInt(Math.min(n, 4096))
  }
  return mask
}

function bitsOf(v: unknown): bigint | undefined {
  if (v instanceof Binary) return ofBytes(v.value())
  if (!isNum(v)) return undefined
  const n = num(v)
  if (typeof n === 'number' && !Number.isInteger(n)) return undefined
  const big = BigInt(n)
  return BigInt.asIntN(64, big) === big ? big : undefined
}

function ofBytes(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes).reverse().toString('hex')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}
