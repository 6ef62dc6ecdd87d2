import { fail } from '../errors.js'
import { isNum, num, toDouble } from '../numbers.js'
import { show } from '../show.js'
import { typeAlias } from '../values.js'
import type { Test } from './walk.js'

/** The type names `$type` and `$convert` take, with their numbers. */
export const TYPES: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
}

const codes = new Set(Object.values(TYPES))

/** `$type`: a name, a number, "number" for any number, or a list of these. */
export function typeTest(spec: unknown): Test {
  const list = (Array.isArray(spec) ? spec : [spec]).map(parseType)
  if (list.length === 0) fail(9, '$type must match at least one type')
  return (v) => v !== undefined && list.some((t) => (t === 'number' ? isNum(v) : typeAlias(v)[1] === t))
}

function parseType(t: unknown): number | 'number' {
  if (isNum(t)) {
    const code = toDouble(t)
    if (!codes.has(code)) fail(2, `Invalid numerical type code: ${num(t)}`)
    return code
  }
  if (typeof t !== 'string') fail(14, 'type must be represented as a number or a string')
  if (t === 'number') return t
  return Object.hasOwn(TYPES, t) ? (TYPES[t] ?? 0) : fail(2, `Unknown type name alias: ${show(t).slice(1, -1)}`)
}
