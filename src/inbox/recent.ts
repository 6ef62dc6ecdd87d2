import type { ResolvedMessage } from '../core/message.js'

/** The answers of the last minutes, so that a platform's resend in this process never asks the store. */
export interface RecentAnswers {
  /** The answer (null: acknowledged without one), or undefined when this update is not among the recent ones. */
  get(id: string): ResolvedMessage | null | undefined
  set(id: string, answer: ResolvedMessage | null): void
  forget(id: string): void
  readonly size: number
}

/**
 * Two generations that change places: an entry lives between one and two periods and memory stays bounded.
 * WeChat resends within 15 s; what has left is found by the store's unique key.
 */
export function createRecentAnswers(periodMs = 60_000, capacity = 16_384): RecentAnswers {
  let young = createGeneration(capacity)
  let old = createGeneration(capacity)
  let turnAt = performance.now() + periodMs

  function turn(now: number): void {
    const before = old
    old = young
    young = before
    young.clear()
    if (now >= turnAt + periodMs) old.clear()
    turnAt = now + periodMs
  }

  return {
    get(id) {
      const now = performance.now()
      if (now >= turnAt) turn(now)
      const mark = markOf(id)
      const found = young.get(id, mark)
      return found === undefined ? old.get(id, mark) : found
    },
    set(id, answer) {
      const now = performance.now()
      if (now >= turnAt || young.size >= capacity) turn(now)
      young.set(id, markOf(id), answer)
    },
    forget(id) {
      const mark = markOf(id)
      young.forget(id, mark)
      old.forget(id, mark)
    },
    get size() {
      return young.size + old.size
    },
  }
}

/**
 * A hash table whose marks lie side by side in memory: nearly every question is about an id that is not there, and is
 * answered by one look at a mark. A `Map` of as many strings costs several times the reading and the collector's time.
 */
function createGeneration(capacity: number) {
  const slots = 2 ** Math.ceil(Math.log2(capacity * 2))
  const last = slots - 1
  /** 0 is free. */
  const marks = new Int32Array(slots)
  const ids: string[] = []
  const answers: (ResolvedMessage | null)[] = []
  /** Where an id stands in `ids` and `answers`. */
  const places = new Int32Array(slots)
  let size = 0

  /** The slot of the id, or the free one where its search ends. */
  function find(id: string, mark: number): number {
    let slot = mark & last
    while (marks[slot] !== 0 && (marks[slot] !== mark || ids[places[slot] ?? 0] !== id)) slot = (slot + 1) & last
    return slot
  }

  return {
    get(id: string, mark: number): ResolvedMessage | null | undefined {
      const slot = find(id, mark)
      return marks[slot] === 0 ? undefined : answers[places[slot] ?? 0]
    },
    set(id: string, mark: number, answer: ResolvedMessage | null): void {
      const slot = find(id, mark)
      if (marks[slot] === 0) {
        marks[slot] = mark
        places[slot] = size++
      }
      const place = places[slot] ?? 0
      ids[place] = id
      answers[place] = answer
    },
    /** Leaves the slot taken, by an id that nobody has. */
    forget(id: string, mark: number): void {
      const slot = find(id, mark)
      if (marks[slot] !== 0) ids[places[slot] ?? 0] = ''
    },
    clear(): void {
      marks.fill(0)
      ids.length = 0
      answers.length = 0
      size = 0
    },
    get size() {
      return size
    },
  }
}

/** Never 0. What two ids have in common is in front, what tells them apart at the end. */
function markOf(id: string): number {
  let hash = id.length
  for (let at = Math.max(0, id.length - 24); at < id.length; at++)
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  hash ^= hash >>> 15
  return hash | 0x40000000
}
