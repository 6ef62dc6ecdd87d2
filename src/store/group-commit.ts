/** How a group commit is tuned. */
export interface GroupCommitOptions<T, R> {
  /** Writes one group; what it gives or throws reaches every item of the group. */
  write(items: T[]): Promise<R>
  /** Called once per group, in the order in which the groups were written, never overlapping. Must not throw. */
  settle(items: T[], result: R): void
  /** The same for a group whose write failed. Must not throw. */
  failed(items: T[], error: unknown): void
  /** Groups under way at once; 2 keeps the store busy while the next group gathers. */
  inFlight?: number
  /**
   * Waits this long for more before it writes, or until there are `maxItems`; for what nobody waits for. 0 writes at the
   * end of the turn.
   */
  gatherMs?: number
  /** Items of one group at most. */
  maxItems?: number
  /** The size of an item in bytes, so that a group stays below the wire's 48 MB. */
  weigh?(item: T): number
  maxBytes?: number
}

/** Gathers what arrives together into one write. */
export interface GroupCommit<T> {
  add(item: T): void
  /** Items that are not settled yet. */
  readonly pending: number
  /** Resolves when nothing is pending. */
  idle(): Promise<void>
}

/**
 * One durable write for everything that arrives in the same turn of the event loop, or while earlier writes are
 * under way: the cost of a command is shared by its items. Half of what is usually under way is written as soon as it has come
 * together: then the store works on one half while this thread takes the other in, instead of both waiting for each other
 * in turn.
 */
export function createGroupCommit<T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T> {
  const { write, settle, failed, inFlight = 2, gatherMs = 0, maxItems = 1000, weigh, maxBytes = 8_388_608 } = options
  let queue: T[] = []
  let writing = 0
  let unsettled = 0
  let scheduled = false
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  /** Items under way at once in the last writes, fading. */
  let usual = 0
  let tail: Promise<void> = Promise.resolve()
  const waiters: (() => void)[] = []

  function add(item: T): void {
    queue.push(item)
    unsettled++
    if (isEnough()) flush()
    else schedule()
  }

  /** Whether the queue need not wait for the end of the turn, or of its time. */
  function isEnough(): boolean {
    if (gatherMs > 0) return writing < inFlight && queue.length >= maxItems
    return inFlight > 1 && writing === 0 && queue.length >= Math.max(SMALL, usual / 2)
  }

  function schedule(): void {
    if (scheduled || queue.length === 0 || writing >= inFlight) return
    scheduled = true
    if (gatherMs === 0 || waiters.length > 0 || queue.length >= maxItems) immediate = setImmediate(flush)
    else timer = setTimeout(flush, gatherMs)
  }

  function flush(): void {
    scheduled = false
    clearTimeout(timer)
    clearImmediate(immediate)
    timer = undefined
    immediate = undefined
    while (queue.length > 0 && writing < inFlight && !isTooFew()) start(take())
  }

  /** A small group behind a large one costs the store as much as a large one: it rather grows until the large one ends. */
  function isTooFew(): boolean {
    return writing > 0 && gatherMs === 0 && usual >= 2 * SMALL && queue.length < usual / 2
  }

  function take(): T[] {
    let count = Math.min(queue.length, maxItems)
    if (weigh) {
      let bytes = 0
      for (let at = 0; at < count; at++) {
        bytes += weigh(queue[at] as T)
        if (bytes > maxBytes && at > 0) count = at
      }
    }
    if (count === queue.length) {
      const all = queue
      queue = []
      return all
    }
    return queue.splice(0, count)
  }

  function start(items: T[]): void {
    writing++
    usual = Math.max(unsettled, usual * 0.9)
    const ended = attempt(items).finally(() => {
      writing--
      schedule()
    })
    const before = tail
    tail = ended.then(async (end) => {
      await before
      unsettled -= items.length
      if ('error' in end) failed(items, end.error)
      else settle(items, end.result)
      if (unsettled === 0) for (const done of waiters.splice(0)) done()
    })
  }

  async function attempt(items: T[]): Promise<{ result: R } | { error: unknown }> {
    try {
      return { result: await write(items) }
    } catch (error) {
      return { error }
    }
  }

  return {
    add,
    get pending() {
      return unsettled
    },
    idle() {
      if (unsettled === 0) return Promise.resolve()
      const ended = new Promise<void>((resolve) => waiters.push(resolve))
      if (timer !== undefined) {
        clearTimeout(timer)
        timer = undefined
        immediate = setImmediate(flush)
      }
      return ended
    },
  }
}

/** Fewer items than this wait for the end of the turn. */
const SMALL = 8
