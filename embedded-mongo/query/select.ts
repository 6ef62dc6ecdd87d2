// Documents of a collection that match, in order: the one way every command reads.
import { decodeExact, decodeFields, decodePlain } from '../bson/decode.js'
import { MongoError } from '../errors.js'
import { encodeKey } from '../keys.js'
import { asksForTypes, compileFilter, type Predicate } from '../match/index.js'
import { candidates, orderedPlan, type Plan, plan } from '../plan/plan.js'
import { compareSortKeys, parseSort, type SortSpec, sortKey } from '../sort.js'
import type { Collection } from '../storage/collection.js'
import { wrap } from '../storage/key-writer.js'
import { type Doc, get, rank } from '../values.js'
import { covers, cutter, fromKeys } from './only.js'
import { rootsRead } from './roots.js'

/** What to read. */
export interface Query {
  filter: Doc
  sort?: Doc | undefined
  skip?: number
  /** 0 means all. */
  limit?: number
  hint?: unknown
  vars?: Doc | undefined
  /** The top-level fields that are wanted of each document, in any order; all of it when undefined. */
  only?: readonly string[] | undefined
  /** Whether the array position that matched is wanted (positional `$`). */
  position?: boolean
}

/** One matching document, or what is wanted of it, as bytes of its own. */
export interface Hit {
  record: number
  raw: Buffer
  pos: number | undefined
}

/** Counters for explain. */
export interface Examined {
  plan?: Plan
  /** The keys of the plan's index said everything that was asked, but for the documents counted. */
  covered?: boolean
  documents: number
  /** Keys looked at beyond those of the documents. */
  keys?: number
}

/** Most bytes a sort without limit may hold, as MongoDB's. */
export const SORT_MEMORY = 256 * 1024 * 1024

/** Candidates looked at between two pauses of a long read. */
const PAUSE_EVERY = 256

/**
 * Matching documents. Yields undefined now and then while it finds nothing, so that a long read can let others in.
 * Throws what the filter's and the sort's compilers throw, also when the collection does not exist.
 */
export function* select(
  collection: Collection | undefined,
  query: Query,
  examined: Examined = { documents: 0 },
): Generator<Hit | undefined> {
  const { skip = 0, limit = 0 } = query
  const sort = query.sort !== undefined && Object.keys(query.sort).length > 0 ? query.sort : undefined
  const natural = sort !== undefined && Object.hasOwn(sort, '$natural')
  const spec = sort === undefined || natural ? [] : parseSort(sort)
  const one = collection !== undefined && spec.length === 0 ? byId(collection, query) : undefined
  if (one !== undefined) {
    if (one.hit !== undefined && skip === 0) yield one.hit
    return
  }
  const predicate = compileFilter(query.filter, query.vars === undefined ? {} : { vars: query.vars })
  if (collection === undefined) return
  const chosen = plan(collection, query.filter, sort, query.hint)
  examined.plan = chosen
  const rival = rivalOf(collection, query, predicate, examined)
  const ordered = inPlanOrder(spec, chosen)
    ? (covered(collection, query, predicate, chosen, examined) ??
      owned(matching(collection, query, predicate, chosen, [], examined), query))
    : inOrder(matching(collection, query, predicate, chosen, spec, examined), spec, query, rival)
  let passed = 0
  let given = 0
  for (const hit of ordered) {
    if (hit === undefined) yield undefined
    else if (passed++ >= skip) {
      yield hit
      if (limit > 0 && ++given >= limit) return
    }
  }
}

const inPlanOrder = (spec: SortSpec, { sorted }: Plan) => spec.length === 0 || sorted

// undefined when the documents themselves must be read
function covered(
  collection: Collection,
  { filter, only, position }: Query,
  predicate: Predicate,
  chosen: Plan,
  examined: Examined,
): Generator<Hit | undefined> | undefined {
  if (only === undefined || position === true || asksForTypes(filter)) return undefined
  const roots = rootsRead(filter)
  if (roots === undefined || !covers(chosen, [...roots, ...only])) return undefined
  examined.covered = true
  return fromKeys(collection, chosen, { wanted: only, asked: [...roots], predicate }, examined)
}

// `{ _id: scalar }`: one lookup, nothing to plan and nothing to check again
function byId(collection: Collection, query: Query): { hit: Hit | undefined } | undefined {
  if (query.hint !== undefined || query.position === true) return undefined
  const keys = Object.keys(query.filter)
  if (keys.length !== 1 || keys[0] !== '_id') return undefined
  const id = get(query.filter, '_id')
  const r = rank(id)
  if (r !== 30 && r !== 70) return undefined
  const record = collection.recordOf(wrap(collection.idIndex.prefix, encodeKey([id], [1])).key)
  const raw = record === 0 ? undefined : collection.raw(record)
  if (raw === undefined) return { hit: undefined }
  return { hit: { record, raw: query.only === undefined ? raw : cutter(query.only)(raw), pos: undefined } }
}

interface Found extends Hit {
  doc: Doc
}

function* matching(
  collection: Collection,
  query: Query,
  predicate: Predicate,
  chosen: Plan,
  spec: SortSpec,
  examined: Examined,
): Generator<Found | undefined> {
  const decode = decoder(query.filter, chosen.sorted ? [] : spec)
  const everything = Object.keys(query.filter).length === 0
  let looked = 0
  for (const record of candidates(collection, chosen)) {
    if (++looked % PAUSE_EVERY === 0) yield undefined
    // Bytes that were only peeked at are gone after a pause: others read and write then.
    const bytes = collection.peek(record)
    if (bytes === undefined) continue
    examined.documents++
    const doc = decode(bytes)
    const hit: { pos?: number } | undefined = query.position === true ? {} : undefined
    if (!everything && !predicate(doc, hit)) continue
    yield { record, raw: bytes, pos: hit?.pos, doc }
  }
}

// what `matching` gives is LMDB's read buffer: it must be copied before anything else is read
function* owned(found: Iterable<Found | undefined>, { only }: Query): Generator<Hit | undefined> {
  const take = only === undefined ? copyOf : cutter(only)
  for (const hit of found) yield hit === undefined ? hit : { record: hit.record, raw: take(hit.raw), pos: hit.pos }
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length)
  copy.set(bytes.subarray(0, bytes.length))
  return copy
}

// decodes no more than the filter and the sort read
function decoder(filter: Doc, spec: SortSpec): (bytes: Buffer) => Doc {
  const roots = rootsRead(filter)
  if (asksForTypes(filter)) return (bytes) => decodeExact(bytes.subarray(0, bytes.length))
  if (roots === undefined) return (bytes) => decodePlain(bytes.subarray(0, bytes.length))
  for (const s of spec) roots.add(s.parts[0] ?? s.path)
  const names = [...roots]
  return names.length === 0 ? () => NOTHING : (bytes) => decodeFields(bytes, names)
}

const NOTHING: Doc = {}

/** Documents of a plan that would have to be sorted after which another one is given a try. */
const TRIAL = 1000

/** Another way to the few first documents: gives them once it has found them, and only when it is the shorter one. */
type Rival = () => Hit[] | undefined

/**
 * An index in the order asked for may reach the first documents long before the index that fits the filter better has
 * been read and sorted, or long after. Once the latter has shown to be long the two race, the ordered one at half the pace:
 * a wrong guess costs half as much again at most.
 */
function rivalOf(collection: Collection, query: Query, predicate: Predicate, examined: Examined): Rival | undefined {
  const { filter, sort, skip = 0, limit = 0, hint } = query
  const wanted = skip + limit
  if (sort === undefined || limit === 0 || wanted > TRIAL || hint !== undefined) return undefined
  const own: Examined = { documents: 0 }
  const hits: Hit[] = []
  /** Null: there is none. */
  let other: Plan | null | undefined
  let race: Iterator<Hit | undefined> | undefined
  return () => {
    if (examined.documents < TRIAL || other === null) return undefined
    other ??= orderedPlan(collection, filter, sort) ?? null
    if (other === null) return undefined
    race ??= owned(matching(collection, query, predicate, other, [], own), query)
    let ended = false
    while (!ended && own.documents < examined.documents / 2) {
      const { value, done } = race.next()
      ended = done === true || (value !== undefined && hits.push(value) === wanted)
    }
    if (!ended) return undefined
    examined.plan = other
    examined.documents += own.documents
    return hits
  }
}

interface Keyed {
  hit: Hit
  key: unknown[]
  i: number
}

function* inOrder(
  found: Iterable<Found | undefined>,
  spec: SortSpec,
  query: Query,
  rival: Rival | undefined,
): Generator<Hit | undefined> {
  const { only, skip = 0, limit = 0 } = query
  const top = limit > 0 ? skip + limit : 0
  const take = only === undefined ? copyOf : cutter(only)
  const order = (a: Keyed, b: Keyed) => compareSortKeys(a.key, b.key, spec) || a.i - b.i
  const keyed: Keyed[] = []
  let bytes = 0
  let i = 0
  let worst: unknown[] | undefined
  for (const hit of found) {
    if (hit === undefined) {
      const shorter = rival?.()
      if (shorter !== undefined) {
        yield* shorter
        return
      }
      yield undefined
      continue
    }
    const key = sortKey(hit.doc, spec)
    if (worst !== undefined && compareSortKeys(key, worst, spec) >= 0) continue
    const raw = take(hit.raw)
    keyed.push({ hit: { record: hit.record, raw, pos: hit.pos }, key, i: i++ })
    bytes += raw.length
    if (top > 0 && keyed.length > Math.max(2 * top, 200)) {
      keyed.sort(order)
      keyed.length = top
      worst = keyed[top - 1]?.key
    } else if (top === 0 && bytes > SORT_MEMORY) {
      throw new MongoError(
        292,
        `Sort exceeded memory limit of ${SORT_MEMORY} bytes, but did not opt in to external sorting.`,
      )
    }
  }
  keyed.sort(order)
  for (const { hit } of keyed) yield hit
}

/** The first matching document. */
export function first(collection: Collection | undefined, query: Query): Hit | undefined {
  for (const hit of select(collection, { ...query, limit: 1 })) if (hit !== undefined) return hit
  return undefined
}
