import { answerFields, errcodeIn } from '../../shared/answer-json.js'
import type { HttpEnd } from '../../shared/http-client.js'
import { errorOf, transportError } from '../errors.js'

/** A successful answer: its JSON fields, or bytes when the call is for a file. */
export type Answer = { fields: Record<string, unknown> } | { file: Buffer; contentType: string; name?: string }

/**
 * Reads how an API call ended. The errcode is looked for whatever the content type says; the HTTP status is 200 for
 * errors too. `accept`: errcodes that are an answer, not an error. Throws WecomApiError for everything else but success.
 */
export function readAnswer(
  endpoint: string,
  end: HttpEnd,
  wanted: 'json' | 'file' = 'json',
  accept: readonly number[] = [],
): Answer {
  if (end.end !== 'answered') throw transportError(endpoint, end.end, end.reason)
  const fields = answerFields(end.body)
  const errcode = fields && errcodeIn(fields)
  if (fields && errcode !== undefined) {
    if (accept.includes(errcode)) return { fields }
    throw errorOf(endpoint, errcode, String(fields['errmsg'] ?? ''))
  }
  if (end.status >= 500) throw transportError(endpoint, 'uncertain', `the gateway answered HTTP ${end.status}`)
  if (end.status === 429) throw transportError(endpoint, 'quota', 'the gateway answered HTTP 429')
  if (end.status < 200 || end.status > 204) {
    throw transportError(endpoint, 'http', `the gateway answered HTTP ${end.status}`)
  }
  const file = wanted === 'file' && end.body.length > 0
  if (file && (fields === undefined || fields['errcode'] === undefined)) {
    const name = /filename="?([^";]+)/.exec(end.headers['content-disposition'] ?? '')?.[1]
    const contentType = end.headers['content-type'] ?? 'application/octet-stream'
    return { file: end.body, contentType, ...(name !== undefined && { name }) }
  }
  if (fields) return { fields }
  throw transportError(endpoint, 'uncertain', 'the answer is not JSON')
}
