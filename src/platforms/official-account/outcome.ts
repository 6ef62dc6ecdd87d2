import { AppError, messageOf, unreachable } from '../../core/errors.js'
import type { Outcome, SkipReason } from '../../core/outcome.js'
import { DownloadError } from '../shared/download.js'
import { untilMidnightShanghai } from '../shared/shanghai.js'
import { TokenProblem } from '../shared/token.js'
import { WeChatApiError } from './errors.js'

export { untilMidnightShanghai } from '../shared/shanghai.js'

/** What a failed send means for the delivery. Only an end after the request was written is `uncertain`. */
export function outcomeOf(error: unknown, now: Date): Outcome {
  if (error instanceof TokenProblem) return retry(error.message, error.retryAfterMs)
  if (error instanceof WeChatApiError) return outcomeOfApi(error, now)
  return { state: 'uncertain', reason: messageOf(error) }
}

/** What a failure before the message itself was sent means (its media): nothing went out, so it is never `uncertain`. */
export function outcomeOfPreparation(error: unknown, now: Date): Outcome {
  if (error instanceof DownloadError) {
    return error.temporary ? retry(error.message, 60_000) : { state: 'failed', reason: error.message }
  }
  if (error instanceof TokenProblem || error instanceof WeChatApiError) {
    const outcome = outcomeOf(error, now)
    return outcome.state === 'uncertain' ? retry(error.message, 5_000) : outcome
  }
  return error instanceof AppError ? { state: 'failed', reason: error.message } : retry(messageOf(error), 30_000)
}

function outcomeOfApi(error: WeChatApiError, now: Date): Outcome {
  const { errcode } = error
  const code = errcode === undefined ? {} : { code: errcode }
  const skip = (reason: SkipReason): Outcome => ({ state: 'skipped', reason, detail: error.message, ...code })
  const fail = (): Outcome & { state: 'failed' } => ({ state: 'failed', reason: error.message, ...code })
  const later = (ms: number): Outcome => retry(error.message, ms, errcode)
  const parked = (ms: number): Outcome => ({ ...retry(error.message, ms, errcode), park: true })
  switch (error.class) {
    case 'uncertain':
      return { state: 'uncertain', reason: error.message }
    case 'not-sent':
    case 'token':
      return later(5_000)
    case 'credential':
    case 'ip':
    case 'http':
    case 'quota-minute':
      return parked(60_000)
    case 'frequency':
      return later(90_000)
    case 'quota-day':
      return parked(untilMidnightShanghai(now))
    case 'window-closed':
      return skip('window-closed')
    case 'window-used-up':
      return skip('window-used-up')
    case 'not-following':
      return skip('not-following')
    case 'blocked':
      return skip('blocked')
    case 'refused':
      return skip('refused')
    case 'identity':
      return skip('identity-unknown')
    case 'permission':
    case 'banned':
      return skip('no-permission')
    case 'duplicate':
      return { state: 'sent' }
    case 'busy':
      return { ...fail(), slow: true }
    case 'template':
    case 'media':
    case 'content':
    case 'request':
    case 'unknown':
      return fail()
    default:
      return unreachable(error.class)
  }
}

const retry = (reason: string, afterMs: number, code?: number): Outcome & { state: 'retry' } => ({
  state: 'retry',
  reason,
  afterMs: Math.max(1_000, Math.ceil(afterMs)),
  ...(code !== undefined && { code }),
})
