// Documents of which only some top-level fields are asked: cut out of the bytes, or read from the keys of an index.
import { decodeFields } from '../bson/decode.js'
import { pick, putInt32 } from '../bson/raw.js'
import type { Predicate } from '../match/index.js'
import { fromRanges, type Plan } from '../plan/plan.js'
import type { Collection } from '../storage/collection.js'
import { KeyReader } from '../storage/key-reader.js'
import { type Doc, set } from '../values.js'
import type { Examined, Hit } from './select.js'

type IndexPlan = Plan & { kind: 'index' }

/** Cuts the named fields out of a document's bytes, in a buffer of their own. */
export function cutter(names: readonly string[]): (raw: Buffer) => Buffer {
  const bytes = names.map((name) => Buffer.from(name))
  return bytes.length === 0 ? () => EMPTY : (raw) => pick(raw, bytes)
}

const EMPTY = Buffer.from([5, 0, 0, 0, 0])

/** Whether the keys of a plan's index say everything about these fields. */
export function covers(plan: Plan, fields: Iterable<string>): plan is IndexPlan {
  if (plan.kind !== 'index' || !plan.index.flat || plan.index.multikey || plan.index.long) return false
  for (const name of fields) if (!plan.index.fields.some(({ path }) => path === name)) return false
  return true
}

/** Candidates between two pauses. */
const PAUSE_EVERY = 256

/**
 * What a filter finds, read from the keys of the plan's index; a document is looked at only where its key does not say
 * enough. Yields undefined now and then.
 */
export function* fromKeys(
  collection: Collection,
  plan: IndexPlan,
  { wanted, asked, predicate }: { wanted: readonly string[]; asked: readonly string[]; predicate: Predicate },
  examined: Examined,
): Generator<Hit | undefined> {
  const { fields, directions } = plan.index
  const reader = new KeyReader(directions)
  const place = (name: string) => fields.findIndex(({ path }) => path === name)
  const read = asked.map((name) => ({ name, i: place(name) }))
  const parts = wanted.map((name) => ({ i: place(name), name: Buffer.from(name) })).sort((a, b) => a.i - b.i)
  const cut = cutter(wanted)
  let looked = 0
  for (const { record, key } of fromRanges(collection, plan)) {
    if (++looked % PAUSE_EVERY === 0) yield undefined
    if (reader.read(key)) {
      examined.keys = (examined.keys ?? 0) + 1
      const doc: Doc = {}
      for (const { name, i } of read) set(doc, name, reader.value(i))
      if (predicate(doc)) yield { record, raw: build(reader, parts), pos: undefined }
      continue
    }
    const raw = collection.peek(record)
    if (raw === undefined) continue
    examined.documents++
    if (predicate(decodeFields(raw, asked))) yield { record, raw: cut(raw), pos: undefined }
  }
}

function build(reader: KeyReader, parts: readonly { i: number; name: Buffer }[]): Buffer {
  if (parts.length === 0) return EMPTY
  let size = 5
  for (const { i, name } of parts) size += reader.size(i, name.length)
  const out = Buffer.allocUnsafe(size)
  putInt32(out, 0, size)
  let at = 4
  for (const { i, name } of parts) at = reader.put(i, name, out, at)
  out[at] = 0
  return out
}
