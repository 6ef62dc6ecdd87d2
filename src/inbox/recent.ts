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
  let young = new Map<string, ResolvedMessage | null>()
  let old = new Map<string, ResolvedMessage | null>()
  let turnAt = performance.now() + periodMs

  function turn(now: number): void {
    old = now >= turnAt + periodMs ? new Map() : young
    young = new Map()
    turnAt = now + periodMs
  }

  return {
    get(id) {
      const now = performance.now()
      if (now >= turnAt) turn(now)
      const found = young.get(id)
      return found === undefined ? old.get(id) : found
    },
    set(id, answer) {
      const now = performance.now()
      if (now >= turnAt || young.size >= capacity) turn(now)
      young.set(id, answer)
    },
    forget(id) {
      young.delete(id)
      old.delete(id)
    },
    get size() {
      return young.size + old.size
    },
  }
}
