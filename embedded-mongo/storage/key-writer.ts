// Index keys of plain values straight from BSON bytes, byte for byte what `encodeKey` gives for the decoded value.
import { createHash } from 'node:crypto'
import { int32, TYPE } from '../bson/raw.js'
import { MAX_KEY, RECORD_BYTES, SPACE } from './layout.js'

/** Rank bytes shared with `encodeKey` (see keys.ts). */
export const RANK = { null: 10, number: 20, string: 30, objectId: 70, bool: 80, date: 90 } as const

const bytes = Buffer.alloc(4096)
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
let n = 0

/** Starts a key of the index. One key is written at a time; the buffer is reused. */
export function begin(indexId: number): void {
  bytes[0] = SPACE.entries
  bytes[1] = indexId >>> 24
  bytes[2] = indexId >>> 16
  bytes[3] = indexId >>> 8
  bytes[4] = indexId
  n = 5
}

/** Appends a missing or null field. */
export function addNull(direction: 1 | -1): void {
  bytes[n++] = direction < 0 ? RANK.null ^ 255 : RANK.null
}

/** Appends already encoded bytes. */
export function addBytes(key: Uint8Array): boolean {
  if (n + key.length > bytes.length) return false
  bytes.set(key, n)
  n += key.length
  return true
}

/** Appends the value of `type` at `p`; false when it is not a plain short value and must go through `encodeKey`. */
export function addValue(b: Buffer, type: number, p: number, direction: 1 | -1): boolean {
  const start = n
  switch (type) {
    case TYPE.string:
      if (!addString(b, p + 4, int32(b, p) - 1)) return false
      break
    case TYPE.int32:
      addNumber(int32(b, p))
      break
    case TYPE.double: {
      const value = b.readDoubleLE(p)
      if (Number.isNaN(value)) return false
      addNumber(value)
      break
    }
    case TYPE.date:
      bytes[n++] = RANK.date
      addDouble(b.readInt32LE(p + 4) * 4294967296 + b.readUInt32LE(p))
      break
    case TYPE.objectId:
      bytes[n++] = RANK.objectId
      for (let i = 0; i < 12; i++) bytes[n++] = b[p + i] ?? 0
      break
    case TYPE.bool:
      bytes[n++] = RANK.bool
      bytes[n++] = b[p] === 0 ? 0 : 1
      break
    case TYPE.null:
    case TYPE.undefined:
      bytes[n++] = RANK.null
      break
    default:
      return false
  }
  if (direction < 0) for (let i = start; i < n; i++) bytes[i] = (bytes[i] ?? 0) ^ 255
  return true
}

function addString(b: Buffer, p: number, length: number): boolean {
  if (length > 1024 || n + length > 3000) return false
  bytes[n++] = RANK.string
  for (let i = 0; i < length; i++) {
    const byte = b[p + i] ?? 0
    if (byte === 0) return false
    bytes[n++] = byte
  }
  bytes[n++] = 0
  bytes[n++] = 0
  return true
}

// what follows the double of every number that a double holds exactly
const EXACT = 0x80

function addNumber(value: number): void {
  bytes[n++] = RANK.number
  addDouble(value)
  bytes[n++] = EXACT
}

function addDouble(value: number): void {
  view.setFloat64(n, value === 0 ? 0 : value)
  const first = bytes[n] ?? 0
  if (first & 0x80) for (let i = n; i < n + 8; i++) bytes[i] = (bytes[i] ?? 0) ^ 255
  else bytes[n] = first ^ 0x80
  n += 8
}

/** Cuts a key that is too long for LMDB; true when it was cut (the index is then flagged `long`). */
export function cut(): boolean {
  if (n - 5 <= MAX_KEY) return false
  const digest = createHash('sha1').update(bytes.subarray(5, n)).digest()
  n = 5 + MAX_KEY
  bytes.set(digest, n)
  n += digest.length
  return true
}

/** Appends a record id. */
export function addRecord(record: number): void {
  bytes.writeUIntBE(record, n, RECORD_BYTES)
  n += RECORD_BYTES
}

/** The key written so far, as a view that is valid until the next `begin`. */
export function current(): Buffer {
  return bytes.subarray(0, n)
}

/** The key written so far, in a buffer of its own. */
export function taken(): Buffer {
  return Buffer.from(bytes.subarray(0, n))
}

/** The key written so far as a string of one character a byte. */
export function text(): string {
  return bytes.toString('latin1', 0, n)
}

/** A whole index key (without record id) from encoded components of any length. */
export function wrap(indexPrefix: Buffer, encoded: Buffer): { key: Buffer; long: boolean } {
  if (encoded.length <= MAX_KEY) return { key: Buffer.concat([indexPrefix, encoded]), long: false }
  const digest = createHash('sha1').update(encoded).digest()
  return { key: Buffer.concat([indexPrefix, encoded.subarray(0, MAX_KEY), digest]), long: true }
}
