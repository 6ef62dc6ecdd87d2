import { hash, timingSafeEqual } from 'node:crypto'
import { getJsApiSignature } from '@wecom/crypto'
import { randomNonce } from './random.js'

const HEX = /^[0-9a-f]{40}$/

/**
 * The signature of a callback in lower-case hexadecimal: SHA-1 over the parts, sorted and joined. The parts are joined
 * without a separator, so the caller must have checked the shape of each (10 digits, a nonce) before trusting a match.
 */
export function sign(...parts: string[]): string {
  return hash('sha1', parts.sort().join(''))
}

const given20 = Buffer.alloc(20)
const expected20 = Buffer.alloc(20)

/** True when `given` is the signature of the parts; takes the same time wherever they differ. */
export function isSignature(given: string, ...parts: string[]): boolean {
  if (!HEX.test(given)) return false
  given20.write(given, 'hex')
  expected20.write(sign(...parts), 'hex')
  return timingSafeEqual(given20, expected20)
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
