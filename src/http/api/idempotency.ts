import { createHash } from 'node:crypto'
import { ApiError } from './route.js'

/** What is known of an `Idempotency-Key`. */
export type Claimed =
  /** Nobody used it: do the work, then `keep` or `release` it. */
  | { state: 'new'; claim: string }
  /** Somebody is at it. */
  | { state: 'running'; retryAfterSeconds: number }
  /** It was used for another request. */
  | { state: 'other' }
  | { state: 'done'; status: number; body: string }

/** Remembers answers for 24 hours over all processes. */
export interface AnswerPort {
  /** `hash` tells requests apart. A claim that was neither kept nor released is free again after a minute. */
  claim(caller: string, key: string, hash: string): Promise<Claimed>
  keep(claim: string, status: number, body: string): Promise<void>
  release(claim: string): Promise<void>
}

/** An answer as it is sent. */
export interface SentAnswer {
  status: number
  body: string
  /** True when it was given before. */
  replayed?: boolean
}

/** The value of the header; throws ApiError 400 for one that cannot be a key. */
export function idempotencyKey(header: string | undefined, required: boolean): string | undefined {
  if (header === undefined) {
    if (!required) return undefined
    throw refused('is missing', 'send a value of your own for every message, such as the id of your task')
  }
  const key = header.trim()
  if (!/^[\x21-\x7e]{8,128}$/.test(key)) throw refused('has another form', 'use 8 to 128 printable ASCII characters')
  return key
}

/**
 * Runs `work` once for a caller's key: a repetition gets the answer that was given, a different request under the same
 * key 422, one that comes while the first is under way 409. Refusals and failures are not kept: they changed nothing
 * or may be tried again.
 */
export async function once(
  answers: AnswerPort,
  about: { caller: string; key: string; method: string; url: string; body: Buffer },
  work: () => Promise<SentAnswer>,
): Promise<SentAnswer> {
  const hash = createHash('sha256').update(`${about.method}\n${about.url}\n`).update(about.body).digest('hex')
  const claimed = await answers.claim(about.caller, about.key, hash)
  switch (claimed.state) {
    case 'done':
      return { status: claimed.status, body: claimed.body, replayed: true }
    case 'other':
      throw new ApiError(422, 'idempotency.reused', 'the Idempotency-Key was used for another request', {
        problems: [
          { field: 'Idempotency-Key', message: 'was used for another request', fix: 'a new key for a new one' },
        ],
      })
    case 'running': {
      const { retryAfterSeconds } = claimed
      throw new ApiError(409, 'idempotency.running', 'a request with this key is under way', { retryAfterSeconds })
    }
    case 'new':
  }
  let answer: SentAnswer
  try {
    answer = await work()
  } catch (error) {
    await answers.release(claimed.claim).catch(() => undefined)
    throw error
  }
  await answers.keep(claimed.claim, answer.status, answer.body)
  return answer
}

const refused = (message: string, fix: string) =>
  new ApiError(400, 'idempotency.key', `the Idempotency-Key ${message}`, {
    problems: [{ field: 'Idempotency-Key', message, fix }],
  })
