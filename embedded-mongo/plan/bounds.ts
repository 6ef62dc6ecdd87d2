// What the conditions on one path allow in an index: points, or ranges of keys. Always a superset of what matches.
import { encodeKey } from '../keys.js'
import { above } from '../storage/layout.js'
import { isNum, num, rank, regexParts } from '../values.js'
import type { Condition } from './conditions.js'

/** Half-open range of encoded components. */
export interface Range {
  low: Buffer
  high: Buffer
}

/** Bounds on one field of an index. */
export type Bounds = { kind: 'points'; values: unknown[] } | { kind: 'ranges'; sides: number; ranges: Range[] }

/** Largest `$in` list that is turned into points. */
export const MAX_POINTS = 100_000

/** Bounds for a field, or undefined when its conditions give none. */
export function boundsOf(list: readonly Condition[], direction: 1 | -1, multikey: boolean): Bounds | undefined {
  for (const c of list) if (c.op === '$eq' && usable(c.value)) return { kind: 'points', values: [c.value] }
  for (const c of list) {
    if (c.op === '$in' && Array.isArray(c.value) && c.value.length <= MAX_POINTS && c.value.every(usable)) {
      return { kind: 'points', values: c.value }
    }
  }
  return rangeOf(list, direction, multikey) ?? prefixOf(list, direction)
}

/** Whether the conditions leave one value, so that it is the same in all documents that match. */
export function isOneValue(list: readonly Condition[] | undefined): boolean {
  return (
    list?.some(({ op, value }) => {
      if (op === '$in' && Array.isArray(value)) return value.length === 1 && usable(value[0])
      return op === '$eq' && usable(value)
    }) === true
  )
}

// arrays, documents, regexes and NaN are left to the scan: an index holds them in more than one form
function usable(v: unknown): boolean {
  switch (rank(v)) {
    case 40:
    case 50:
    case 110:
    case 120:
    case 130:
      return false
  }
  return !(isNum(v) && Number.isNaN(num(v)))
}

interface Side {
  value: unknown
  inclusive: boolean
}

function rangeOf(list: readonly Condition[], direction: 1 | -1, multikey: boolean): Bounds | undefined {
  let type: number | undefined
  let from: Side | undefined
  let to: Side | undefined
  for (const { op, value } of list) {
    if (op !== '$gt' && op !== '$gte' && op !== '$lt' && op !== '$lte') continue
    const r = rank(value)
    if (!usable(value) || r === 10 || r === 1 || r === 255) continue
    if (type !== undefined && (type !== r || multikey)) continue
    type = r
    const side = { value, inclusive: op === '$gte' || op === '$lte' }
    if (op === '$gt' || op === '$gte') from ??= side
    else to ??= side
  }
  if (type === undefined) return undefined
  const range = direction > 0 ? between(type, from, to, direction) : between(type, to, from, direction)
  return { kind: 'ranges', sides: from !== undefined && to !== undefined ? 2 : 1, ranges: [range] }
}

function between(type: number, low: Side | undefined, high: Side | undefined, direction: 1 | -1): Range {
  const typeByte = Buffer.from([direction > 0 ? type : type ^ 255])
  const key = (side: Side) => encodeKey([side.value], [direction])
  return {
    low: low === undefined ? typeByte : low.inclusive ? key(low) : above(key(low)),
    high: high === undefined ? above(typeByte) : high.inclusive ? above(key(high)) : key(high),
  }
}

// `^literal`: strings with that start, and the very same regex as a stored value
function prefixOf(list: readonly Condition[], direction: 1 | -1): Bounds | undefined {
  for (const { op, value, options } of list) {
    const isRegex = (op === '$eq' && rank(value) === 110) || op === '$regex'
    if (!isRegex) continue
    const literal = literalStart(value, options)
    if (literal === undefined) continue
    const low = encodeKey([literal], [direction]).subarray(0, -2)
    const regexes = Buffer.from([direction > 0 ? 110 : 110 ^ 255])
    const ranges = [
      { low, high: above(low) },
      { low: regexes, high: above(regexes) },
    ]
    return { kind: 'ranges', sides: 1, ranges: direction > 0 ? ranges : ranges.reverse() }
  }
  return undefined
}

function literalStart(value: unknown, options: unknown): string | undefined {
  const parts = regexParts(value)
  const pattern = parts?.pattern ?? (typeof value === 'string' ? value : undefined)
  const flags = typeof options === 'string' ? options : (parts?.options ?? '')
  if (pattern === undefined || flags.replace('u', '') !== '' || pattern.includes('|')) return undefined
  const m = /^\^([\p{L}\p{N}_\-:@ ]+)/u.exec(pattern)
  if (m === null) return undefined
  const quantified = /^[*?{]/.test(pattern.slice(m[0].length))
  const literal = quantified ? [...(m[1] ?? '')].slice(0, -1).join('') : (m[1] ?? '')
  return literal === '' ? undefined : literal
}
