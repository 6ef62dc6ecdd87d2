import { createHash, createHmac, randomBytes } from 'node:crypto'

/** What is signed of a request. */
export interface Unsigned {
  method: string
  /** From the first slash after the host, without the query. */
  path: string
  query: URLSearchParams
  body: string
}

/** A key of `weloop key create`. */
export interface ClientKey {
  keyId: string
  secret: string
}

/** The `Authorization` header of one request; every attempt needs a new one. `at` is ms since 1970. */
export function authorization({ keyId, secret }: ClientKey, request: Unsigned, at: number): string {
  const ts = String(Math.floor(at / 1000))
  const nonce = randomBytes(16).toString('hex')
  const digest = createHash('sha256').update(request.body).digest('hex')
  const lines = ['WXB1', request.method, request.path, canonical(request.query), ts, nonce, digest]
  const sig = createHmac('sha256', secret).update(lines.join('\n')).digest('hex')
  return `WXB1 keyId=${keyId},ts=${ts},nonce=${nonce},sig=${sig}`
}

function canonical(query: URLSearchParams): string {
  const pairs: string[][] = []
  for (const [name, value] of query) pairs.push([escaped(name), escaped(value)])
  pairs.sort(([a = '', x = ''], [b = '', y = '']) => (a === b ? Number(x > y) - Number(x < y) : a < b ? -1 : 1))
  return pairs.map((pair) => pair.join('=')).join('&')
}

/** RFC 3986: everything but letters, digits and `-._~` becomes %XX. */
const escaped = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte)
      return /[A-Za-z0-9._~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
