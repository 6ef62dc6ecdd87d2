// Removal of documents whose TTL index says they have expired.
import { select } from './query/select.js'
import type { Collection } from './storage/collection.js'
import type { Index } from './storage/index-def.js'
import type { Store } from './storage/store.js'

/** Documents removed in one transaction, so that a large sweep lets commands in between. */
const CHUNK = 500

/** Removes expired documents of every TTL index; answers how many. */
export async function sweepExpired(store: Store, now = new Date()): Promise<number> {
  let removed = 0
  for (const collection of [...store.collections.values()]) {
    for (const index of collection.indexes) {
      if (index.ttlSeconds === undefined) continue
      for (;;) {
        const n = sweepChunk(store, collection, index, now)
        removed += n
        if (n < CHUNK) break
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
    }
  }
  return removed
}

function sweepChunk(store: Store, collection: Collection, index: Index, now: Date): number {
  const path = index.fields[0]?.path
  if (path === undefined || store.get(collection.ns) !== collection) return 0
  const limit = new Date(now.getTime() - (index.ttlSeconds ?? 0) * 1000)
  const query = { filter: { [path]: { $lte: limit } }, hint: index.name, limit: CHUNK }
  // looked at outside a transaction first: most sweeps find nothing and must not cost a commit
  const any = [...select(collection, { ...query, limit: 1 })].some((hit) => hit !== undefined)
  store.rest()
  if (!any) return 0
  return store.transact(() => {
    const hits = [...select(collection, query)].flatMap((hit) => (hit === undefined ? [] : [hit]))
    for (const hit of hits) collection.remove(hit.record, hit.raw)
    return hits.length
  })
}
