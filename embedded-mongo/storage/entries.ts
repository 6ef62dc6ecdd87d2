// Where the entries of a collection's indexes are kept: in LMDB, or in memory for the documents stored last.
import type { FieldTable } from '../bson/field-table.js'
import type { Entry, Index } from './index-def.js'
import { recordBytes } from './layout.js'
import type { Host } from './parts.js'
import { RecentKeys } from './recent-keys.js'

const EMPTY = Buffer.alloc(0)
const NEW = { noOverwrite: true }
/** Longer than any index key (see layout.ts). */
const keyBuffer = Buffer.allocUnsafe(4096)

/**
 * Entries of indexes that are not unique follow from the documents alone, so those of the documents stored last (from
 * the record `settled` on) wait in memory and go to LMDB together, sorted, in one transaction with the new `settled`. A
 * commit then writes the pages of the documents and of `_id`, instead of one more page for every entry of an index in
 * random order. After a crash they are made again from the documents.
 */
export class Entries {
  settled: number
  private readonly host: Host

  constructor(host: Host, settled: number) {
    this.host = host
    this.settled = settled
  }

  /** Whether the entries of this record in this index wait in memory. */
  waits(ix: Index, record: number): boolean {
    return !ix.unique && record >= this.settled
  }

  /** Makes the waiting entries of a stored document again, when the file is opened. */
  recall(indexes: readonly Index[], raw: Buffer, table: FieldTable, record: number): void {
    table.locate(raw)
    for (const ix of indexes) {
      if (!ix.unique) for (const key of ix.recentKeys(raw, table, record)) ix.recent.add(key)
    }
  }

  add({ recent }: Index, key: string): void {
    if (recent.add(key)) this.host.undoLater(() => recent.remove(key))
  }

  remove({ recent }: Index, key: string): void {
    if (recent.remove(key)) this.host.undoLater(() => recent.add(key))
  }

  /** Changes waiting keys from one list to another. */
  move(ix: Index, before: readonly string[], after: readonly string[]): void {
    for (const key of before) if (!after.includes(key)) this.remove(ix, key)
    for (const key of after) if (!before.includes(key)) this.add(ix, key)
  }

  /** Writes an entry to LMDB; `tail` is its record as bytes. */
  put(ix: Index, e: Entry, tail: Buffer): void {
    if (ix.unique) this.host.db.putSync(e.key, tail)
    else this.host.db.putSync(Buffer.concat([e.key, tail]), EMPTY)
  }

  /** Writes an entry of a new index to LMDB; false when its key is there. `key`: one character a byte. */
  putNew(ix: Index, key: string, record: number): boolean {
    const value = ix.unique ? recordBytes(record) : EMPTY
    const stored: unknown = this.host.db.putSync(keyBuffer.subarray(0, keyBuffer.write(key, 'latin1')), value, NEW)
    return stored === true
  }

  /** Takes an entry out of LMDB. */
  drop(ix: Index, e: Entry, tail: Buffer): void {
    this.host.db.removeSync(ix.unique ? e.key : Buffer.concat([e.key, tail]))
  }

  /** Brings all that waits to LMDB; documents from `next` on will wait. The catalog must be saved behind it. */
  settle(indexes: readonly Index[], next: number): void {
    for (const ix of indexes) {
      for (const key of ix.recent.all) {
        this.host.db.putSync(keyBuffer.subarray(0, keyBuffer.write(key, 'latin1')), EMPTY)
      }
      ix.recent = new RecentKeys()
    }
    this.settled = next
  }
}
