import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { randomBlock } from './ids.js'

/** Lexicographically sorted, joined, SHA-1 in hex: WeChat's signature of a callback. */
export function sign(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex')
}

/** Compares two signatures in constant time. */
export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** The 43-character EncodingAESKey as 32 bytes; throws when it is not one. */
export function aesKey(encoded: string): Buffer {
  if (!/^[A-Za-z0-9]{43}$/.test(encoded)) throw new Error('an EncodingAESKey has 43 characters of A-Z a-z 0-9')
  return Buffer.from(`${encoded}=`, 'base64')
}

/** Encrypts as the platform does: random(16), length, message, appid, PKCS#7 in blocks of 32, AES-256-CBC, base64. */
export function encrypt(key: Buffer, message: string, appid: string, random: Buffer = randomBlock(16)): string {
  const text = Buffer.from(message)
  const id = Buffer.from(appid)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const size = 20 + text.length + id.length
  const pad = 32 - (size % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([random, length, text, id, Buffer.alloc(pad, pad)])
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

/** What an envelope held, or why the platform would refuse it. */
export type Opened = { ok: true; message: string; appid: string } | { ok: false; reason: string }

/** Opens an envelope and checks base64, padding, length and UTF-8. The caller compares the appid. */
export function decrypt(key: Buffer, encoded: string): Opened {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return refused('Encrypt is not base64')
  const cipherText = Buffer.from(encoded, 'base64')
  if (cipherText.length === 0 || cipherText.length % 32 !== 0) return refused('Encrypt is not whole blocks of 32 bytes')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(cipherText), decipher.final()])
  const pad = plain[plain.length - 1] ?? 0
  if (pad < 1 || pad > 32) return refused('wrong padding')
  const end = plain.length - pad
  if (!plain.subarray(end).every((byte) => byte === pad) || end < 20) return refused('wrong padding')
  const length = plain.readUInt32BE(16)
  if (20 + length > end) return refused('the length field is longer than the message')
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    const message = utf8.decode(plain.subarray(20, 20 + length))
    return { ok: true, message, appid: utf8.decode(plain.subarray(20 + length, end)) }
  } catch {
    return refused('not UTF-8')
  }
}

function refused(reason: string): Opened {
  return { ok: false, reason }
}
