import { fail, unsupported } from '../errors.js'
import { compileExpr } from '../expr/index.js'
import { isNum, toDouble } from '../numbers.js'
import { show } from '../show.js'
import { parseSort } from '../sort.js'
import { compare, type Doc, get, isPlain, rank, set, typeAlias } from '../values.js'
import { compileAccumulator, type Running } from './accumulators.js'
import { keyOf } from './key.js'
import { lazily, sorted } from './order.js'
import type { StageCompiler } from './types.js'

/** `$group`: groups come out in the order they were first seen. */
export const group: StageCompiler = (arg) => {
  if (!isPlain(arg)) return fail(15947, "a group's fields must be specified in an object")
  if (!Object.hasOwn(arg, '_id')) fail(15955, 'a group specification must include an _id')
  const id = compileExpr(get(arg, '_id'))
  const make = outputs(arg, true)
  return function* (source, { vars }) {
    const groups = new Map<string, { id: unknown; run: Running[] }>()
    for (const d of source) {
      const v = id(d, vars) ?? null
      const key = keyOf(v)
      let g = groups.get(key)
      if (!g) {
        g = { id: v, run: make.start(vars) }
        groups.set(key, g)
      }
      for (const r of g.run) r.add(d, vars)
    }
    for (const g of groups.values()) yield make.finish(g.id, g.run)
  }
}

/** `$count`. */
export const count: StageCompiler = (arg) => {
  if (typeof arg !== 'string') return fail(40156, 'the count field must be a non-empty string')
  if (arg === '') fail(40157, 'the count field must be a non-empty string')
  if (arg[0] === '$') fail(40158, 'the count field cannot be a $-prefixed path')
  if (arg.includes('.')) fail(40160, "the count field cannot contain '.'")
  return function* (source) {
    let n = 0
    for (const _ of source) n++
    if (n > 0) yield { [arg]: n }
  }
}

/** `$sortByCount`. */
export const sortByCount: StageCompiler = (arg, compile) => {
  const isExpression = (isPlain(arg) && Object.keys(arg)[0]?.[0] === '$') || (typeof arg === 'string' && arg[0] === '$')
  if (!isExpression)
    fail(40149, 'the sortByCount field must be specified as a $-prefixed path or an expression in an object')
  const grouped = group({ _id: arg, count: { $sum: 1 } }, compile)
  const spec = parseSort({ count: -1 })
  return (source, context) => lazily(() => sorted(grouped(source, context), spec))
}

/** `$bucket`. */
export const bucket: StageCompiler = (arg) => {
  if (!isPlain(arg))
    return fail(40201, `Argument to $bucket stage must be an object, but found type: ${typeAlias(arg)[0]}.`)
  for (const k of Object.keys(arg))
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(k))
      fail(40197, `Unrecognized option to $bucket: ${k}.`)
  const boundaries = get(arg, 'boundaries')
  if (!Object.hasOwn(arg, 'groupBy') || boundaries === undefined)
    fail(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  const groupBy = get(arg, 'groupBy')
  const first = isPlain(groupBy) ? Object.keys(groupBy)[0] : groupBy
  const computes = typeof first === 'string' && first.startsWith('$')
  if (!computes) {
    fail(
      40202,
      `The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${show(groupBy)}.`,
    )
  }
  if (!Array.isArray(boundaries))
    return fail(40200, `The $bucket 'boundaries' field must be an array, but found type: ${typeAlias(boundaries)[0]}.`)
  const limits = boundaries.map((b) => compileExpr(b)({}, {}))
  if (limits.length < 2)
    fail(40192, `The $bucket 'boundaries' field must have at least 2 values, but found ${limits.length} value(s).`)
  for (let i = 1; i < limits.length; i++) {
    if (rank(limits[i]) !== rank(limits[0]))
      fail(40193, "All values in the the 'boundaries' option to $bucket must have the same type.")
    if (compare(limits[i - 1], limits[i]) >= 0)
      fail(40194, "The 'boundaries' option to $bucket must be sorted, but elements are not in ascending order.")
  }
  const other = Object.hasOwn(arg, 'default') ? { id: compileExpr(get(arg, 'default'))({}, {}) } : undefined
  if (
    other &&
    rank(other.id) === rank(limits[0]) &&
    compare(other.id, limits[0]) >= 0 &&
    compare(other.id, limits.at(-1)) < 0
  ) {
    fail(
      40199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    )
  }
  const place = compileExpr(groupBy)
  const make = outputs(bucketOutput(arg), false)
  return function* (source, { vars }) {
    const groups = new Map<string, { id: unknown; run: Running[] }>()
    for (const d of source) {
      const v = place(d, vars)
      const i =
        v === undefined
          ? -1
          : limits.findIndex((b, k) => compare(v, b) >= 0 && k + 1 < limits.length && compare(v, limits[k + 1]) < 0)
      if (i < 0 && !other)
        fail(40066, '$switch could not find a matching branch for an input, and no default was specified.')
      const id = i < 0 ? other?.id : limits[i]
      const key = keyOf(id)
      const g = groups.get(key) ?? { id, run: make.start(vars) }
      groups.set(key, g)
      for (const r of g.run) r.add(d, vars)
    }
    for (const g of [...groups.values()].sort((a, b) => compare(a.id, b.id))) yield make.finish(g.id, g.run)
  }
}

/** `$bucketAuto` without granularity. */
export const bucketAuto: StageCompiler = (arg) => {
  if (!isPlain(arg))
    return fail(40240, `The argument to $bucketAuto must be an object, but found type: ${typeAlias(arg)[0]}.`)
  for (const k of Object.keys(arg))
    if (!['groupBy', 'buckets', 'output', 'granularity'].includes(k))
      fail(40245, `Unrecognized option to $bucketAuto: ${k}.`)
  const wanted = get(arg, 'buckets')
  if (!Object.hasOwn(arg, 'groupBy') || wanted === undefined)
    fail(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
  if (get(arg, 'granularity') !== undefined) throw unsupported('$bucketAuto with a granularity')
  const n = isNum(wanted) ? toDouble(wanted) : Number.NaN
  if (!Number.isInteger(n))
    fail(40241, "The $bucketAuto 'buckets' field must be a numeric value representable as a 32-bit integer")
  if (n <= 0) fail(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${n}`)
  const groupBy = compileExpr(get(arg, 'groupBy'))
  const make = outputs(bucketOutput(arg), false)
  return function* (source, { vars }) {
    const all = [...source].map((doc) => ({ doc, by: groupBy(doc, vars) ?? null })).sort((a, b) => compare(a.by, b.by))
    const size = Math.max(1, Math.round(all.length / n))
    let at = 0
    for (let b = 1; at < all.length; b++) {
      let end = b === n ? all.length : Math.min(all.length, at + size)
      while (end < all.length && compare(all[end]?.by, all[end - 1]?.by) === 0) end++
      const run = make.start(vars)
      for (const { doc } of all.slice(at, end)) for (const r of run) r.add(doc, vars)
      yield make.finish({ min: all[at]?.by, max: (all[end] ?? all[end - 1])?.by }, run)
      at = end
    }
  }
}

function bucketOutput(arg: Doc): Doc {
  const output = get(arg, 'output') ?? { count: { $sum: 1 } }
  return isPlain(output) ? output : fail(40196, "The $bucket 'output' field must be an object")
}

type Outputs = { start(vars: Doc): Running[]; finish(id: unknown, run: Running[]): Doc }

function outputs(spec: Doc, hasId: boolean): Outputs {
  const fields = Object.keys(spec).filter((k) => !hasId || k !== '_id')
  const starts = fields.map((k) => {
    if (k.includes('.')) fail(40235, `The field name '${k}' cannot contain '.'`)
    if (k[0] === '$') fail(40236, `The field name '${k}' cannot be an operator name`)
    return compileAccumulator(k, get(spec, k))
  })
  return {
    start: (vars) => starts.map((s) => s(vars)),
    finish(id, run) {
      const out: Doc = { _id: id }
      fields.forEach((k, i) => {
        const v = run[i]?.result()
        if (v !== undefined) set(out, k, v)
      })
      return out
    },
  }
}
