// What collections and their store tell each other.
import type { Doc } from '../values.js'
import type { Collection } from './collection.js'
import type { Index, IndexMeta } from './index-def.js'
import type { RecentKeys } from './recent-keys.js'
import type { Lmdb } from './scan.js'

/** What the catalog keeps of a collection. */
export interface CollectionMeta {
  id: number
  options: Doc
  indexes: IndexMeta[]
  /** Documents from this record on have no entries in LMDB but unique ones; absent: all have theirs. */
  settled?: number
}

/** What a collection needs of its store. */
export interface Host {
  readonly db: Lmdb
  /** Called before the first change of a transaction, with what undoes the change in memory. */
  touch(collection: Collection): void
  /** What undoes a change in memory when the transaction is aborted. */
  undoLater(step: () => void): void
  saveCatalog(collection: Collection): void
  newId(): number
  /** How many documents may wait for their index entries to go to LMDB. */
  readonly mostRecent: number
}

/** State that an aborted transaction must give back. */
export interface Snapshot {
  ns: string
  next: number
  size: number | undefined
  indexes: readonly Index[]
  savedFlags: number
  settled: number
  flags: { multikey: boolean; long: boolean; spec: Doc; recent: RecentKeys }[]
}
