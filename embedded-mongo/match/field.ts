import { fail, unsupported } from '../errors.js'
import { isNum, num, toDouble } from '../numbers.js'
import { show } from '../show.js'
import { asDoc, type Doc, get, isPlain } from '../values.js'
import { type BitOp, bitTest } from './bits.js'
import { equality, literally, oneOf, range } from './compare.js'
import { isRegex, toRegex } from './regex.js'
import { typeTest } from './types.js'
import type { Test } from './walk.js'

/**
 * One condition on one field. `order` is MongoDB's place for it among its siblings, which decides what index the
 * positional operator takes when several of them point into arrays.
 */
export type Condition =
  | { kind: 'leaf'; order: number; traverse: boolean; test: Test }
  | { kind: 'elem'; order: number; find: (array: unknown[]) => number }
  | { kind: 'not'; of: Condition[] }
  | { kind: 'all'; of: Condition[] }

/** Compiles a whole filter to a test of a document, for `$elemMatch`. */
export type CompileNested = (filter: Doc) => (doc: Doc) => boolean

/**
 * Is this an operator document (`{$gt: 1}`) and not a value? A DBRef (`$ref` and `$id`) is a value; `parts` takes one
 * of its fields alone as a value too, as `$elemMatch` does.
 */
export function isOperators(v: unknown, parts = false): v is Doc {
  if (!isPlain(v)) return false
  const first = Object.keys(v)[0]
  if (first?.[0] !== '$') return false
  if (first !== '$ref' && first !== '$id' && first !== '$db') return true
  return !parts && !(Object.hasOwn(v, '$ref') && Object.hasOwn(v, '$id'))
}

/** The conditions a filter sets on one path. */
export function conditions(path: string, spec: unknown, nested: CompileNested): Condition[] {
  if (!isOperators(spec)) return [leaf(isRegex(spec) ? ORDER.regex : ORDER.eq, equality(spec))]
  const out: Condition[] = []
  for (const op of Object.keys(spec)) {
    const c = condition(path, op, get(spec, op), spec, nested)
    if (c) out.push(c)
  }
  return out
}

/** Tests one value against conditions without entering it, as `$elemMatch: {$gt: 1}` does. */
export function testValue(all: Condition[]): Test {
  const tests = all.map(single)
  return (v) => tests.every((t) => t(v))
}

function single(c: Condition): Test {
  switch (c.kind) {
    case 'leaf':
      return c.test
    case 'elem':
      return (v) => Array.isArray(v) && c.find(v) >= 0
    case 'not': {
      const inner = testValue(c.of)
      return (v) => !inner(v)
    }
    case 'all':
      return testValue(c.of)
  }
}

const ORDER = {
  elemObject: 2,
  elemValue: 3,
  size: 4,
  eq: 5,
  $lte: 6,
  $lt: 7,
  $gt: 8,
  $gte: 9,
  regex: 10,
  mod: 11,
  exists: 12,
  in: 13,
  bits: 14,
  type: 20,
}

function leaf(order: number, test: Test, traverse = true): Condition {
  return { kind: 'leaf', order, traverse, test }
}

function condition(path: string, op: string, x: unknown, spec: Doc, nested: CompileNested): Condition | undefined {
  switch (op) {
    case '$eq':
      return leaf(ORDER.eq, literally(x))
    case '$ne':
      if (isRegex(x)) fail(2, "Can't have regex as arg to $ne.")
      return { kind: 'not', of: [leaf(ORDER.eq, literally(x))] }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return leaf(ORDER[op], range(op, path, x))
    case '$in':
      return leaf(ORDER.in, oneOf(listOf(op, x)))
    case '$nin':
      return { kind: 'not', of: [leaf(ORDER.in, oneOf(listOf(op, x)))] }
    case '$exists':
      return exists(x)
    case '$not':
      return not(path, x, nested)
    case '$regex':
      return regex(x, get(spec, '$options'))
    case '$options':
      if (!Object.hasOwn(spec, '$regex')) fail(2, '$options needs a $regex')
      return undefined
    case '$mod':
      return leaf(ORDER.mod, modulus(x))
    case '$type':
      return leaf(ORDER.type, typeTest(x))
    case '$size':
      return size(x)
    case '$all':
      return all(path, x, nested)
    case '$elemMatch':
      return elemMatch(x, nested)
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return leaf(ORDER.bits, bitTest(op satisfies BitOp, x))
    case '$expr':
      return fail(2, '$expr can only be applied to the top-level document')
    case '$near':
    case '$nearSphere':
    case '$geoNear':
    case '$geoWithin':
    case '$within':
    case '$geoIntersects':
    case '$maxDistance':
    case '$minDistance':
      throw unsupported(`the geospatial operator ${op}`)
    default:
      return fail(2, `unknown operator: ${op}`)
  }
}

function listOf(op: string, x: unknown): unknown[] {
  if (!Array.isArray(x)) return fail(2, `${op} needs an array`)
  if (x.some((e) => isOperators(e))) fail(2, `cannot nest $ under ${op}`)
  return x
}

function exists(x: unknown): Condition {
  const present = leaf(ORDER.exists, (v) => v !== undefined)
  const wanted = !(x === false || x === null || x === undefined || (isNum(x) && toDouble(x) === 0))
  return wanted ? present : { kind: 'not', of: [present] }
}

function not(path: string, x: unknown, nested: CompileNested): Condition {
  if (isRegex(x)) return { kind: 'not', of: [leaf(ORDER.regex, equality(x))] }
  if (!isPlain(x)) fail(2, '$not needs a regex or a document')
  const keys = Object.keys(x)
  if (keys.length === 0) fail(2, '$not cannot be empty')
  if (!isOperators(x)) fail(2, `unknown operator: ${keys[0]}`)
  return { kind: 'not', of: conditions(path, x, nested) }
}

function regex(x: unknown, options: unknown): Condition {
  const re = toRegex(x, options)
  return leaf(ORDER.regex, (v) => {
    if (typeof v === 'string') return re.test(v)
    return isRegex(v) && toRegex(v) === re
  })
}

function modulus(x: unknown): Test {
  if (!Array.isArray(x)) return fail(2, 'malformed mod, needs to be an array')
  if (x.length < 2) fail(2, 'malformed mod, not enough elements')
  if (x.length > 2) fail(2, 'malformed mod, too many elements')
  const divisor = integral(x[0], 'divisor')
  const remainder = integral(x[1], 'remainder')
  if (divisor === 0n) fail(2, 'divisor cannot be 0')
  const small = { d: Number(divisor), r: Number(remainder) }
  const safe = Number.isSafeInteger(small.d) && Number.isSafeInteger(small.r)
  return (v) => {
    if (!isNum(v)) return false
    const n = num(v)
    if (typeof n === 'bigint' || !safe)
      return typeof n === 'bigint' || Number.isFinite(n) ? whole(n) % divisor === remainder : false
    return Number.isFinite(n) && (Math.trunc(n) % small.d) + 0 === small.r
  }
}

function whole(n: number | bigint): bigint {
  return typeof n === 'bigint' ? n : BigInt(Math.trunc(n))
}

function integral(x: unknown, name: string): bigint {
  if (!isNum(x)) return fail(2, `malformed mod, ${name} not a number`)
  const n = num(x)
  if (typeof n === 'number' && !Number.isFinite(n)) {
    fail(2, `malformed mod, ${name} value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type`)
  }
  return whole(n)
}

function size(x: unknown): Condition {
  if (!isNum(x)) fail(2, `Failed to parse $size. Expected a number in: $size: ${show(x)}`)
  const n = toDouble(x)
  if (!Number.isInteger(n)) fail(2, `Failed to parse $size. Expected an integer: $size: ${show(x)}`)
  if (n < 0) fail(2, `Failed to parse $size. Expected a non-negative number in: $size: ${show(x)}`)
  return leaf(ORDER.size, (v) => Array.isArray(v) && v.length === n, false)
}

function all(path: string, x: unknown, nested: CompileNested): Condition {
  if (!Array.isArray(x)) return fail(2, '$all needs an array')
  if (x.length === 0) return leaf(ORDER.eq, () => false)
  const elems = x.filter((e) => isPlain(e) && Object.keys(e)[0] === '$elemMatch').length
  if (elems > 0 && elems < x.length) fail(2, '$all/$elemMatch has to be consistent')
  const of = x.flatMap((e): Condition[] => {
    if (elems > 0) return conditions(path, e, nested)
    if (isOperators(e)) fail(2, 'no $ expressions in $all')
    return [leaf(ORDER.eq, equality(e))]
  })
  return { kind: 'all', of }
}

const LOGICAL = new Set(['$and', '$or', '$nor', '$expr', '$where', '$comment', '$text', '$jsonSchema'])

function elemMatch(x: unknown, nested: CompileNested): Condition {
  if (!isPlain(x)) return fail(2, '$elemMatch needs an Object')
  if (isOperators(x, true) && !LOGICAL.has(Object.keys(x)[0] ?? '')) {
    const test = testValue(conditions('', x, nested))
    return { kind: 'elem', order: ORDER.elemValue, find: (a) => a.findIndex(test) }
  }
  const matches = nested(x)
  const accepts = (e: unknown) => {
    const fields = Array.isArray(e) ? (e as unknown as Doc) : asDoc(e)
    return fields !== undefined && matches(fields)
  }
  return { kind: 'elem', order: ORDER.elemObject, find: (a) => a.findIndex(accepts) }
}
