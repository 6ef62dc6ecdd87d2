/** Something that has to be answered by a moment of `performance.now()`. */
export interface Due {
  readonly deadline: number
}

/** Watches many deadlines with one timer. */
export interface Deadlines<T extends Due> {
  add(item: T): void
  remove(item: T): void
  close(): void
}

/**
 * One timer for all updates under way. Items arrive nearly in the order of their deadlines; one that arrives later but
 * is due earlier is noticed at most `GRAIN_MS` late.
 */
export function createDeadlines<T extends Due>(expire: (item: T) => void): Deadlines<T> {
  const items = new Set<T>()
  let timer: NodeJS.Timeout | undefined

  function arm(deadline: number): void {
    timer ??= setTimeout(fire, Math.min(GRAIN_MS, Math.max(1, deadline - performance.now())))
  }

  function fire(): void {
    timer = undefined
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const item of items) {
      if (item.deadline <= now) {
        items.delete(item)
        expire(item)
      } else if (item.deadline < next) next = item.deadline
      if (item.deadline > now + GRAIN_MS) break
    }
    if (items.size > 0) arm(next)
  }

  return {
    add(item) {
      items.add(item)
      arm(item.deadline)
    },
    remove: (item) => void items.delete(item),
    close() {
      clearTimeout(timer)
      items.clear()
    },
  }
}

const GRAIN_MS = 100
