// Checks that documents and index entries agree: every document has its entries and every entry its document.
import { FieldTable } from '../bson/field-table.js'
import { check } from '../bson/raw.js'
import type { Collection } from './collection.js'
import { EntryScan } from './entry-scan.js'
import { above, RECORD_BYTES } from './layout.js'
import type { Store } from './store.js'

/** Sentences about what is wrong; none when all is well. Reads everything: for tests and after doubts. */
export function verify(store: Store): string[] {
  return [...store.collections.values()].flatMap((c) => verifyCollection(store, c))
}

function verifyCollection(store: Store, collection: Collection): string[] {
  const wrong: string[] = []
  const expected = collection.indexes.map(() => new Set<string>())
  const tables = collection.indexes.map((ix) => new FieldTable(ix.roots))
  let documents = 0
  for (const record of collection.records()) {
    const raw = collection.raw(record)
    if (raw === undefined) continue
    documents++
    if (check(raw, 0, raw.length) !== raw.length) wrong.push(`${collection.ns}: record ${record} is no document`)
    collection.indexes.forEach((ix, i) => {
      const table = tables[i]
      if (table === undefined) return
      table.locate(raw)
      for (const e of ix.entries(raw, table)) expected[i]?.add(`${e.key.toString('latin1')}:${record}`)
    })
  }
  if (documents !== collection.count)
    wrong.push(`${collection.ns}: ${documents} documents, counted ${collection.count}`)
  collection.indexes.forEach((ix, i) => {
    const want = expected[i] ?? new Set()
    const scan = new EntryScan(store.db, ix, ix.prefix, above(ix.prefix), false)
    let entries = 0
    while (scan.next()) {
      entries++
      const key = ix.unique ? scan.key : scan.key.subarray(0, -RECORD_BYTES)
      if (!want.has(`${key.toString('latin1')}:${scan.record}`))
        wrong.push(`${collection.ns} ${ix.name}: an entry without document`)
    }
    if (entries !== want.size) wrong.push(`${collection.ns} ${ix.name}: ${entries} entries, expected ${want.size}`)
  })
  return wrong
}
