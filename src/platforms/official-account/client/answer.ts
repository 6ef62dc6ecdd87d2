import { answerFields, errcodeIn } from '../../shared/answer-json.js'
import type { HttpEnd } from '../../shared/http-client.js'
import { errorOf, transportError } from '../errors.js'

/** A successful answer: its JSON fields, or bytes when the call is for a file. */
export type Answer = { fields: Record<string, unknown> } | { file: Buffer; contentType: string }

/**
 * Reads how an API call ended. The errcode is looked for whatever the content type says, since the platform's
 * gateways answer errors as text/plain and text/html too.
 * `accept`: errcodes that are an answer, not an error. Throws WeChatApiError for everything else but success.
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
  if (fields && errcode && accept.includes(errcode)) return { fields }
  if (fields && errcode) throw errorOf(endpoint, errcode, String(fields['errmsg'] ?? ''))
  if (end.status >= 500) throw transportError(endpoint, 'uncertain', `the gateway answered HTTP ${end.status}`)
  if (end.status === 429) throw transportError(endpoint, 'quota-minute', 'the gateway answered HTTP 429')
  if (end.status < 200 || end.status > 204) {
    throw transportError(endpoint, 'http', `the gateway answered HTTP ${end.status}`)
  }
  if (fields) return { fields }
  if (wanted === 'file' && end.body.length > 0) {
    return { file: end.body, contentType: end.headers['content-type'] ?? 'application/octet-stream' }
  }
  throw transportError(endpoint, 'uncertain', 'the answer is not JSON')
}
