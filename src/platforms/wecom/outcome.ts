import { AppError, messageOf, unreachable } from '../../core/errors.js'
import type { Outcome, SkipReason } from '../../core/outcome.js'
import { DownloadError } from '../shared/download.js'
import { TokenProblem } from '../shared/token.js'
import { WecomApiError } from './errors.js'

/** What a failed send means for the delivery. Only an end after the request was written is `uncertain`. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof TokenProblem) {
    return error.kind === 'stop'
      ? { ...retry(error.message, error.retryAfterMs), park: true }
      : retry(error.message, error.retryAfterMs)
  }
  if (error instanceof WecomApiError) return outcomeOfApi(error)
  return { state: 'uncertain', reason: messageOf(error) }
}

/** What a failure before the message itself was sent means (its media): nothing went out, so it is never `uncertain`. */
export function outcomeOfPreparation(error: unknown): Outcome {
  if (error instanceof DownloadError) {
    return error.temporary ? retry(error.message, 60_000) : { state: 'failed', reason: error.message }
  }
  if (error instanceof TokenProblem || error instanceof WecomApiError) {
    const outcome = outcomeOf(error)
    return outcome.state === 'uncertain' ? retry(error.message, 5_000) : outcome
  }
  return error instanceof AppError ? { state: 'failed', reason: error.message } : retry(messageOf(error), 30_000)
}

function outcomeOfApi(error: WecomApiError): Outcome {
  const { errcode } = error
  const code = errcode === undefined ? {} : { code: errcode }
  const skip = (reason: SkipReason): Outcome => ({ state: 'skipped', reason, detail: error.message, ...code })
  const later = (ms: number): Outcome => retry(error.message, ms, errcode)
  const parked = (ms: number): Outcome => ({ ...retry(error.message, ms, errcode), park: true })
  switch (error.class) {
    case 'uncertain':
      return { state: 'uncertain', reason: error.message }
    case 'not-sent':
    case 'token':
      return later(5_000)
    case 'busy':
    case 'concurrency':
      return later(30_000)
    case 'credential':
      return parked(600_000)
    case 'ip':
    case 'http':
      return parked(60_000)
    case 'quota':
      return error.retryAfterMs === undefined ? parked(60_000) : later(error.retryAfterMs)
    case 'staff':
      return skip('identity-unknown')
    case 'relation':
      return skip('not-following')
    case 'permission':
    case 'banned':
      return skip('no-permission')
    case 'window-closed':
      return skip('window-closed')
    case 'window-used-up':
      return skip('window-used-up')
    case 'done':
      return { state: 'sent' }
    case 'capacity':
    case 'gone':
    case 'media':
    case 'content':
    case 'state':
    case 'request':
    case 'unknown':
      return { state: 'failed', reason: error.message, ...code }
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
