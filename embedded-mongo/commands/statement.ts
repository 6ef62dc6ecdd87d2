// An update statement looked at as bytes first: `_id` lookups with a plain `$set` or `$unset` decode nothing.
import { type Condition, conditionAt, meets } from '../bson/conditions.js'
import { decodePlain } from '../bson/decode.js'
import { int32, nameEnd, skip, TYPE } from '../bson/raw.js'
import { compileSetPlan, type SetPlan } from '../bson/set-plan.js'
import { compileFilter, type Predicate } from '../match/index.js'
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

/** The statement's parts when its update is a plain `$set` or `$unset` and it has no further options, else undefined. */
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
 * Runs a statement whose filter is `_id`, as one value or an `$in` list of strings and ObjectIds, with equality
 * conditions beside it at most; undefined when it is another one, or when it must insert: then nothing has been done.
 */
export function runById(collection: Collection, s: RawStatement): Done | undefined {
  const target = targetOf(s)
  if (target === undefined) return undefined
  if (isKey(target.type)) return runOne(collection, s, target)
  return target.type === TYPE.object ? runIn(collection, s, target) : undefined
}

// the element `_id` of a filter and the conditions beside it
interface Target {
  type: number
  at: number
  conditions: Condition[]
}

function targetOf({ b, q }: RawStatement): Target | undefined {
  const stop = q + int32(b, q) - 1
  let target: Target | undefined
  const conditions: Condition[] = []
  let p = q + 4
  while (p < stop) {
    const type = b[p] ?? 0
    const nul = nameEnd(b, p + 1, stop)
    const to = skip(b, type, nul + 1, stop)
    if (nul - p === 4 && isWord(b, p + 1, '_id')) {
      if (target !== undefined) return undefined
      target = { type, at: nul + 1, conditions }
    } else {
      const condition = conditionAt(b, p, nul, to)
      if (condition === undefined) return undefined
      conditions.push(condition)
    }
    p = to
  }
  return target
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

function runOne(collection: Collection, s: RawStatement, { type, at, conditions }: Target): Done | undefined {
  const record = recordOf(collection, s.b, type, at)
  if (record === undefined || (s.upsert && (record === 0 || conditions.length > 0))) return undefined
  return total(collection, s, record === 0 ? [] : [record], conditions)
}

function runIn(collection: Collection, s: RawStatement, { at, conditions }: Target): Done | undefined {
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
  return total(collection, s, records, conditions)
}

function total(collection: Collection, s: RawStatement, records: Iterable<number>, conditions: Condition[]): Done {
  const done = { matched: 0, modified: 0 }
  let decide: Predicate | undefined
  for (const record of records) {
    const old = collection.peek(record)
    if (old === undefined) continue
    let met = meets(old, s.b, conditions)
    if (met === undefined) {
      decide ??= compileFilter(decodePlain(s.b.subarray(s.q, s.q + int32(s.b, s.q))))
      met = decide(decodePlain(old))
    }
    if (!met) continue
    done.matched++
    const spliced = s.set.apply(old)
    if (spliced.bytes === undefined) continue
    collection.replace(record, old, spliced.bytes, spliced.changed)
    done.modified++
  }
  return done
}
