/** The newest `limit` things, oldest first. Older ones are forgotten, so that a log never grows without bound. */
export interface Ring<T> {
  push(item: T): void
  /** Newest last. */
  list(): T[]
  last(): T | undefined
  clear(): void
}

/** A bounded list. */
export function createRing<T>(limit: number): Ring<T> {
  let items: T[] = []
  return {
    push: (item) => {
      items.push(item)
      if (items.length >= limit * 2) items = items.slice(-limit)
    },
    list: () => (items.length > limit ? items.slice(-limit) : [...items]),
    last: () => items[items.length - 1],
    clear: () => {
      items = []
    },
  }
}
