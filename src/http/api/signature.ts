import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed request carries in `Authorization: WXB1 keyId=...,ts=...,nonce=...,sig=...`. */
export interface Signature {
  keyId: string
  /** Seconds since 1970. */
  ts: number
  /** 16 to 64 letters, digits, `-` or `_`; used once. */
  nonce: string
  /** 64 lower-case hex digits. */
  sig: string
}

/** What is signed. */
export interface Signed {
  method: string
  /** As it stands in the request line, without the query. */
  path: string
  /** As it stands in the request line, without `?`. */
  query: string
  ts: number
  nonce: string
  body: Buffer
}

const FORM =
  /^WXB1 +keyId=([A-Za-z0-9_-]{8,64}) *, *ts=(\d{10}) *, *nonce=([A-Za-z0-9_-]{16,64}) *, *sig=([0-9a-f]{64})$/

/** The parts of an `Authorization` header; undefined when it has another form. */
export function parseSignature(header: string): Signature | undefined {
  const found = FORM.exec(header)
  if (!found) return undefined
  const [, keyId = '', ts = '', nonce = '', sig = ''] = found
  return { keyId, ts: Number(ts), nonce, sig }
}

/**
 * The text that is signed, seven lines: `WXB1`, method, path, query, ts, nonce and the SHA-256 of the body in hex. The
 * query's pairs are encoded as RFC 3986 says, then sorted by name and value, so that no proxy's rewriting breaks it.
 */
export function signedText({ method, path, query, ts, nonce, body }: Signed): string {
  const digest = createHash('sha256').update(body).digest('hex')
  return ['WXB1', method.toUpperCase(), path, sortedQuery(query), String(ts), nonce, digest].join('\n')
}

/** HMAC-SHA256 of `signedText`, as 64 hex digits. */
export function sign(secret: string, signed: Signed): string {
  return createHmac('sha256', secret).update(signedText(signed)).digest('hex')
}

/** True when one of the secrets made the signature. Every secret is tried, whichever fits, in constant time. */
export function isSignedBy(secrets: readonly string[], signed: Signed, sig: string): boolean {
  const text = signedText(signed)
  const given = Buffer.from(sig, 'hex')
  let fits = false
  for (const secret of secrets) {
    const right = createHmac('sha256', secret).update(text).digest()
    if (given.length === right.length && timingSafeEqual(given, right)) fits = true
  }
  return fits
}

function sortedQuery(query: string): string {
  if (query === '') return ''
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => [encode(name), encode(value)] as const)
  return pairs
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const encode = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
