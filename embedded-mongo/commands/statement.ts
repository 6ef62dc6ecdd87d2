// An update statement looked at as bytes first: `_id` lookups with a plain `$set` never decode anything.
import { int32, nameEnd, skip, TYPE } from '../bson/raw.js'
import { compileSetPlan, type SetPlan } from '../bson/set-plan.js'
import type { Collection } from '../storage/collection.js'
import { addValue, begin, current, cut } from '../storage/key-writer.js'

/** Where the parts of a raw statement are. */
export interface RawStatement {
  b: Buffer
  q: number
  upsert: boolean
  multi: boolean
  set: SetPlan
}

/** What a statement did to documents found by `_id`. */
export interface Done {
  matched: number
  modified: number
}

/** The statement's parts when its update is a plain `$set` and it has no further options, else undefined. */
export function rawStatement(b: Buffer): RawStatement | undefined {
  const stop = int32(b, 0) - 1
  let q = 0
  let u = 0
  let upsert = false
  let multi = false
  let p = 4
  while (p < stop) {
    const type = b[p] ?? 0
    const nul = nameEnd(b, p + 1, stop)
    const at = nul + 1
    const length = nul - p - 1
    const first = b[p + 1]
    if (length === 1 && first === 113 && type === TYPE.object) q = at
    else if (length === 1 && first === 117 && type === TYPE.object) u = at
    else if (length === 5 && first === 109 && type === TYPE.bool && isWord(b, p + 1, 'multi')) multi = b[at] === 1
    else if (length === 6 && first === 117 && type === TYPE.bool && isWord(b, p + 1, 'upsert')) upsert = b[at] === 1
    else return undefined
    p = skip(b, type, at, stop)
  }
  if (q === 0 || u === 0) return undefined
  const set = compileSetPlan(b, u)
  return set === undefined ? undefined : { b, q, upsert, multi, set }
}

function isWord(b: Buffer, p: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (b[p + i] !== word.charCodeAt(i)) return false
  return true
}

/**
 * Runs a statement whose filter is `{ _id: value }` or `{ _id: { $in: [values] } }` of strings and ObjectIds; undefined
 * when it is another one, or when it must insert: then nothing has been done.
 */
export function runById(collection: Collection, s: RawStatement): Done | undefined {
  const { b, q } = s
  const stop = q + int32(b, q) - 1
  if (stop === q + 4) return undefined
  const nul = nameEnd(b, q + 5, stop)
  if (nul - q !== 8 || !isWord(b, q + 5, '_id')) return undefined
  const type = b[q + 4] ?? 0
  const at = nul + 1
  if (skip(b, type, at, stop) !== stop) return undefined
  if (isKey(type)) return runOne(collection, s, type, at)
  return type === TYPE.object ? runIn(collection, s, at) : undefined
}

function isKey(type: number): boolean {
  return type === TYPE.string || type === TYPE.objectId
}

function recordOf(collection: Collection, b: Buffer, type: number, at: number): number | undefined {
  begin(collection.idIndex.id)
  if (!addValue(b, type, at, 1)) return undefined
  cut()
  return collection.recordOf(current())
}

function runOne(collection: Collection, s: RawStatement, type: number, at: number): Done | undefined {
  const record = recordOf(collection, s.b, type, at)
  if (record === undefined || (record === 0 && s.upsert)) return undefined
  if (record === 0) return { matched: 0, modified: 0 }
  return { matched: 1, modified: setOne(collection, s.set, record) }
}

function runIn(collection: Collection, s: RawStatement, at: number): Done | undefined {
  const { b } = s
  const stop = at + int32(b, at) - 1
  if (stop === at + 4) return undefined
  const nul = nameEnd(b, at + 5, stop)
  if (!s.multi || s.upsert || b[at + 4] !== TYPE.array || nul - at !== 8 || !isWord(b, at + 5, '$in')) return undefined
  const list = nul + 1
  const end = list + int32(b, list) - 1
  if (end + 1 !== stop) return undefined
  const records = new Set<number>()
  let p = list + 4
  while (p < end) {
    const type = b[p] ?? 0
    const value = nameEnd(b, p + 1, end) + 1
    const record = isKey(type) ? recordOf(collection, b, type, value) : undefined
    if (record === undefined) return undefined
    if (record !== 0) records.add(record)
    p = skip(b, type, value, end)
  }
  const done = { matched: 0, modified: 0 }
  for (const record of records) {
    done.matched++
    done.modified += setOne(collection, s.set, record)
  }
  return done
}

// 1 when changed, 0 when it already was so
function setOne(collection: Collection, set: SetPlan, record: number): number {
  const old = collection.peek(record)
  if (old === undefined) return 0
  const spliced = set.apply(old)
  if (spliced.bytes === undefined) return 0
  collection.replace(record, old, spliced.bytes, spliced.changed)
  return 1
}
