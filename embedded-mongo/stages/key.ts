import { ObjectId } from 'bson'
import { encodeKey } from '../keys.js'
import { compareNumbers, isNum, num } from '../numbers.js'

/** A string that is the same for values MongoDB holds equal (missing and null too): for grouping and joining. */
export function keyOf(v: unknown): string {
  if (typeof v === 'string') return `s${v}`
  if (v === null || v === undefined) return 'z'
  if (typeof v === 'number') return `n${v}`
  if (typeof v === 'boolean') return v ? 't' : 'f'
  if (v instanceof ObjectId) return `o${v.toHexString()}`
  if (v instanceof Date) return `d${v.getTime()}`
  if (isNum(v)) {
    const n = num(v)
    if (Number.isNaN(n)) return 'nNaN'
    if (typeof n === 'number' && compareNumbers(v, n) === 0) return `n${n}`
  }
  return `k${encodeKey([v], [1]).toString('latin1')}`
}
