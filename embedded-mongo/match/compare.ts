import { ObjectId } from 'bson'
import { fail } from '../errors.js'
import { compareNumbers, isDecimal, isNum, num } from '../numbers.js'
import { compare, compareStrings, equal, rank } from '../values.js'
import { isRegex, toRegex } from './regex.js'
import type { Test } from './walk.js'

/** Equality with one value; a regex matches the strings it finds and the same regex. */
export function equality(x: unknown): Test {
  if (isRegex(x)) {
    const re = toRegex(x)
    return (v) => (typeof v === 'string' ? re.test(v) : isRegex(v) && equal(v, x))
  }
  return literally(x)
}

/** Equality with one value, a regex being only itself (`$eq`). */
export function literally(x: unknown): Test {
  if (x === null || x === undefined) return (v) => v === null || v === undefined
  if (typeof x === 'string' || typeof x === 'boolean') return (v) => v === x
  if (isNum(x)) {
    const n = num(x)
    if (typeof n === 'number' && !Number.isNaN(n) && !isDecimal(x)) {
      return (v) => v === n || (typeof v === 'object' && isNum(v) && compareNumbers(v, x) === 0)
    }
  }
  if (x instanceof ObjectId) {
    const id = x.id
    return (v) => v instanceof ObjectId && sameBytes(v.id, id)
  }
  return (v) => v !== undefined && equal(v, x)
}

/** `$in`: hash sets for the common types, a list for the rest. */
export function oneOf(list: unknown[]): Test {
  const scalars = new Set<unknown>()
  const ids = new IdSet()
  const rest: Test[] = []
  let none = false
  for (const x of list) {
    const n = isNum(x) && !isDecimal(x) ? num(x) : undefined
    if (x === null || x === undefined) none = true
    else if (typeof x === 'string' || typeof x === 'boolean') scalars.add(x)
    else if (typeof n === 'number') scalars.add(n)
    else if (x instanceof ObjectId) ids.add(x.id)
    else rest.push(equality(x))
  }
  const others = rest.length === 0 ? undefined : (v: unknown) => rest.some((t) => t(v))
  return (v) => {
    if (v === null || v === undefined) return none
    if (typeof v !== 'object') return scalars.has(v) || (others?.(v) ?? false)
    if (v instanceof ObjectId) return ids.has(v.id)
    if (isNum(v))
      return isDecimal(v)
        ? hasDecimal(scalars, v) || (others?.(v) ?? false)
        : scalars.has(num(v)) || (others?.(v) ?? false)
    return others?.(v) ?? false
  }
}

/** `$gt`, `$gte`, `$lt`, `$lte`: only values of the operand's own type compare, save MinKey and MaxKey. */
export function range(op: '$gt' | '$gte' | '$lt' | '$lte', path: string, x: unknown): Test {
  if (isRegex(x)) fail(2, `Can't have RegEx as arg to predicate over field '${path}'.`)
  const orEqual = op === '$gte' || op === '$lte'
  const below = op === '$lt' || op === '$lte'
  const passes = (c: number) => (c === 0 ? orEqual : c < 0 === below)
  if (x === null || x === undefined) return (v) => orEqual && (v === null || v === undefined)
  const wanted = rank(x)
  if (wanted === 1 || wanted === 255) return (v) => passes(compare(v, x))
  if (isNum(x)) {
    const n = num(x)
    if (Number.isNaN(n)) return (v) => orEqual && isNum(v) && Number.isNaN(num(v))
    const generic = (v: unknown) => isNum(v) && !Number.isNaN(num(v)) && passes(compareNumbers(v, x))
    if (typeof n !== 'number' || isDecimal(x)) return generic
    if (below) return (v) => (typeof v === 'number' ? v < n || (orEqual && v === n) : generic(v))
    return (v) => (typeof v === 'number' ? v > n || (orEqual && v === n) : generic(v))
  }
  if (typeof x === 'string') return (v) => typeof v === 'string' && passes(compareStrings(v, x))
  if (x instanceof Date) {
    const at = x.getTime()
    return (v) => v instanceof Date && passes(v.getTime() - at)
  }
  return (v) => v !== undefined && rank(v) === wanted && passes(compare(v, x))
}

function hasDecimal(scalars: Set<unknown>, v: unknown): boolean {
  const n = num(v)
  return scalars.has(n) && compare(v, n) === 0
}

/** ObjectIds by their last four bytes (a counter, so rarely shared), without writing them out as text. */
class IdSet {
  private readonly byTail = new Map<number, Uint8Array[]>()

  add(id: Uint8Array): void {
    const list = this.byTail.get(tail(id))
    if (list) list.push(id)
    else this.byTail.set(tail(id), [id])
  }

  has(id: Uint8Array): boolean {
    return this.byTail.get(tail(id))?.some((x) => sameBytes(x, id)) ?? false
  }
}

function tail(id: Uint8Array): number {
  return ((id[8] ?? 0) << 24) | ((id[9] ?? 0) << 16) | ((id[10] ?? 0) << 8) | (id[11] ?? 0)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 11; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}
