import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'

/** Whether updates go straight to the store, or to the spool until it is back. */
export interface StoreHealth {
  readonly up: boolean
  /** A write failed or the spool holds something: from now on the spool takes updates, and the store is tried. */
  lost(reason: unknown): void
  /** Tries now instead of at the next turn of the clock. */
  tryNow(): Promise<void>
  close(): void
}

/** What the watch needs. */
export interface HealthDeps {
  log: Logger
  /** Rejects while the store does not answer. */
  ping(): Promise<void>
  /** Brings in what waited meanwhile; only when it has succeeded is the store in use again. */
  recover(): Promise<void>
}

/** Watches the store after a failure: tried after 250 ms, then at growing intervals of at most 2 s. */
export function createStoreHealth({ log, ping, recover }: HealthDeps): StoreHealth {
  let up = true
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let trying: Promise<void> | undefined
  let waitMs = FIRST_MS
  let since = 0

  function plan(): void {
    if (closed || up || timer) return
    timer = setTimeout(() => {
      timer = undefined
      void tryNow()
    }, waitMs)
    timer.unref()
    waitMs = Math.min(waitMs * 2, LONGEST_MS)
  }

  function tryNow(): Promise<void> {
    trying ??= attempt().finally(() => {
      trying = undefined
      plan()
    })
    return trying
  }

  async function attempt(): Promise<void> {
    if (up || closed) return
    try {
      await ping()
      await recover()
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'store still unreachable')
      return
    }
    up = true
    waitMs = FIRST_MS
    clearTimeout(timer)
    timer = undefined
    log.info({ downMs: Math.round(performance.now() - since) }, 'store in use again, spool empty')
  }

  return {
    get up() {
      return up
    },
    lost(reason) {
      if (!up) return
      up = false
      since = performance.now()
      log.warn({ reason: messageOf(reason) }, 'store not in use, updates go to the spool')
      plan()
    },
    tryNow,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

const FIRST_MS = 250
const LONGEST_MS = 2000
