// Documents of one collection and their index entries. Every call runs inside the store's transaction.
import { FieldTable } from '../bson/field-table.js'
import type { Doc } from '../values.js'
import { build } from './build.js'
import { duplicateKey } from './duplicate.js'
import { Entries } from './entries.js'
import { EntryScan } from './entry-scan.js'
import { type Entry, Index } from './index-def.js'
import { above, documentKey, prefix, readRecord, recordAtEnd, recordBytes, SPACE } from './layout.js'
import type { CollectionMeta, Host, Snapshot } from './parts.js'
import { KeyScan } from './scan.js'

const NEW = { noOverwrite: true }
/** The catalog must be saved with the next change. */
const UNSAVED = -1

/** A collection: natural order is the order of insertion. */
export class Collection {
  ns: string
  readonly id: number
  readonly options: Doc
  indexes: readonly Index[]
  /** Number of the transaction that last touched it. */
  touchedIn = 0
  private readonly host: Host
  private table: FieldTable
  private newTable: FieldTable
  private next: number
  private size: number | undefined
  private savedFlags: number
  private readonly entries: Entries

  constructor(host: Host, ns: string, meta: CollectionMeta) {
    this.host = host
    this.ns = ns
    this.id = meta.id
    this.options = meta.options
    this.indexes = meta.indexes.map((m) => new Index(m))
    this.table = this.newTable = new FieldTable([])
    this.prepare()
    this.next = this.lastRecord() + 1
    const settled = Math.min(meta.settled ?? this.next, this.next)
    this.entries = new Entries(host, settled)
    this.savedFlags = settled === meta.settled ? this.flags() : UNSAVED
    for (let record = settled; record < this.next; record++) {
      const raw = this.peek(record)
      if (raw !== undefined) this.entries.recall(this.indexes, raw, this.table, record)
    }
  }

  /** Documents whose index entries wait in memory. */
  get recent(): number {
    return this.next - this.entries.settled
  }

  /** Number of documents. The first call counts keys (about 0.1 us each), later ones are free. */
  get count(): number {
    this.size ??= this.host.db.getKeysCount({ start: this.low, end: this.high })
    return this.size
  }

  private get low(): Buffer {
    return prefix(SPACE.documents, this.id)
  }

  private get high(): Buffer {
    return above(this.low)
  }

  private prepare(): void {
    const roots = [...new Set(['_id', ...this.indexes.flatMap((ix) => ix.roots)])]
    this.table = new FieldTable(roots)
    this.newTable = new FieldTable(roots)
  }

  private lastRecord(): number {
    const scan = new KeyScan(this.host.db, this.low, this.high, true, false)
    const record = scan.next() ? recordAtEnd(scan.key) : 0
    scan.release()
    return record
  }

  /** The index on `_id`, which every collection has. */
  get idIndex(): Index {
    const first = this.indexes[0]
    if (first === undefined) throw new Error(`collection ${this.ns} has no _id index`)
    return first
  }

  /** Bytes of a document in a buffer of their own. */
  raw(record: number): Buffer | undefined {
    const bytes = this.host.db.getBinary(documentKey(this.id, record))
    return bytes === undefined ? undefined : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes of a document in LMDB's read buffer: valid until the next read or write. */
  peek(record: number): Buffer | undefined {
    return this.host.db.getBinaryFast(documentKey(this.id, record))
  }

  /** Record of the document under a whole key of a unique index, 0 when there is none. */
  recordOf(uniqueKey: Buffer): number {
    const value = this.host.db.getBinaryFast(uniqueKey)
    return value === undefined ? 0 : readRecord(value, 0)
  }

  /** Stores a checked document whose first element is `_id`. Throws 11000 or 171: the transaction must be aborted then. */
  insert(raw: Buffer): number {
    const { db } = this.host
    this.host.touch(this)
    if (this.recent >= this.host.mostRecent) this.settle()
    const { table, indexes } = this
    table.locate(raw)
    const record = this.next
    const uniques: { ix: Index; entries: Entry[] }[] = []
    const waiting: { ix: Index; keys: string[] }[] = []
    for (const ix of indexes) {
      if (ix.unique) uniques.push({ ix, entries: ix.entries(raw, table) })
      else waiting.push({ ix, keys: ix.recentKeys(raw, table, record) })
    }
    for (const { ix, entries } of uniques) {
      if (ix === this.idIndex) continue
      for (const e of entries) if (this.recordOf(e.key) !== 0) throw duplicateKey(this.ns, ix, e, raw)
    }
    const tail = recordBytes(record)
    for (const { ix, entries } of uniques) {
      for (const e of entries) {
        const stored: unknown = db.putSync(e.key, tail, NEW)
        if (stored !== true) throw duplicateKey(this.ns, ix, e, raw)
      }
    }
    const fresh: unknown = db.putSync(documentKey(this.id, record), raw, NEW)
    if (fresh !== true) throw new Error(`record ${record} of ${this.ns} exists: is the file open in two processes?`)
    for (const { ix, keys } of waiting) for (const key of keys) this.entries.add(ix, key)
    this.next++
    if (this.size !== undefined) this.size++
    if (this.flags() !== this.savedFlags) this.host.saveCatalog(this)
    return record
  }

  /** Replaces a document; `changed` names the top-level fields that differ, when the caller knows them. */
  replace(record: number, old: Buffer, raw: Buffer, changed?: readonly string[]): void {
    this.host.touch(this)
    const affected = this.indexes.filter(
      (ix) => ix !== this.idIndex && (changed === undefined || ix.roots.some((root) => changed.includes(root))),
    )
    if (affected.length > 0) this.reindex(affected, record, old, raw)
    this.host.db.putSync(documentKey(this.id, record), raw)
  }

  private reindex(affected: Index[], record: number, old: Buffer, raw: Buffer): void {
    this.table.locate(old)
    this.newTable.locate(raw)
    const writes: { ix: Index; add: Entry[]; remove: Entry[] }[] = []
    const moves: { ix: Index; before: string[]; after: string[] }[] = []
    for (const ix of affected) {
      if (this.entries.waits(ix, record)) {
        const before = ix.recentKeys(old, this.table, record)
        moves.push({ ix, before, after: ix.recentKeys(raw, this.newTable, record) })
        continue
      }
      const before = ix.entries(old, this.table)
      const after = ix.entries(raw, this.newTable)
      const add = after.filter((e) => !before.some((f) => f.key.equals(e.key)))
      const remove = before.filter((e) => !after.some((f) => f.key.equals(e.key)))
      writes.push({ ix, add, remove })
    }
    // `old` may be LMDB's read buffer: it is not looked at after the first read below
    for (const { ix, add } of writes) {
      if (!ix.unique) continue
      for (const e of add) {
        const holder = this.recordOf(e.key)
        if (holder !== 0 && holder !== record) throw duplicateKey(this.ns, ix, e, raw)
      }
    }
    for (const { ix, before, after } of moves) this.entries.move(ix, before, after)
    const tail = recordBytes(record)
    for (const { ix, add, remove } of writes) {
      for (const e of remove) this.entries.drop(ix, e, tail)
      for (const e of add) this.entries.put(ix, e, tail)
    }
    if (this.flags() !== this.savedFlags) this.host.saveCatalog(this)
  }

  /** Deletes a document and its entries. */
  remove(record: number, raw: Buffer): void {
    this.host.touch(this)
    const tail = recordBytes(record)
    this.table.locate(raw)
    for (const ix of this.indexes) {
      if (this.entries.waits(ix, record)) this.entries.move(ix, ix.recentKeys(raw, this.table, record), [])
      else for (const e of ix.entries(raw, this.table)) this.entries.drop(ix, e, tail)
    }
    this.host.db.removeSync(documentKey(this.id, record))
    if (this.size !== undefined) this.size--
  }

  /** Brings the entries that wait in memory to LMDB. */
  settle(): void {
    this.host.touch(this)
    this.entries.settle(this.indexes, this.next)
    this.host.saveCatalog(this)
  }

  private flags(): number {
    let sum = 0
    for (const ix of this.indexes) sum += (ix.multikey ? 1 : 0) + (ix.long ? 1 : 0)
    return sum
  }

  /** Records in natural order. */
  *records(reverse = false): Generator<number> {
    const scan = new KeyScan(this.host.db, this.low, this.high, reverse, false)
    while (scan.next()) yield recordAtEnd(scan.key)
  }

  /** Records of the entries of `ix` between two keys, in key order. */
  *range(ix: Index, low: Buffer, high: Buffer, reverse = false): Generator<number> {
    const scan = this.walk(ix, low, high, reverse)
    while (scan.next()) yield scan.record
  }

  /** A walk over the entries of `ix` between two keys. */
  walk(ix: Index, low: Buffer, high: Buffer, reverse: boolean): EntryScan {
    return new EntryScan(this.host.db, ix, low, high, reverse)
  }

  /** Builds an index over what is stored. Throws 11000 or 171 before anything is written. */
  addIndex(spec: Doc): void {
    this.host.touch(this)
    this.settle()
    const ix = new Index({ id: this.host.newId(), spec, multikey: false, long: false })
    build(this, ix, (key, record) => this.entries.putNew(ix, key, record))
    this.indexes = [...this.indexes, ix]
    this.prepare()
    this.host.saveCatalog(this)
  }

  /** Removes an index and its entries. */
  dropIndex(ix: Index): void {
    this.host.touch(this)
    this.wipe(ix.prefix)
    this.indexes = this.indexes.filter((other) => other !== ix)
    this.prepare()
    this.host.saveCatalog(this)
  }

  /** Changes options of an index (hidden, expireAfterSeconds). */
  changeIndex(ix: Index, options: Doc): void {
    this.host.touch(this)
    ix.spec = { ...ix.spec, ...options }
    this.host.saveCatalog(this)
  }

  /** Removes everything the collection has stored. */
  wipeAll(): void {
    for (const ix of this.indexes) this.wipe(ix.prefix)
    this.wipe(this.low)
  }

  private wipe(start: Buffer): void {
    const scan = new KeyScan(this.host.db, start, above(start), false, false)
    const keys: Buffer[] = []
    while (scan.next()) keys.push(scan.key)
    for (const key of keys) this.host.db.removeSync(key)
  }

  /** What the catalog keeps; called when it is saved. */
  meta(): CollectionMeta {
    this.savedFlags = this.flags()
    const indexes = this.indexes.map(({ id, spec, multikey, long }) => ({ id, spec, multikey, long }))
    return { id: this.id, options: this.options, indexes, settled: this.entries.settled }
  }

  /** State to give back when the transaction is aborted. */
  snapshot(): Snapshot {
    const flags = this.indexes.map(({ multikey, long, spec, recent }) => ({ multikey, long, spec, recent }))
    const { ns, next, size, indexes, savedFlags } = this
    return { ns, next, size, indexes, savedFlags, settled: this.entries.settled, flags }
  }

  /** Gives a snapshot's state back. */
  restore(s: Snapshot): void {
    this.ns = s.ns
    this.next = s.next
    this.size = s.size
    this.indexes = s.indexes
    this.savedFlags = s.savedFlags
    this.entries.settled = s.settled
    s.indexes.forEach((ix, i) => {
      Object.assign(ix, s.flags[i])
    })
    this.prepare()
  }
}

/** Name of the database part of a namespace. */
export function databaseOf(ns: string): string {
  return ns.slice(0, ns.indexOf('.'))
}
