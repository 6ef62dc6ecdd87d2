// The one LMDB file: `1 ns` -> catalog entry, `2 collection record` -> document bytes, `3 index key [record]` -> record | empty.

/** First byte of each key space. */
export const SPACE = { catalog: 1, documents: 2, entries: 3 } as const

/** Longest index key kept whole; a longer one is cut and completed with its SHA-1 (LMDB's own limit is 1978 bytes). */
export const MAX_KEY = 1500

/** Bytes of a record id at the end of an index entry or as its value. */
export const RECORD_BYTES = 6

/** Prefix of all keys of a collection or of an index. */
export function prefix(space: number, id: number): Buffer {
  const b = Buffer.allocUnsafe(5)
  b[0] = space
  b.writeUInt32BE(id, 1)
  return b
}

/** Key of a catalog entry. */
export function catalogKey(ns: string): Buffer {
  return Buffer.concat([Buffer.from([SPACE.catalog]), Buffer.from(ns)])
}

const documentKeyBuffer = Buffer.allocUnsafe(11)

/** Key of a document. The buffer is reused: it is valid until the next call. */
export function documentKey(collection: number, record: number): Buffer {
  documentKeyBuffer[0] = SPACE.documents
  documentKeyBuffer.writeUInt32BE(collection, 1)
  documentKeyBuffer.writeUIntBE(record, 5, RECORD_BYTES)
  return documentKeyBuffer
}

/** Record id at the end of a document key or of an index entry. */
export function recordAtEnd(b: Uint8Array): number {
  return readRecord(b, b.length - RECORD_BYTES)
}

/** Record id at `p`. */
export function readRecord(b: Uint8Array, p: number): number {
  const high = ((b[p] ?? 0) << 8) | (b[p + 1] ?? 0)
  const low = ((b[p + 2] ?? 0) << 24) | ((b[p + 3] ?? 0) << 16) | ((b[p + 4] ?? 0) << 8) | (b[p + 5] ?? 0)
  return high * 4294967296 + (low >>> 0)
}

/** Record id at the end of an index key kept as a string of one character a byte. */
export function recordOfText(key: string): number {
  let record = 0
  for (let i = key.length - RECORD_BYTES; i < key.length; i++) record = record * 256 + key.charCodeAt(i)
  return record
}

/** Record id as bytes, in a buffer of its own. */
export function recordBytes(record: number): Buffer {
  const b = Buffer.allocUnsafe(RECORD_BYTES)
  b.writeUIntBE(record, 0, RECORD_BYTES)
  return b
}

/** Smallest key above every key that starts with `b`; empty when there is none. */
export function above(b: Uint8Array): Buffer {
  const copy = Buffer.from(b)
  for (let i = copy.length - 1; i >= 0; i--) {
    const byte = copy[i] ?? 255
    if (byte < 255) {
      copy[i] = byte + 1
      return copy.subarray(0, i + 1)
    }
  }
  return Buffer.alloc(0)
}
