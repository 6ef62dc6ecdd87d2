import { request } from 'undici'
import type { Attempt } from '../../exchanges.js'
import { cut } from '../../exchanges.js'
import type { Platform } from '../../platform.js'

/** What one HTTP request to the product brought. */
export type Answer = { status: number; raw: string; ms: number } | { problem: string; ms: number }

const MAX_ANSWER = 1024 * 1024

/**
 * Sends one request and reads the answer, all within `limitMs`; then the connection is cut, as WeChat cuts it after
 * 5 s. Redirects are not followed.
 */
export async function sendOnce(
  platform: Platform,
  target: { url: string; method: 'GET' | 'POST'; body?: string },
  limitMs: number,
): Promise<Answer> {
  const started = performance.now()
  const abort = new AbortController()
  platform.sending.add(abort)
  const timer = setTimeout(() => abort.abort(), limitMs)
  const ms = () => Math.round((performance.now() - started) * 10) / 10
  try {
    const answer = await request(target.url, {
      method: target.method,
      dispatcher: platform.agent,
      signal: abort.signal,
      headers: { 'user-agent': 'Mozilla/4.0', accept: '*/*', ...(target.body === undefined ? {} : XML_BODY) },
      ...(target.body === undefined ? {} : { body: target.body }),
    })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body) {
      size += (chunk as Buffer).length
      if (size > MAX_ANSWER) return { problem: `the answer is longer than ${MAX_ANSWER} bytes`, ms: ms() }
      chunks.push(chunk as Buffer)
    }
    return { status: answer.statusCode, raw: Buffer.concat(chunks).toString(), ms: ms() }
  } catch (error) {
    return { problem: problemOf(error, abort.signal.aborted, limitMs), ms: ms() }
  } finally {
    clearTimeout(timer)
    platform.sending.delete(abort)
  }
}

/** An attempt for the log. */
export function attemptOf(n: number, startedAt: number, answer: Answer): Attempt {
  return 'problem' in answer
    ? { n, startedAt, ms: answer.ms, problem: answer.problem }
    : { n, startedAt, ms: answer.ms, status: answer.status, raw: cut(answer.raw) }
}

const XML_BODY = { 'content-type': 'text/xml' }

function problemOf(error: unknown, aborted: boolean, limitMs: number): string {
  if (aborted) return `no answer within ${limitMs} ms; the connection was cut`
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return `not reachable: ${code || (error instanceof Error ? error.message : String(error))}`
}
