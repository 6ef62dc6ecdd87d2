import type { Clock } from '../core/clock.js'
import type { ResolvedMessage } from '../core/message.js'
import type { CodeEnd } from './code-book.js'
import type { KfAccount } from './ports.js'

/** How saying something for a code ended. `left`: the product is shutting down and nothing was said. */
export type Said = CodeEnd | { status: 'left' }

/** A call that starts with less left cannot end in time. */
const LEAST_MS = 300
/** Longer than this no call is waited for. */
const CALL_MS = 20_000
const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 2_000
/** Codes that live for days are not tried for days. */
const MOST_TRIES = 8

/**
 * Says something for a code before it ends. What surely was not sent is tried again while there is time; what may have
 * arrived is never repeated.
 */
export async function sayInTime(
  ports: {
    one: KfAccount
    clock: Clock
    wait(ms: number, signal: AbortSignal): Promise<unknown>
    closing: AbortSignal
  },
  { code, deadline }: { code: string; deadline: Date },
  message: ResolvedMessage,
): Promise<Said> {
  const { one, clock, wait, closing } = ports
  const leftMs = () => deadline.getTime() - clock.now().getTime()
  let reason: string | undefined
  for (let tries = 0; ; ) {
    if (leftMs() < LEAST_MS) return { status: 'too-late', tries, ...(reason !== undefined && { reason }) }
    if (closing.aborted) return { status: 'left' }
    tries += 1
    const found = await inTime(Math.min(leftMs(), CALL_MS), (signal) => one.sayOnCode(code, message, signal))
    switch (found.end) {
      case 'sent':
      case 'too-late':
        return { status: found.end, tries }
      case 'failed':
        return { status: 'failed', reason: found.reason, tries }
      case 'unclear':
        return { status: 'failed', reason: `unclear: ${found.reason}`, tries }
      case 'not-sent':
        reason = found.reason
        if (tries >= MOST_TRIES) return { status: 'failed', reason, tries }
        await wait(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS, Math.max(0, leftMs())), closing)
    }
  }
}

async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), ms)
  try {
    return await work(over.signal)
  } finally {
    clearTimeout(timer)
  }
}
