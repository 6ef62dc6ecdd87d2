import { fail, unsupported } from '../errors.js'
import { isNum, toDouble } from '../numbers.js'
import { compareSortKeys, parseSort, sortKey } from '../sort.js'
import { asDoc, compare, type Doc, equal, get, isPlain } from '../values.js'
import {
  arrayOf,
  int32Of,
  named,
  namedArgs,
  nil,
  type Operator,
  type Operators,
  several,
  truthy,
  typeName,
  unary,
  variadic,
} from './operators.js'

/** Operators on arrays. */
export const arrays: Operators = {
  $size: unary((a) => arrayOf(a, 17124, (t) => `The argument to $size must be an array, but was of type: ${t}`).length),
  $isArray: unary((a) => Array.isArray(a)),
  $concatArrays: variadic((args) => {
    const out: unknown[] = []
    for (const a of args) {
      if (nil(a)) return null
      out.push(...arrayOf(a, 28664, (t) => `$concatArrays only supports arrays, not ${t}`))
    }
    return out
  }),
  $reverseArray: unary((a) =>
    nil(a)
      ? null
      : [
          ...arrayOf(a, 34435, (t) => `The argument to $reverseArray must be an array, but was of type: ${t}`),
        ].reverse(),
  ),
  $arrayElemAt: several(2, 2, ([a, i]) => {
    if (nil(a) || nil(i)) return null
    const list = arrayOf(a, 28689, (t) => `$arrayElemAt's first argument must be an array, but is ${t}`)
    if (!isNum(i)) return fail(28690, `$arrayElemAt's second argument must be a numeric value, but is ${typeName(i)}`)
    return list.at(
      int32Of(i, 28691, `$arrayElemAt's second argument must be representable as a 32-bit integer: ${toDouble(i)}`),
    )
  }),
  $first: unary((a) =>
    nil(a) ? null : arrayOf(a, 28689, (t) => `$first's argument must be an array, but is ${t}`)[0],
  ),
  $last: unary((a) =>
    nil(a) ? null : arrayOf(a, 28689, (t) => `$last's argument must be an array, but is ${t}`).at(-1),
  ),
  $firstN: named(['n', 'input'], [], ({ n, input }, op) => listFor(input, op).slice(0, countOf(n, op))),
  $lastN: named(['n', 'input'], [], ({ n, input }, op) => listFor(input, op).slice(-countOf(n, op))),
  $maxN: named(['n', 'input'], [], ({ n, input }, op) => extremes(listFor(input, op), countOf(n, op), -1)),
  $minN: named(['n', 'input'], [], ({ n, input }, op) => extremes(listFor(input, op), countOf(n, op), 1)),
  $slice: several(2, 3, slice),
  $indexOfArray: several(2, 4, ([a, wanted, from, to]) => {
    if (nil(a)) return null
    const list = arrayOf(a, 40090, (t) => `$indexOfArray requires an array as a first argument, found: ${t}`)
    const [start, end] = bounds('$indexOfArray', from, to, list.length)
    for (let i = start; i < end; i++) if (equal(list[i], wanted)) return i
    return -1
  }),
  $range: several(2, 3, ([from, to, by = 1]) => {
    const start = int32Of(from, 34443, '$range requires a numeric starting value')
    const end = int32Of(to, 34445, '$range requires a numeric ending value')
    const step = int32Of(by, 34447, '$range requires a numeric step value')
    if (step === 0) fail(34449, '$range requires a non-zero step value')
    if ((end - start) / step > 4_000_000) throw unsupported('a $range of more than 4,000,000 numbers')
    const out: number[] = []
    for (let i = start; step > 0 ? i < end : i > end; i += step) out.push(i)
    return out
  }),
  $zip: zip,
  $sortArray: sortArray,
  $anyElementTrue: unary((a) =>
    arrayOf(a, 17041, (t) => `$anyElementTrue's argument must be an array, but is ${t}`).some(truthy),
  ),
  $allElementsTrue: unary((a) =>
    arrayOf(a, 17040, (t) => `$allElementsTrue's argument must be an array, but is ${t}`).every(truthy),
  ),
  $setUnion: variadic((args) => {
    const lists = setsOf('$setUnion', args, 17043)
    return lists ? distinct(lists.flat(1)) : null
  }),
  $setIntersection: variadic((args) => {
    const lists = setsOf('$setIntersection', args, 17047)
    return lists ? distinct(lists[0] ?? []).filter((v) => lists.every((l) => has(l, v))) : null
  }),
  $setDifference: several(2, 2, (args) => {
    const lists = setsOf('$setDifference', args, 17048)
    return lists ? distinct(lists[0] ?? []).filter((v) => !has(lists[1] ?? [], v)) : null
  }),
  $setIsSubset: several(2, 2, ([a, b]) => {
    const inner = arrayOf(
      a,
      17046,
      (t) => `both operands of $setIsSubset must be arrays. First argument is of type: ${t}`,
    )
    const outer = arrayOf(
      b,
      17042,
      (t) => `both operands of $setIsSubset must be arrays. Second argument is of type: ${t}`,
    )
    return inner.every((v) => has(outer, v))
  }),
  $setEquals: several(2, Number.POSITIVE_INFINITY, (args) => {
    const lists = args.map((a) =>
      arrayOf(a, 17044, (t) => `All operands of $setEquals must be arrays. One argument is of type: ${t}`),
    )
    const first = lists[0] ?? []
    return lists.every((l) => l.every((v) => has(first, v)) && first.every((v) => has(l, v)))
  }),
}

/** The smallest (`dir` 1) or greatest `n` values that are not null or missing. */
export function extremes(list: unknown[], n: number, dir: 1 | -1): unknown[] {
  return list
    .filter((v) => !nil(v))
    .sort((a, b) => compare(a, b) * dir)
    .slice(0, n)
}

/** The `n` of $firstN and its kin: a positive whole number. */
export function countOf(n: unknown, op: string): number {
  const v = isNum(n) ? toDouble(n) : Number.NaN
  if (!Number.isInteger(v)) fail(5787903, `Value for 'n' must be of integral type, but found ${typeName(n)} (${op})`)
  return v > 0 ? v : fail(5787908, `'n' must be greater than 0, found ${v} (${op})`)
}

/** A range of positions from optional operands, as $indexOfArray and $indexOfCP take them. */
export function bounds(op: string, from: unknown, to: unknown, length: number): [number, number] {
  const start = from === undefined ? 0 : int32Of(from, 40096, `${op} requires an integral starting index`)
  const end = to === undefined ? length : int32Of(to, 40096, `${op} requires an integral ending index`)
  if (start < 0 || end < 0) fail(40097, `${op} requires a nonnegative starting and ending index`)
  return [start, Math.min(end, length)]
}

function listFor(v: unknown, op: string): unknown[] {
  return arrayOf(v, 5788200, (t) => `Input must be an array, but found ${t} (${op})`)
}

function slice([a, first, second]: unknown[]): unknown {
  if (nil(a) || nil(first) || second === null) return null
  const list = arrayOf(a, 28724, (t) => `First argument to $slice must be an array, but is of type: ${t}`)
  const n = int32Of(
    first,
    28725,
    `Second argument to $slice must be a numeric value, but is of type: ${typeName(first)}`,
  )
  if (second === undefined) return n < 0 ? list.slice(n) : list.slice(0, n)
  const count = int32Of(second, 28727, `Third argument to $slice must be numeric, but is of type: ${typeName(second)}`)
  if (count <= 0) fail(28729, `Third argument to $slice must be positive: ${count}`)
  const start = n < 0 ? Math.max(0, list.length + n) : n
  return list.slice(start, start + count)
}

function zip(...[arg, compile, name]: Parameters<Operator>): ReturnType<Operator> {
  const args = new Map(namedArgs(arg, name, ['inputs'], new Set(['inputs', 'useLongestLength', 'defaults'])))
  const given = args.get('inputs')
  const defaults = args.get('defaults')
  const longest = args.get('useLongestLength') ?? false
  if (!Array.isArray(given)) return fail(34461, `inputs must be an array of expressions, found ${typeName(given)}`)
  if (given.length === 0) fail(34465, '$zip requires at least one input array')
  if (typeof longest !== 'boolean') fail(34463, `useLongestLength must be a bool, found ${typeName(longest)}`)
  if (defaults !== undefined && !Array.isArray(defaults))
    return fail(34462, `defaults must be an array of expressions, found ${typeName(defaults)}`)
  if (defaults !== undefined && !longest) fail(34466, 'cannot specify defaults unless useLongestLength is true')
  if (defaults !== undefined && defaults.length !== given.length)
    fail(34467, 'defaults and inputs must have the same length')
  const inputs = given.map(compile)
  const fill = (defaults ?? []).map(compile)
  return (d, v) => {
    const lists: unknown[][] = []
    for (const e of inputs) {
      const a = e(d, v)
      if (nil(a)) return null
      lists.push(arrayOf(a, 34468, (t) => `$zip found a non-array expression in input: ${t}`))
    }
    const lengths = lists.map((l) => l.length)
    const n = longest ? Math.max(...lengths) : Math.min(...lengths)
    const spare = fill.map((e) => e(d, v) ?? null)
    return Array.from({ length: n }, (_, k) =>
      lists.map((l, j) => (k < l.length ? (l[k] ?? null) : (spare[j] ?? null))),
    )
  }
}

function sortArray(...[arg, compile, name]: Parameters<Operator>): ReturnType<Operator> {
  const args = new Map(namedArgs(arg, name, ['input', 'sortBy'], new Set(['input', 'sortBy'])))
  const input = compile(args.get('input'))
  const order = arrayOrder(args.get('sortBy'))
  return (d, v) => {
    const a = input(d, v)
    if (nil(a)) return null
    return [
      ...arrayOf(a, 2942504, (t) => `The input argument to $sortArray must be an array, but was of type: ${t}`),
    ].sort(order)
  }
}

/** Order of array elements by `1`, `-1` or a sort document, as $sortArray and the $sort of $push define it. */
export function arrayOrder(sortBy: unknown): (a: unknown, b: unknown) => number {
  if (isPlain(sortBy)) {
    const spec = parseSort(sortBy)
    if (spec.length === 0) fail(2942505, 'The sort pattern is empty when it should be a set of fields.')
    const key = (e: unknown) => sortKey(isPlain(e) ? e : NOTHING, spec)
    return (a, b) => compareSortKeys(key(a), key(b), spec)
  }
  const dir = isNum(sortBy) ? toDouble(sortBy) : Number.NaN
  if (dir !== 1 && dir !== -1) fail(2, 'The $sort element value must be either 1 or -1')
  return (a, b) => compare(a, b) * dir
}

const NOTHING: Doc = {}

function setsOf(op: string, args: unknown[], code: number): unknown[][] | undefined {
  const out: unknown[][] = []
  for (const a of args) {
    if (nil(a)) return undefined
    out.push(arrayOf(a, code, (t) => `All operands of ${op} must be arrays. One argument is of type: ${t}`))
  }
  return out
}

function distinct(list: unknown[]): unknown[] {
  const sorted = [...list].sort(compare)
  return sorted.filter((v, i) => i === 0 || !equal(v, sorted[i - 1]))
}

function has(list: unknown[], v: unknown): boolean {
  return list.some((x) => equal(x, v))
}

/** Reads a dotted field path from a value as `$a.b` does: through every element of arrays on the way. */
export function fieldPath(v: unknown, parts: string[], from = 0): unknown {
  for (let i = from; i < parts.length; i++) {
    if (Array.isArray(v)) {
      const out: unknown[] = []
      for (const e of v) {
        const fields = asDoc(e)
        const reached = fields ? fieldPath(fields, parts, i) : undefined
        if (reached !== undefined) out.push(reached)
      }
      return out
    }
    const fields = asDoc(v)
    if (!fields) return undefined
    v = get(fields, parts[i] ?? '')
  }
  return v
}
