/** One lane per contact: what enters a lane is worked on in order, one at a time; lanes run beside each other. */
export interface Lanes<T> {
  /** False when the lane or the whole is full: the caller keeps the item elsewhere. */
  enter(key: string, item: T): boolean
  /** Items waiting or being worked on. */
  readonly size: number
  /** Resolves when fewer than `count` items are inside. */
  below(count: number): Promise<void>
}

/** How much may wait in memory; the rest stays in the store. */
export interface LaneLimits {
  perLane: number
  total: number
}

/**
 * Lanes over `work`, which must not throw or reject; undefined means that it is done already. An item of a free lane
 * is started before `enter` returns.
 */
export function createLanes<T>(
  work: (item: T) => Promise<void> | undefined,
  limits: LaneLimits = { perLane: 64, total: 20_000 },
): Lanes<T> {
  const lanes = new Map<string, T[]>()
  const NONE: T[] = []
  let size = 0
  let waiters: { count: number; resolve: () => void }[] = []

  function run(key: string, item: T): void {
    const working = work(item)
    if (working === undefined) next(key)
    else void working.then(() => next(key))
  }

  function next(key: string): void {
    size--
    const waiting = lanes.get(key)
    const item = waiting?.shift()
    if (item === undefined) lanes.delete(key)
    else run(key, item)
    if (waiters.length > 0) wake()
  }

  function wake(): void {
    const ready = waiters.filter((waiter) => size < waiter.count)
    waiters = waiters.filter((waiter) => size >= waiter.count)
    for (const waiter of ready) waiter.resolve()
  }

  return {
    enter(key, item) {
      const waiting = lanes.get(key)
      if (size >= limits.total || (waiting && waiting.length >= limits.perLane)) return false
      size++
      if (!waiting) {
        lanes.set(key, NONE)
        run(key, item)
      } else if (waiting === NONE) lanes.set(key, [item])
      else waiting.push(item)
      return true
    },
    get size() {
      return size
    },
    below: (count) => (size < count ? Promise.resolve() : new Promise((resolve) => waiters.push({ count, resolve }))),
  }
}
