import type { NewDelivery } from './delivery.js'
import type { Outbox } from './outbox.js'
import type { PutResult } from './put.js'

/** An outbox that only remembers, once per key: for `weloop replay` and tests. */
export interface MemoryOutbox extends Pick<Outbox, 'put'> {
  /** What was put, oldest first. */
  readonly deliveries: readonly NewDelivery[]
}

/** An empty one. */
export function createMemoryOutbox(): MemoryOutbox {
  const rows = new Map<string, NewDelivery>()
  return {
    async put(deliveries) {
      const list: readonly NewDelivery[] = Array.isArray(deliveries) ? deliveries : [deliveries as NewDelivery]
      return list.map((delivery): PutResult => {
        if (rows.has(delivery.key)) return 'known'
        rows.set(delivery.key, delivery)
        return 'new'
      })
    },
    get deliveries() {
      return [...rows.values()]
    },
  }
}
