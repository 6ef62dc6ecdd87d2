import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** How codes are made; authenticator apps know no other reliably than the standard. */
export interface TotpShape {
  algorithm: 'sha1' | 'sha256' | 'sha512'
  digits: number
  stepSeconds: number
}

const STANDARD: TotpShape = { algorithm: 'sha1', digits: 6, stepSeconds: 30 }
/** Steps before and after ours that are taken: clocks of telephones differ. */
const SPREAD = 1

/** A new secret: 160 bits, as RFC 4226 asks. */
export const newTotpSecret = (): Buffer => randomBytes(20)

/** The step of RFC 6238 at a time. */
export function totpStep(at: Date, { stepSeconds }: TotpShape = STANDARD): number {
  return Math.floor(at.getTime() / 1000 / stepSeconds)
}

/** The code of a step (RFC 6238 over RFC 4226). */
export function totpCode(secret: Buffer, step: number, { algorithm, digits }: TotpShape = STANDARD): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(algorithm, secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The step whose code this is, of those near `at` and after `lastStep`; undefined for none. Write the step down before
 * the code counts: each is good once.
 */
export function totpFits(secret: Buffer, code: string, at: Date, lastStep = -1): number | undefined {
  const given = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(given)) return undefined
  const now = totpStep(at)
  let found: number | undefined
  for (let step = now - SPREAD; step <= now + SPREAD; step += 1) {
    const fits = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(given))
    if (fits && step > lastStep) found = step
  }
  return found
}

/** What an authenticator app reads from a code on the screen. */
export function totpUri(secret: Buffer, login: string, issuer = 'WeLoop'): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(login)}`
  const query = `secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=30`
  return `otpauth://totp/${label}?${query}`
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base 32 of RFC 4648 without padding. */
export function base32(bytes: Buffer): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += LETTERS[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text
}
