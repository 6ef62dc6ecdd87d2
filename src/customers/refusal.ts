import { messageOf } from '../core/errors.js'

/** What a refused call says of itself; the client's errors are so. */
export interface CallError {
  message: string
  class: string
  reason?: { en: string; zh: string }
}

/** A refusal as it is kept and shown: without the platform's codes. */
export interface Refusal {
  class: string
  reason: string
}

/** The class an API error carries (`relation`, `quota` ...), if it is one. */
export function classOf(error: unknown): string | undefined {
  const found = typeof error === 'object' && error !== null && 'class' in error ? error.class : undefined
  return typeof found === 'string' ? found : undefined
}

/** A caught error in words; Chinese where the client's table has them. */
export function refusalOf(error: unknown): Refusal {
  const reason = typeof error === 'object' && error !== null && 'reason' in error ? error.reason : undefined
  const zh = typeof reason === 'object' && reason !== null && 'zh' in reason ? reason.zh : undefined
  return { class: classOf(error) ?? 'unknown', reason: typeof zh === 'string' ? zh : messageOf(error) }
}

/** True when nothing can be said about the thing itself: the call has to be made again later. */
export function isPassing(error: unknown): boolean {
  const found = classOf(error)
  return found === undefined || PASSING.includes(found)
}

const PASSING = ['busy', 'concurrency', 'token', 'credential', 'ip', 'banned', 'not-sent', 'uncertain', 'http']
