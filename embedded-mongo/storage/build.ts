// The entries a new index gets from what is stored already.
import { FieldTable } from '../bson/field-table.js'
import type { Collection } from './collection.js'
import { duplicateKey } from './duplicate.js'
import type { Index } from './index-def.js'

/** Entries that are sorted and written together: sorted, many go to one page; all at once would take too much memory. */
const CHUNK = 50_000

/**
 * Gives the entries of all documents to `put`, one character a byte: whole keys, or of a unique index keys and records.
 * `put` answers false for a key that is there. Throws 11000 or 171 midway: the transaction must be aborted then.
 */
export function build(collection: Collection, ix: Index, put: (key: string, record: number) => boolean): void {
  const table = new FieldTable(ix.roots)
  const chunk: { key: string; record: number }[] = []
  const write = () => {
    chunk.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { key, record } of chunk.splice(0)) if (!put(key, record)) throw duplicate(collection, ix, key, record)
  }
  // numbered first: what is written must not move a walk that is under way
  for (const record of [...collection.records()]) {
    const raw = collection.raw(record)
    if (raw === undefined) continue
    table.locate(raw)
    for (const key of keysOf(ix, raw, table, record)) chunk.push({ key, record })
    if (chunk.length >= CHUNK) write()
  }
  write()
}

function keysOf(ix: Index, raw: Buffer, table: FieldTable, record: number): string[] {
  if (!ix.unique) return ix.recentKeys(raw, table, record)
  return ix.entries(raw, table).map(({ key }) => key.toString('latin1'))
}

function duplicate(collection: Collection, ix: Index, key: string, record: number): Error {
  const raw = collection.raw(record) ?? Buffer.alloc(0)
  const table = new FieldTable(ix.roots)
  table.locate(raw)
  const entry = ix.entries(raw, table).find((e) => e.key.toString('latin1') === key)
  return duplicateKey(collection.ns, ix, entry ?? { key: Buffer.alloc(0), values: undefined }, raw)
}
