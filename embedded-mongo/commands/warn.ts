// One warning per collection that grows past what this store is meant for.
import type { Collection } from '../storage/collection.js'
import type { Log } from './context.js'

/** Documents in a collection above which a real MongoDB server is the better choice. */
export const LARGE = 100_000

const pending = new WeakMap<Collection, number>()

/** Warns once when a collection holds more than 100 000 documents; counts only every 1000 inserts. */
export function warnWhenLarge(collection: Collection, inserted: number, log: Log): void {
  const state = pending.get(collection) ?? 1000
  if (state < 0) return
  if (state + inserted < 1000) {
    pending.set(collection, state + inserted)
    return
  }
  if (collection.count <= LARGE) {
    pending.set(collection, 0)
    return
  }
  pending.set(collection, -1)
  log('warn', `collection ${collection.ns} has more than ${LARGE} documents: set MONGODB_URI to a MongoDB server`)
}
