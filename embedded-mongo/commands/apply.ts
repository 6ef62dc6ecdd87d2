// One update statement: find, change, store; or insert when nothing was found and upsert was asked.
import { ObjectId } from 'bson'
import { decodeExact } from '../bson/decode.js'
import type { SetPlan } from '../bson/set-plan.js'
import { MongoError } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { type Hit, select } from '../query/select.js'
import { compileUpdate, seedFrom, type Update } from '../update/index.js'
import { type Doc, equal, get, isPlain } from '../values.js'
import type { Context } from './context.js'
import { storableDoc, withId } from './stored.js'

/** An update statement, decoded with number types kept. */
export interface Statement {
  filter: Doc
  update: unknown
  multi: boolean
  upsert: boolean
  arrayFilters: Doc[] | undefined
  sort?: Doc | undefined
  hint?: unknown
  vars?: Doc | undefined
  /** The same update as a plan on bytes, when it is a plain `$set`. */
  set?: SetPlan | undefined
}

/** What a statement did; `before` and `after` are the bytes of the last document changed. */
export interface Applied {
  matched: number
  modified: number
  upserted: { id: unknown } | undefined
  before: Buffer | undefined
  after: Buffer | undefined
  pos: number | undefined
}

/** Applies a statement inside the current transaction. */
export function applyUpdate(context: Context, ns: string, s: Statement): Applied {
  const { store } = context
  const collection = store.get(ns)
  const vars = s.vars === undefined ? {} : { vars: s.vars }
  const compile = () => compileUpdate(s.update, s.arrayFilters, { now: new Date(), ...vars })
  const update = s.set === undefined ? compile() : undefined
  if (s.multi && update?.kind === 'replace') {
    throw new MongoError(9, 'multi update is not supported for replacement-style update')
  }
  if (collection === undefined) compileFilter(s.filter, vars)
  const out: Applied = {
    matched: 0,
    modified: 0,
    upserted: undefined,
    before: undefined,
    after: undefined,
    pos: undefined,
  }
  if (collection !== undefined) {
    // the changes may move documents in the index that is being read, so all are found first
    for (const hit of allHits(collection, s)) {
      out.matched++
      out.before = hit.raw
      out.pos = hit.pos
      out.after = hit.raw
      const { bytes, names } = change(s.set, update ?? compile, hit)
      if (bytes === undefined) continue
      collection.replace(hit.record, hit.raw, bytes, names)
      out.after = bytes
      out.modified++
    }
  }
  if (out.matched > 0 || !s.upsert) return out
  const doc = upsertDoc(update ?? compile(), s.filter)
  out.after = storableDoc(doc)
  store.ensure(ns).insert(out.after)
  out.upserted = { id: get(doc, '_id') }
  return out
}

function allHits(collection: Parameters<typeof select>[0], s: Statement): Hit[] {
  const hits: Hit[] = []
  const { filter, sort, hint, vars } = s
  const limit = s.multi ? 0 : 1
  for (const hit of select(collection, { filter, sort, hint, vars, limit, position: s.set === undefined })) {
    if (hit !== undefined) hits.push(hit)
  }
  return hits
}

interface Change {
  /** Undefined when nothing changes. */
  bytes: Buffer | undefined
  names: string[] | undefined
}

function change(set: SetPlan | undefined, update: Update | (() => Update), hit: Hit): Change {
  if (set === undefined) return changed(typeof update === 'function' ? update() : update, hit)
  const { bytes, changed: names } = set.apply(hit.raw)
  return { bytes, names }
}

function changed(update: Update, hit: Hit): Change {
  const old = decodeExact(hit.raw)
  const doc = update.apply(old, hit.pos === undefined ? {} : { pos: hit.pos })
  const id = get(old, '_id')
  if (Object.hasOwn(doc, '_id') && !equal(get(doc, '_id'), id)) {
    throw new MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  }
  const bytes = storableDoc(Object.hasOwn(doc, '_id') ? doc : { _id: id, ...doc })
  // parts that did not change are shared with the old document
  const names = Object.keys(doc).filter((name) => get(doc, name) !== get(old, name))
  for (const name of Object.keys(old)) if (!Object.hasOwn(doc, name)) names.push(name)
  return { bytes: bytes.equals(hit.raw) ? undefined : bytes, names }
}

function upsertDoc(update: Update, filter: Doc): Doc {
  const seed = seedFrom(filter)
  if (update.kind !== 'replace') return withId(update.apply(seed, { inserting: true }))
  const id = get(seed, '_id')
  const doc = update.apply(id === undefined ? {} : { _id: id }, { inserting: true })
  if (Object.hasOwn(doc, '_id')) return withId(doc)
  return { _id: id ?? new ObjectId(), ...doc }
}

/** `arrayFilters` of a statement. Throws 14 when it is no list of documents. */
export function arrayFiltersOf(value: unknown): Doc[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every(isPlain)) {
    throw new MongoError(14, "BSON field 'arrayFilters' is the wrong type, expected an array of documents")
  }
  return value
}
