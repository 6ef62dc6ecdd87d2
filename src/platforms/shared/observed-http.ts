import type { HttpClient, HttpEnd } from './http-client.js'

/** One call of a platform's API as it ended. Holds no address query, token or content. */
export interface ObservedCall {
  /** The path: `/cgi-bin/message/custom/send`. */
  endpoint: string
  /** The errcode, `0` for success, or how it ended without one: `not-sent`, `uncertain`, `http-502`. */
  code: string
  tookMs: number
  /** The platform's id of a refused request, for its support. */
  rid?: string
}

/** The client, telling of every call that went through it. Telling must not throw and must not wait. */
export function observedHttp(http: HttpClient, tell: (call: ObservedCall) => void): HttpClient {
  return {
    ...http,
    async request(request) {
      const began = performance.now()
      const end = await http.request(request)
      const tookMs = performance.now() - began
      tell({ endpoint: request.url.pathname, tookMs, ...codeOf(end) })
      return end
    },
  }
}

/** Answers to messages: nothing needs to be looked for in them. */
const OK = Buffer.from('{"errcode":0,"errmsg":"ok"}')
/** Errors are short, and the field stands in front of longer answers. */
const WHOLE = 4096
const HEAD = 256
/** Inside of a text of JSON the quotes would be escaped, so this is a field. */
const ERRCODE = /"errcode"\s*:\s*(-?\d{1,9})/
const RID = /rid:?\s*([0-9a-f]+(?:-[0-9a-f]+)+)/i

/** Exported for its test: the code that an exchange ended with. */
export function codeOf(end: HttpEnd): { code: string; rid?: string } {
  if (end.end !== 'answered') return { code: end.end }
  const { body, status } = end
  if (status === 200 && body.equals(OK)) return { code: '0' }
  const text = body.toString('latin1', 0, body.length > WHOLE ? HEAD : body.length)
  const code = ERRCODE.exec(text)?.[1]
  if (code !== undefined && code !== '0') {
    const rid = RID.exec(text)?.[1]
    return { code, ...(rid !== undefined && { rid }) }
  }
  if (status < 200 || status > 204) return { code: `http-${status}` }
  // A page in place of an answer: some gateway spoke.
  return { code: /^\s*<(!doctype|html)/i.test(text) ? 'uncertain' : '0' }
}
