import type { Logger } from '../core/log.js'

/** What is told about a refused request. Never the query or the body: they hold signatures and people's words. */
export interface Refusal {
  /** The account asked for, when it has the shape of one. */
  account: string
  reason: string
  remote: string
}

/** Logs refusals so that a flood of them cannot flood the log. */
export interface RefusalLog {
  add(refusal: Refusal): void
  /** Writes what is still counted and stops. */
  close(): void
}

/**
 * The first `perWindow` refusals of a window are logged one line each; the others are counted and summed up, by
 * reason, when the window ends.
 */
export function createRefusalLog(log: Logger, { perWindow = 20, windowMs = 10_000 } = {}): RefusalLog {
  let logged = 0
  let counted = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  function endWindow(): void {
    clearTimeout(timer)
    timer = undefined
    logged = 0
    if (counted.size === 0) return
    const total = [...counted.values()].reduce((sum, count) => sum + count, 0)
    log.warn(
      { refused: total, reasons: Object.fromEntries(counted), windowMs },
      'further webhook requests were refused',
    )
    counted = new Map()
  }

  return {
    add(refusal) {
      timer ??= setTimeout(endWindow, windowMs).unref()
      if (logged < perWindow) {
        logged += 1
        log.warn(refusal, 'webhook request refused')
        return
      }
      const reason = refusal.reason.replace(/\d+/g, 'n')
      const known = counted.has(reason) || counted.size < 50 ? reason : 'other reasons'
      counted.set(known, (counted.get(known) ?? 0) + 1)
    },
    close: endWindow,
  }
}
