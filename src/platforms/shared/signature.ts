import { hash } from 'node:crypto'
import { getJsApiSignature } from '@wecom/crypto'
import { randomNonce } from './random.js'

const HEX = /^[0-9a-f]{40}$/

/**
 * The signature of a callback in lower-case hexadecimal: SHA-1 over the parts, sorted and joined. The parts are joined
 * without a separator, so the caller must have checked the shape of each (10 digits, a nonce) before trusting a match.
 */
export function sign(...parts: string[]): string {
  for (let at = 1; at < parts.length; at++) {
    const part = parts[at] ?? ''
    let before = at
    for (; before > 0 && (parts[before - 1] ?? '') > part; before--) parts[before] = parts[before - 1] ?? ''
    parts[before] = part
  }
  let joined = ''
  for (const part of parts) joined += part
  return hash('sha1', joined)
}

/** True when `given` is the signature of the parts; takes the same time wherever they differ. */
export function isSignature(given: string, ...parts: string[]): boolean {
  return HEX.test(given) && areEqual(given, sign(...parts))
}

/** Looks at all 40 digits and never branches on one: a loop costs a tenth of two buffers and `timingSafeEqual`. */
function areEqual(given: string, expected: string): boolean {
  let differences = 0
  for (let at = 0; at < 40; at++) differences |= given.charCodeAt(at) ^ expected.charCodeAt(at)
  return differences === 0
}

/** What a web page needs for `wx.config`. */
export interface PageSignature {
  nonce: string
  /** Seconds since 1970. */
  timestamp: number
  signature: string
}

/** Signs a page's address for the JS-SDK: without its `#...`, with a nonce from the system's random source. */
export function signPage(page: { url: string; ticket: string; now: Date; nonce?: string }): PageSignature {
  const nonce = page.nonce ?? randomNonce()
  const timestamp = Math.floor(page.now.getTime() / 1000)
  const url = page.url.split('#', 1)[0] ?? ''
  const { signature } = getJsApiSignature({ url, ticket: page.ticket, nonceStr: nonce, timestamp })
  return { nonce, timestamp, signature }
}
