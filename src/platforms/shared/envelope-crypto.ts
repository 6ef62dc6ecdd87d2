import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../core/errors.js'
import { decodeUtf8 } from './characters.js'
import { fillRandom } from './random.js'

/** What an envelope held, or why it was refused; one shape for every defect, the reason is for the log. */
export type Opened = { ok: true; text: string } | { ok: false; reason: string }

/** Opens and seals the encrypted envelopes of one EncodingAESKey and one receiver. */
export interface EnvelopeCrypto {
  /**
   * Decrypts base64 and checks everything that can be: canonical base64, whole blocks, every byte of the padding, the
   * length field, the receiver (in constant time), UTF-8. Verify the signature first: AES-CBC alone proves nothing.
   */
  open(encrypted: string): Opened
  /** Encrypts text for the platform, as base64. */
  seal(text: string): string
}

const BLOCK = 32
const HEAD = 20

/**
 * The envelope of WeChat and WeCom: random(16), length(4, big-endian), text, receiver id, PKCS#7 to 32 bytes,
 * AES-256-CBC. The cipher contexts live on between messages: what is left over from the last one only changes the
 * first 16 bytes, which are random and thrown away by the receiver, and only whole blocks may enter.
 * @param key the EncodingAESKey: exactly 43 letters and digits.
 * @param id the appid of an account or the corpid of a WeCom corporation.
 * @throws AppError when the key is not one.
 */
export function createEnvelopeCrypto(key: string, id: string): EnvelopeCrypto {
  if (!/^[A-Za-z0-9]{43}$/.test(key)) {
    throw new AppError('config.aesKey', 'an EncodingAESKey is exactly 43 letters and digits', {
      fix: 'copy it again from the console of the platform',
    })
  }
  const secret = Buffer.from(`${key}=`, 'base64')
  const iv = secret.subarray(0, 16)
  const decipher = createDecipheriv('aes-256-cbc', secret, iv).setAutoPadding(false)
  const cipher = createCipheriv('aes-256-cbc', secret, iv).setAutoPadding(false)
  const receiver = Buffer.from(id)

  return {
    open(encrypted) {
      const bytes = Buffer.from(encrypted, 'base64')
      if (bytes.toString('base64') !== encrypted) return refused('not base64')
      if (bytes.length === 0 || bytes.length % BLOCK !== 0) return refused('not whole blocks')
      return read(decipher.update(bytes), receiver)
    },
    seal(text) {
      return cipher.update(lay(text, receiver)).toString('base64')
    },
  }
}

function read(plain: Buffer, receiver: Buffer): Opened {
  const end = plain.length - paddingOf(plain)
  if (end === plain.length) return refused('wrong padding')
  const idStart = end - receiver.length
  if (idStart < HEAD || plain.readUInt32BE(16) !== idStart - HEAD) return refused('the length does not fit')
  if (!timingSafeEqual(plain.subarray(idStart, end), receiver)) return refused('encrypted for another receiver')
  const text = decodeUtf8(plain.subarray(HEAD, idStart))
  return text === undefined ? refused('not UTF-8') : { ok: true, text }
}

/** The length of the PKCS#7 padding, or 0 when any byte of it is wrong. */
function paddingOf(plain: Buffer): number {
  const pad = plain[plain.length - 1] ?? 0
  if (pad < 1 || pad > BLOCK) return 0
  let wrong = 0
  for (let at = plain.length - pad; at < plain.length; at++) wrong |= (plain[at] ?? 0) ^ pad
  return wrong === 0 ? pad : 0
}

function lay(text: string, receiver: Buffer): Buffer {
  const length = Buffer.byteLength(text)
  const size = HEAD + length + receiver.length
  const pad = BLOCK - (size % BLOCK)
  const plain = Buffer.allocUnsafe(size + pad)
  fillRandom(plain, 0, 16)
  plain.writeUInt32BE(length, 16)
  plain.write(text, HEAD)
  receiver.copy(plain, HEAD + length)
  plain.fill(pad, size)
  return plain
}

function refused(reason: string): Opened {
  return { ok: false, reason }
}
