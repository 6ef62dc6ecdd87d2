// The entries a new index gets from what is stored already.
import { FieldTable } from '../bson/field-table.js'
import type { Collection } from './collection.js'
import { duplicateKey } from './duplicate.js'
import type { Entry, Index } from './index-def.js'

/** Entries of all documents, computed before any is written. Throws 11000 or 171. */
export function entriesOfAll(collection: Collection, ix: Index): { e: Entry; record: number }[] {
  const table = new FieldTable(ix.roots)
  const seen = new Set<string>()
  const puts: { e: Entry; record: number }[] = []
  for (const record of collection.records()) {
    const raw = collection.raw(record)
    if (raw === undefined) continue
    table.locate(raw)
    for (const e of ix.entries(raw, table)) {
      const key = ix.unique ? e.key.toString('latin1') : ''
      if (ix.unique && seen.has(key)) throw duplicateKey(collection.ns, ix, e, raw)
      if (ix.unique) seen.add(key)
      puts.push({ e: { key: e.key, values: undefined }, record })
    }
  }
  return puts
}
