import { fail, unsupported } from '../errors.js'
import { isNum, toDouble } from '../numbers.js'
import { show } from '../show.js'
import { compareSortKeys, parseSort, type SortSpec, sortKey } from '../sort.js'
import { type Doc, get, isPlain } from '../values.js'
import type { Stage, StageCompiler } from './types.js'

/** `$sort`; with `most` only the first so many documents are kept, for a `$limit` that follows. */
export function sortStage(arg: unknown, most = Number.POSITIVE_INFINITY): Stage {
  if (!isPlain(arg)) return fail(15973, 'the $sort key specification must be an object')
  const spec = parseSort(arg)
  if (spec.length === 0) fail(15976, '$sort stage must have at least one sort key')
  return (source) => lazily(() => sorted(source, spec, most))
}

/** `$skip`. */
export const skip: StageCompiler = (arg) => {
  const n = isNum(arg) ? toDouble(arg) : Number.NaN
  if (!Number.isInteger(n)) fail(5107200, `invalid argument to $skip stage: Expected an integer: $skip: ${show(arg)}`)
  if (n < 0) fail(5107200, `invalid argument to $skip stage: Expected a non-negative number in: $skip: ${show(arg)}`)
  return function* (source) {
    let left = n
    for (const d of source) if (left-- <= 0) yield d
  }
}

/** The number of a `$limit`, checked. */
export function limitOf(arg: unknown): number {
  const n = isNum(arg) ? toDouble(arg) : Number.NaN
  if (!Number.isInteger(n)) fail(5107201, `invalid argument to $limit stage: Expected an integer: $limit: ${show(arg)}`)
  if (n < 0) fail(5107201, `invalid argument to $limit stage: Expected a non-negative number in: $limit: ${show(arg)}`)
  return n > 0 ? n : fail(15958, 'the limit must be positive')
}

/** `$limit`. */
export const limit: StageCompiler = (arg) => {
  const n = limitOf(arg)
  return function* (source) {
    let left = n
    for (const d of source) {
      yield d
      if (--left <= 0) return
    }
  }
}

/** `$sample`. */
export const sample: StageCompiler = (arg) => {
  if (!isPlain(arg)) return fail(28745, 'the $sample stage specification must be an object')
  for (const k of Object.keys(arg)) if (k !== 'size') fail(28748, `unrecognized option to $sample: ${k}`)
  const size = get(arg, 'size')
  if (size === undefined) fail(28749, '$sample stage must specify a size')
  if (!isNum(size)) fail(28746, 'size argument to $sample must be a number')
  const n = Math.trunc(toDouble(size))
  if (n <= 0) fail(28747, 'size argument to $sample must be a positive integer')
  return (source) =>
    lazily(() => {
      const all = [...source]
      for (let i = 0; i < Math.min(n, all.length); i++) {
        const j = i + Math.floor(Math.random() * (all.length - i))
        ;[all[i], all[j]] = [all[j] as Doc, all[i] as Doc]
      }
      return all.slice(0, n)
    })
}

/** Documents in the order of a sort; equal ones keep their order. */
export function sorted(source: Iterable<Doc>, spec: SortSpec, most = Number.POSITIVE_INFINITY): Doc[] {
  let keyed: { doc: Doc; key: unknown[] }[] = []
  const trim = () => {
    keyed.sort((a, b) => compareSortKeys(a.key, b.key, spec))
    keyed = keyed.slice(0, most)
  }
  for (const doc of source) {
    keyed.push({ doc, key: sortKey(doc, spec) })
    if (keyed.length >= most * 2 + 1000) trim()
  }
  trim()
  return keyed.map((k) => k.doc)
}

/** A stage that needs all its input before its first output. */
export function* lazily(f: () => Iterable<Doc>): Iterable<Doc> {
  yield* f()
}

/** Refuses the stages MongoDB has and this store does not (115). */
export function refused(name: string): StageCompiler {
  return () => {
    throw unsupported(`the pipeline stage ${name}`)
  }
}
