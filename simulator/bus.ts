/** What happened on the platform, as the page and waiting readers see it. */
export type Happening =
  | { type: 'thread'; account: string; follower: string; entry: unknown }
  | { type: 'service'; account: string; follower: string; entry: unknown }
  | { type: 'shop'; account: string; order: unknown }
  | { type: 'shop-call'; account: string; call: unknown }
  | { type: 'typing'; account: string; follower: string; on: boolean }
  | { type: 'follower'; account: string; follower: string; state: unknown }
  | { type: 'exchange'; account: string; exchange: unknown }
  | { type: 'call'; account: string; call: unknown }
  | { type: 'menu'; account: string }
  | { type: 'corp'; account: string; about: CorpSubject; id: string; entry?: unknown; view?: unknown }
  | { type: 'clock'; now: number }
  | { type: 'reset' }

/** What of a corporation something happened to. */
export type CorpSubject =
  | 'app'
  | 'chat'
  | 'group'
  | 'group-thread'
  | 'customer'
  | 'staff'
  | 'task'
  | 'moment'
  | 'internal'
  | 'robot'
  | 'kf'
  | 'kf-account'
  | 'state'

/** Publishes happenings to listeners and wakes waiting readers. */
export interface Bus {
  publish(happening: Happening): void
  /** Returns the function that ends the subscription. */
  subscribe(listener: (happening: Happening) => void): () => void
  /** Whether anybody listens; a payload that is costly to build can be left out when nobody does. */
  readonly busy: boolean
  /**
   * Resolves with `read()` as soon as it gives something, looking again after each happening, or with undefined
   * after `waitMs`.
   */
  until<T>(read: () => T | undefined, waitMs: number): Promise<T | undefined>
  /** Wakes every waiting reader with nothing and forgets all listeners. */
  close(): void
}

/** A bus without memory: who is not there hears nothing. */
export function createBus(): Bus {
  const listeners = new Set<(happening: Happening) => void>()
  const waiting = new Set<() => void>()
  return {
    publish: (happening) => {
      for (const listener of listeners) listener(happening)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get busy() {
      return listeners.size > 0
    },
    until: (read, waitMs) => {
      const first = read()
      if (first !== undefined || waitMs <= 0) return Promise.resolve(first)
      return new Promise((resolve) => {
        const finish = (value: ReturnType<typeof read>) => {
          clearTimeout(timer)
          listeners.delete(look)
          waiting.delete(giveUp)
          resolve(value)
        }
        const giveUp = () => finish(undefined)
        const look = () => {
          const value = read()
          if (value !== undefined) finish(value)
        }
        const timer = setTimeout(giveUp, waitMs)
        listeners.add(look)
        waiting.add(giveUp)
      })
    },
    close: () => {
      for (const giveUp of [...waiting]) giveUp()
      listeners.clear()
    },
  }
}
