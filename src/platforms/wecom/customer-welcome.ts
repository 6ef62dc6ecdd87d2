import { AppError, messageOf } from '../../core/errors.js'
import type { ResolvedMessage } from '../../core/message.js'
import { DownloadError } from '../shared/download.js'
import { TokenProblem } from '../shared/token.js'
import type { WecomClient } from './client.js'
import type { CustomerMessages } from './customer-message.js'
import { WecomApiError } from './errors.js'

/** What became of one try to welcome a customer. */
export type WelcomeTry =
  | { end: 'sent' }
  /** The conversation has begun, or another welcome went out: nothing is due. */
  | { end: 'not-due' }
  /** The code was used or is over. */
  | { end: 'too-late' }
  /** Another app is sending one now: worth one more try. */
  | { end: 'other-app' }
  /** Surely not sent, and another try may help. */
  | { end: 'not-sent'; reason: string }
  /** It may have been sent. */
  | { end: 'unclear'; reason: string }
  /** Refused for good. */
  | { end: 'failed'; reason: string }

/** Sends welcomes of one account: never rejects, every end is a value. */
export interface CustomerWelcome {
  /** What of the messages does not fit a welcome, a sentence each. */
  problems(messages: readonly ResolvedMessage[]): string[]
  send(code: string, messages: readonly ResolvedMessage[], signal?: AbortSignal): Promise<WelcomeTry>
}

/** The welcomes over an account's client. A media id that the platform refuses (40007) is made anew once. */
export function createCustomerWelcome(ports: {
  client: Pick<WecomClient, 'welcome'>
  messages: CustomerMessages
}): CustomerWelcome {
  const { client, messages: customer } = ports

  async function attempt(
    code: string,
    messages: readonly ResolvedMessage[],
    signal: AbortSignal | undefined,
    fresh: boolean,
  ): Promise<WelcomeTry | 'worn'> {
    let prepared: Awaited<ReturnType<typeof customer.prepare<'message'>>>
    try {
      prepared = await customer.prepare(messages, 'message', { fresh })
    } catch (error) {
      return unprepared(error)
    }
    if (signal?.aborted) return { end: 'not-sent', reason: 'the media were not ready in time' }
    try {
      return { end: await client.welcome.send(code, prepared, signal ? { signal } : {}) }
    } catch (error) {
      if (error instanceof WecomApiError && error.class === 'media' && !fresh) return 'worn'
      return refused(error)
    }
  }

  return {
    problems: (messages) => customer.problems(messages, 'message'),
    async send(code, messages, signal) {
      const first = await attempt(code, messages, signal, false)
      if (first !== 'worn') return first
      const second = await attempt(code, messages, signal, true)
      return second === 'worn' ? { end: 'failed', reason: 'the platform refuses the media' } : second
    },
  }
}

/** Nothing went out; what may pass by itself is worth another try. */
function unprepared(error: unknown): WelcomeTry {
  const reason = messageOf(error)
  if (error instanceof DownloadError) return { end: error.temporary ? 'not-sent' : 'failed', reason }
  if (error instanceof TokenProblem) return { end: error.kind === 'wait' ? 'not-sent' : 'failed', reason }
  if (error instanceof WecomApiError) {
    return { end: PASSING.has(error.class) || error.class === 'uncertain' ? 'not-sent' : 'failed', reason }
  }
  return { end: error instanceof AppError ? 'failed' : 'not-sent', reason }
}

const PASSING: ReadonlySet<string> = new Set(['not-sent', 'busy', 'concurrency', 'token'])

function refused(error: unknown): WelcomeTry {
  const reason = messageOf(error)
  if (error instanceof TokenProblem) return { end: error.kind === 'wait' ? 'not-sent' : 'failed', reason }
  if (!(error instanceof WecomApiError) || error.class === 'uncertain') return { end: 'unclear', reason }
  return { end: PASSING.has(error.class) ? 'not-sent' : 'failed', reason }
}
