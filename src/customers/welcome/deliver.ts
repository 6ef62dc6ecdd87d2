import type { Clock } from '../../core/clock.js'
import type { ResolvedMessage } from '../../core/message.js'
import type { WelcomeStatus } from './model.js'
import type { WelcomeSender } from './ports.js'

/** How the sending of a welcome ended. `left`: the product is shutting down and nothing was sent. */
export interface Delivered {
  status: Extract<WelcomeStatus, 'sent' | 'not-due' | 'too-late' | 'failed'> | 'left'
  reason?: string
  tries: number
}

export interface DeliverOptions {
  sender: WelcomeSender
  clock: Clock
  wait(ms: number, signal: AbortSignal): Promise<unknown>
  /** Aborts when the product shuts down. */
  closing: AbortSignal
}

/** A call that starts with less left cannot end in time. */
const LEAST_MS = 300
const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 2_000
/** The other app's welcome is out by then, or will not be. */
const OTHER_APP_PAUSE_MS = 2_000

/**
 * Sends a welcome before its code ends (20 s after the customer was added). What surely was not sent is tried again while
 * there is time; another app's sending gives one more try; what may have arrived is never repeated.
 */
export async function deliverWelcome(
  { sender, clock, wait, closing }: DeliverOptions,
  { code, deadline }: { code: string; deadline: Date },
  messages: readonly ResolvedMessage[],
): Promise<Delivered> {
  const leftMs = () => deadline.getTime() - clock.now().getTime()
  let others = 0
  let reason: string | undefined
  for (let tries = 0; ; ) {
    if (leftMs() < LEAST_MS) return { status: 'too-late', tries, ...(reason !== undefined && { reason }) }
    if (closing.aborted) return { status: 'left', tries }
    tries += 1
    const found = await inTime(leftMs(), (signal) => sender.send(code, messages, signal))
    switch (found.end) {
      case 'sent':
      case 'not-due':
      case 'too-late':
        return { status: found.end, tries }
      case 'failed':
        return { status: 'failed', reason: found.reason, tries }
      case 'unclear':
        return { status: 'failed', reason: `unclear: ${found.reason}`, tries }
      case 'other-app':
        others += 1
        reason = 'another app is sending a welcome'
        if (others > 1) return { status: 'failed', reason, tries }
        await wait(Math.min(OTHER_APP_PAUSE_MS, leftMs()), closing)
        break
      case 'not-sent':
        reason = found.reason
        await wait(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS, Math.max(0, leftMs())), closing)
        break
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
