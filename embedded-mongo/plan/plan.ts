// Chooses how to find the candidates of a filter. Candidates are a superset: the filter is checked again on each.
import { MongoError } from '../errors.js'
import { encodeKey } from '../keys.js'
import type { Collection } from '../storage/collection.js'
import type { EntryScan } from '../storage/entry-scan.js'
import type { Index } from '../storage/index-def.js'
import { wrap } from '../storage/key-writer.js'
import { above, MAX_KEY } from '../storage/layout.js'
import { type Doc, equal, get, isPlain, num } from '../values.js'
import { type Bounds, boundsOf, isOneValue, type Range } from './bounds.js'
import { type Condition, flatten } from './conditions.js'
import { impliesFilter, impliesPresence } from './implies.js'

/** How candidates are found; `sorted` when they come in the order asked for. */
export type Plan =
  | { kind: 'scan'; sorted: boolean; reverse: boolean }
  | { kind: 'points'; sorted: boolean; index: Index; keys: Buffer[] }
  | { kind: 'index'; sorted: boolean; reverse: boolean; index: Index; ranges: Range[]; distinct: boolean }
  | { kind: 'or'; sorted: false; branches: Plan[] }

/** Most combinations of points over several fields of one index. */
const MAX_COMBINATIONS = 1000

interface Candidate {
  index: Index
  combos: unknown[][]
  ranges: Range[] | undefined
  fields: number
  sorted: boolean
  reverse: boolean
  score: number
}

interface Order {
  path: string
  direction: number
}

/** The plan for a filter. `hint` is an index name, a key pattern or `{ $natural: ±1 }`; throws 2 when it names no index. */
export function plan(collection: Collection, filter: Doc, sort?: Doc, hint?: unknown): Plan {
  const { paths, ors } = flatten(filter)
  const order = sort === undefined ? [] : Object.keys(sort).map((path) => ({ path, direction: sign(get(sort, path)) }))
  const natural = naturalOf(sort, hint)
  if (natural !== undefined) {
    const sorted = order.length === 0 || order[0]?.path === '$natural'
    return { kind: 'scan', sorted, reverse: natural < 0 }
  }
  const hinted = hintedIndex(collection, hint)
  const best = bestOf(collection, paths, order, { hinted })
  if (best !== undefined) return access(best)
  for (const branches of ors) {
    const plans = branches.map((branch) => plan(collection, branch))
    if (plans.length > 0 && plans.every((p) => p.kind !== 'scan')) return { kind: 'or', sorted: false, branches: plans }
  }
  return { kind: 'scan', sorted: order.length === 0, reverse: false }
}

/** The best plan that gives the candidates in the order asked for, whatever else it costs; undefined when none does. */
export function orderedPlan(collection: Collection, filter: Doc, sort: Doc): Plan | undefined {
  const order = Object.keys(sort).map((path) => ({ path, direction: sign(get(sort, path)) }))
  const best = bestOf(collection, flatten(filter).paths, order, { sorted: true })
  return best && access(best)
}

function bestOf(
  collection: Collection,
  paths: Map<string, Condition[]>,
  order: readonly Order[],
  { hinted, sorted }: { hinted?: Index | undefined; sorted?: true },
): Candidate | undefined {
  let best: Candidate | undefined
  for (const index of collection.indexes) {
    if (hinted === undefined ? index.hidden : index !== hinted) continue
    const found = candidate(index, paths, order, hinted !== undefined)
    if (found === undefined || (sorted && !found.sorted)) continue
    if (best === undefined || found.score > best.score) best = found
  }
  return best
}

function sign(v: unknown): number {
  return Number(num(v)) < 0 ? -1 : 1
}

function naturalOf(sort: Doc | undefined, hint: unknown): number | undefined {
  if (sort !== undefined && Object.hasOwn(sort, '$natural')) return sign(get(sort, '$natural'))
  if (isPlain(hint) && Object.hasOwn(hint, '$natural')) return sign(get(hint, '$natural'))
  return undefined
}

function hintedIndex(collection: Collection, hint: unknown): Index | undefined {
  if (hint === undefined || (isPlain(hint) && Object.keys(hint).length === 0)) return undefined
  const index = collection.indexes.find((ix) =>
    typeof hint === 'string' ? ix.name === hint : equal(get(ix.spec, 'key'), hint),
  )
  if (index === undefined) {
    throw new MongoError(
      2,
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    )
  }
  return index
}

function candidate(
  index: Index,
  paths: Map<string, Condition[]>,
  order: readonly Order[],
  hinted: boolean,
): Candidate | undefined {
  const partial = get(index.spec, 'partialFilterExpression')
  if (isPlain(partial) && !impliesFilter(paths, partial)) return undefined
  if (index.sparse && !hinted && !impliesPresence(paths, index)) return undefined
  const { combos, ranges, fields, sides } = prefixBounds(index, paths)
  const direction = index.multikey || index.long || combos.length !== 1 ? 0 : sortDirection(index, paths, order)
  const sorted = order.length > 0 && direction !== 0
  if (fields === 0 && ranges === undefined && !sorted && !hinted) return undefined
  const whole = index.unique && fields === index.fields.length ? 100 : 0
  const score = fields * (combos.length === 1 ? 10 : 9) + (sides > 0 ? 4 + sides : 0) + whole + (sorted ? 4 : 0)
  return { index, combos, ranges, fields, sorted, reverse: direction < 0, score }
}

function prefixBounds(index: Index, paths: Map<string, Condition[]>) {
  let combos: unknown[][] = [[]]
  let fields = 0
  for (const [i, field] of index.fields.entries()) {
    const list = paths.get(field.path)
    // two fields under one array root may be met by different elements, which have different entries
    const shared = index.multikey && index.fields.slice(0, i).some((f) => f.root === field.root)
    const bounds: Bounds | undefined =
      list === undefined || shared ? undefined : boundsOf(list, index.directions[i] ?? 1, index.multikey)
    if (bounds === undefined) break
    if (bounds.kind === 'ranges') return { combos, ranges: bounds.ranges, fields, sides: bounds.sides }
    const limit = index.unique && index.fields.length === 1 ? Number.POSITIVE_INFINITY : MAX_COMBINATIONS
    if (combos.length * bounds.values.length > limit) break
    combos = combos.flatMap((c) => bounds.values.map((v) => [...c, v]))
    fields++
  }
  return { combos, ranges: undefined, fields, sides: 0 }
}

// 1: index order is the order asked for, -1: backwards, 0: neither; fields with one value all over do not count
function sortDirection(index: Index, paths: Map<string, Condition[]>, order: readonly Order[]): number {
  const fixed = index.fields.map(({ path }) => path).filter((path) => isOneValue(paths.get(path)))
  let direction = 0
  let j = 0
  for (const { path, direction: wanted } of order) {
    if (fixed.includes(path)) continue
    while (j < index.fields.length && fixed.includes(index.fields[j]?.path ?? '')) j++
    if (index.fields[j]?.path !== path) return 0
    const step = (index.directions[j] ?? 1) * wanted
    if (direction !== 0 && direction !== step) return 0
    direction = step
    j++
  }
  return direction === 0 ? 1 : direction
}

function access(best: Candidate): Plan {
  const { index, combos, ranges, fields, sorted, reverse } = best
  if (index.unique && !index.multikey && fields === index.fields.length) {
    const keys = combos.map((values) => wrap(index.prefix, encodeKey(values, [...index.directions])).key)
    return { kind: 'points', sorted: sorted || combos.length === 1, index, keys }
  }
  const all: Range[] = []
  for (const values of combos) {
    const start = Buffer.concat([index.prefix, encodeKey(values, [...index.directions])])
    if (ranges === undefined) all.push(limited(start, start))
    else for (const r of ranges) all.push(limited(Buffer.concat([start, r.low]), Buffer.concat([start, r.high]), true))
  }
  return { kind: 'index', sorted, reverse, index, ranges: all, distinct: index.multikey || combos.length > 1 }
}

// long keys are stored cut, so bounds are cut, and widened, the same way
function limited(low: Buffer, high: Buffer, exclusive = false): Range {
  const longest = PREFIX_BYTES + MAX_KEY
  const from = low.length > longest ? low.subarray(0, longest) : low
  if (!exclusive) return { low: from, high: above(from) }
  return { low: from, high: high.length > longest ? above(high.subarray(0, longest)) : high }
}

// bytes of an index prefix
const PREFIX_BYTES = 5

/** Records of a plan's candidates, each once, in plan order. */
export function* candidates(collection: Collection, p: Plan): Generator<number> {
  switch (p.kind) {
    case 'scan':
      yield* collection.records(p.reverse)
      return
    case 'points': {
      const seen = p.keys.length > 1 ? new Set<number>() : undefined
      for (const key of p.keys) {
        const record = collection.recordOf(key)
        if (record === 0 || seen?.has(record)) continue
        seen?.add(record)
        yield record
      }
      return
    }
    case 'index':
      for (const { record } of fromRanges(collection, p)) yield record
      return
    case 'or': {
      const seen = new Set<number>()
      for (const branch of p.branches) {
        for (const record of candidates(collection, branch)) {
          if (seen.has(record)) continue
          seen.add(record)
          yield record
        }
      }
    }
  }
}

/** The entries of an index plan, each record once, in plan order: always the same walk, standing at the next of them. */
export function* fromRanges(collection: Collection, p: Plan & { kind: 'index' }): Generator<EntryScan> {
  const ranges = p.reverse ? [...p.ranges].reverse() : p.ranges
  const seen = p.distinct ? new Set<number>() : undefined
  for (const { low, high } of ranges) {
    const walk = collection.walk(p.index, low, high, p.reverse)
    while (walk.next()) {
      if (seen?.has(walk.record)) continue
      seen?.add(walk.record)
      yield walk
    }
  }
}
