import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { base32 } from './totp.js'

/** A secret for a cookie or a link: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** An id that tells nothing: `per_` and 12 letters. */
export const newId = (kind: string): string => `${kind}_${randomBytes(9).toString('base64url')}`

/** Under which a token is kept: whoever reads the store cannot use it. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url')

/** The token against forged requests that belongs to a session's token. */
export const csrfOf = (token: string): string => createHash('sha256').update(`csrf:${token}`).digest('base64url')

/** Compares in constant time. */
export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A mark on a text that only holders of the key can make. */
export const markOf = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

/** Ten codes for the day the telephone is lost: 125 bits each, so that a plain hash keeps them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => {
    const text = base32(randomBytes(16)).slice(0, 25).toLowerCase()
    return (text.match(/.{5}/g) ?? []).join('-')
  })
}

/** Under which a recovery code is kept; spaces, dashes and capitals do not matter. */
export const recoveryHash = (code: string): string => tokenHash(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
