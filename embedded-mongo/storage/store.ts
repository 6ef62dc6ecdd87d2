// The open LMDB file: catalog, transactions, and what must be undone in memory when one is aborted.
import { chmodSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { decodeExact, decodePlain, encode } from '../bson/decode.js'
import { MongoError } from '../errors.js'
import { type Doc, get, isPlain, num } from '../values.js'
import { Collection } from './collection.js'
import { checkFile } from './file.js'
import type { IndexMeta } from './index-def.js'
import { catalogKey, SPACE } from './layout.js'
import type { CollectionMeta, Host, Snapshot } from './parts.js'
import { KeyScan, type Lmdb, releaseScans } from './scan.js'

/** Its CommonJS build is one file, and loads a third sooner than the modules that `import` would take. */
const { open } = createRequire(import.meta.url)('lmdb') as typeof import('lmdb')

/**
 * Addresses kept for the file, no memory and no disk: a file that outgrows them is mapped again, and the pages of both
 * mappings count until the old one is given up. Windows would make the file as large at once.
 */
const MAP_BYTES = 16 * 1024 ** 3

/** All collections of one file. One process, one thread: all work is synchronous inside `transact`. */
export class Store implements Host {
  readonly db: Lmdb
  readonly path: string
  readonly collections = new Map<string, Collection>()
  /** Documents of a collection whose index entries wait in memory; what waits is read again when the file is opened. */
  mostRecent = 2048
  private lastId = 0
  private closed = false
  private transaction = 0
  private undo: (() => void)[] = []
  private catalogTouched = 0

  /** Opens or creates the file. Commits are synced: a finished `transact` is on disk. */
  constructor(path: string) {
    this.path = path
    if (this.fileSize() > 0) checkFile(path)
    this.db = open<Buffer, Buffer>({
      path,
      keyEncoding: 'binary',
      encoding: 'binary',
      noSubdir: true,
      noMemInit: true,
      overlappingSync: false,
      ...(process.platform !== 'win32' && { mapSize: MAP_BYTES }),
    })
    for (const file of [path, `${path}-lock`]) chmodSync(file, 0o600)
    const scan = new KeyScan(this.db, Buffer.from([SPACE.catalog]), Buffer.from([SPACE.documents]), false, true)
    while (scan.next()) this.load(scan.key.subarray(1).toString(), scan.value)
  }

  private load(ns: string, bytes: Buffer): void {
    const meta = readMeta(bytes)
    this.collections.set(ns, new Collection(this, ns, meta))
    this.lastId = Math.max(this.lastId, meta.id, ...meta.indexes.map((ix) => ix.id))
  }

  /** The collection of a namespace, if it exists. */
  get(ns: string): Collection | undefined {
    return this.collections.get(ns)
  }

  /** The collection of a namespace, created when missing. */
  ensure(ns: string): Collection {
    return this.collections.get(ns) ?? this.create(ns)
  }

  /** Creates a collection with its `_id` index. */
  create(ns: string): Collection {
    this.touchCatalog()
    const spec: Doc = { v: 2, key: { _id: 1 }, name: '_id_' }
    const id = this.newId()
    const indexes = [{ id: this.newId(), spec, multikey: false, long: false }]
    const collection = new Collection(this, ns, { id, options: {}, indexes })
    this.collections.set(ns, collection)
    this.saveCatalog(collection)
    return collection
  }

  /** Removes a collection; false when there is none. */
  drop(ns: string): boolean {
    const collection = this.collections.get(ns)
    if (collection === undefined) return false
    this.touchCatalog()
    collection.wipeAll()
    this.db.removeSync(catalogKey(ns))
    this.collections.delete(ns)
    return true
  }

  /** Renames a collection; the target must not exist. */
  rename(from: string, to: string): void {
    const collection = this.collections.get(from)
    if (collection === undefined) return
    this.touchCatalog()
    this.touch(collection)
    this.db.removeSync(catalogKey(from))
    this.collections.delete(from)
    collection.ns = to
    this.collections.set(to, collection)
    this.saveCatalog(collection)
  }

  /** Runs `work` in one LMDB transaction, on disk when it returns. Any throw aborts it and gives memory its state back. */
  transact<T>(work: () => T): T {
    if (this.closed) throw new MongoError(91, 'the store is closed')
    this.transaction++
    this.undo = []
    try {
      const box: { value?: T } = {}
      this.db.transactionSync(() => {
        box.value = work()
        releaseScans(this.db)
      })
      return box.value as T
    } catch (error) {
      releaseScans(this.db)
      for (const step of this.undo.reverse()) step()
      throw error
    } finally {
      this.undo = []
    }
  }

  /** Gives up LMDB cursors and snapshots after a read command. */
  rest(): void {
    if (this.closed) throw new MongoError(91, 'the store is closed')
    releaseScans(this.db)
  }

  touch(collection: Collection): void {
    if (collection.touchedIn === this.transaction) return
    collection.touchedIn = this.transaction
    const before: Snapshot = collection.snapshot()
    this.undo.push(() => collection.restore(before))
  }

  undoLater(step: () => void): void {
    this.undo.push(step)
  }

  private touchCatalog(): void {
    if (this.catalogTouched === this.transaction) return
    this.catalogTouched = this.transaction
    const before = new Map(this.collections)
    const { lastId } = this
    this.undo.push(() => {
      this.collections.clear()
      for (const [ns, collection] of before) this.collections.set(ns, collection)
      this.lastId = lastId
    })
  }

  saveCatalog(collection: Collection): void {
    const meta = collection.meta()
    this.db.putSync(catalogKey(collection.ns), encode({ ...meta }))
  }

  newId(): number {
    return ++this.lastId
  }

  /** Bytes of the file on disk. */
  fileSize(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Copies the whole file, consistent as of now, to `file`. */
  async backup(file: string): Promise<void> {
    await this.db.backup(file, true)
  }

  // saves the next start some reading; a full disk must not keep it from closing
  private settle(): void {
    const waiting = [...this.collections.values()].filter((collection) => collection.recent > 0)
    if (this.closed || waiting.length === 0) return
    try {
      this.transact(() => {
        for (const collection of waiting) collection.settle()
      })
    } catch {}
  }

  /** Closes the file; nothing may be under way. */
  async close(): Promise<void> {
    releaseScans(this.db)
    this.settle()
    this.closed = true
    await this.db.close()
  }
}

function readMeta(bytes: Buffer): CollectionMeta {
  const plain = decodePlain(bytes)
  const exact = decodeExact(bytes)
  const list = get(plain, 'indexes')
  const exactList = get(exact, 'indexes')
  const indexes: IndexMeta[] = (Array.isArray(list) ? list : []).map((entry: Doc, i) => {
    const kept: unknown = Array.isArray(exactList) ? exactList[i] : undefined
    const spec = isPlain(kept) ? get(kept, 'spec') : undefined
    return {
      id: Number(num(get(entry, 'id'))),
      spec: isPlain(spec) ? spec : {},
      multikey: get(entry, 'multikey') === true,
      long: get(entry, 'long') === true,
    }
  })
  const options = get(plain, 'options')
  const settled = get(plain, 'settled')
  return {
    id: Number(num(get(plain, 'id'))),
    options: isPlain(options) ? options : {},
    indexes,
    ...(settled === undefined ? {} : { settled: Number(num(settled)) }),
  }
}
