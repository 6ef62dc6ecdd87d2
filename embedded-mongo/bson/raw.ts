// Reading BSON bytes in place: what is only stored, indexed or answered is never decoded whole.
import { MongoError } from '../errors.js'

/** BSON element type bytes. */
export const TYPE = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binary: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  pointer: 12,
  code: 13,
  symbol: 14,
  scopedCode: 15,
  int32: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  maxKey: 127,
  minKey: 255,
} as const

/** Deepest nesting a stored document may have (MongoDB's own limit for inserts is 180). */
export const MAX_DEPTH = 180

/** Largest stored document in bytes, as MongoDB's: 16 MiB. */
export const MAX_DOCUMENT = 16 * 1024 * 1024

/** Error of a document over 16 MiB. */
export function tooLarge(size: number): MongoError {
  return new MongoError(10334, `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT}(16MB)`)
}

const invalid = (why: string) => new MongoError(22, `invalid BSON: ${why}`)

/** Little-endian signed 32-bit integer at `p`. Out of range reads give 0 bytes, so callers check lengths. */
export function int32(b: Uint8Array, p: number): number {
  return (b[p] ?? 0) | ((b[p + 1] ?? 0) << 8) | ((b[p + 2] ?? 0) << 16) | ((b[p + 3] ?? 0) << 24)
}

/** Writes a little-endian 32-bit integer at `p`. */
export function putInt32(b: Uint8Array, p: number, v: number): void {
  b[p] = v
  b[p + 1] = v >>> 8
  b[p + 2] = v >>> 16
  b[p + 3] = v >>> 24
}

/** Position of the NUL that ends the name starting at `p`; throws 22 when there is none before `end`. */
export function nameEnd(b: Uint8Array, p: number, end: number): number {
  let q = p
  while (q < end) {
    if (b[q] === 0) return q
    q++
  }
  throw invalid('a name is not terminated')
}

/** Position after the value of `type` at `p`, without looking inside documents; throws 22 when it passes `end`. */
export function skip(b: Uint8Array, type: number, p: number, end: number): number {
  const q = after(b, type, p, end)
  if (q > end || q < p) throw invalid('a value is longer than its document')
  return q
}

function after(b: Uint8Array, type: number, p: number, end: number): number {
  switch (type) {
    case TYPE.string:
    case TYPE.code:
    case TYPE.symbol: {
      const length = int32(b, p)
      if (length < 1) throw invalid('a string has no terminator')
      return p + 4 + length
    }
    case TYPE.int32:
      return p + 4
    case TYPE.double:
    case TYPE.date:
    case TYPE.timestamp:
    case TYPE.long:
      return p + 8
    case TYPE.objectId:
      return p + 12
    case TYPE.bool:
      return p + 1
    case TYPE.null:
    case TYPE.undefined:
    case TYPE.minKey:
    case TYPE.maxKey:
      return p
    case TYPE.object:
    case TYPE.array:
    case TYPE.scopedCode: {
      const length = int32(b, p)
      if (length < 5) throw invalid('a document is shorter than 5 bytes')
      return p + length
    }
    case TYPE.binary: {
      const length = int32(b, p)
      if (length < 0) throw invalid('a binary has a negative length')
      return p + 5 + length
    }
    case TYPE.regex:
      return nameEnd(b, nameEnd(b, p, end) + 1, end) + 1
    case TYPE.pointer: {
      const length = int32(b, p)
      if (length < 1) throw invalid('a string has no terminator')
      return p + 16 + length
    }
    case TYPE.decimal:
      return p + 16
  }
  throw invalid(`unknown element type ${type}`)
}

/** Checks the structure of the document at `p` (lengths, names, terminators, depth); returns its end. Throws 22 or 15. */
export function check(b: Uint8Array, p: number, end: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new MongoError(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  const size = int32(b, p)
  const stop = p + size
  if (size < 5 || stop > end) throw invalid('a document does not fit its length')
  if (b[stop - 1] !== 0) throw invalid('a document is not terminated')
  let q = p + 4
  while (q < stop - 1) {
    const type = b[q] ?? 0
    q = checkValue(b, type, nameEnd(b, q + 1, stop - 1) + 1, stop - 1, depth)
  }
  if (q !== stop - 1) throw invalid('a document ends early')
  return stop
}

/** As `skip`, looking inside documents and at terminators too. */
export function checkValue(b: Uint8Array, type: number, p: number, end: number, depth: number): number {
  const q = skip(b, type, p, end)
  switch (type) {
    case TYPE.object:
    case TYPE.array:
      check(b, p, q, depth + 1)
      break
    case TYPE.string:
    case TYPE.code:
    case TYPE.symbol:
      if (b[q - 1] !== 0) throw invalid('a string is not terminated')
      break
    case TYPE.scopedCode:
      checkScoped(b, p, q, depth)
      break
  }
  return q
}

function checkScoped(b: Uint8Array, p: number, end: number, depth: number): void {
  const scope = skip(b, TYPE.string, p + 4, end)
  if (check(b, scope, end, depth + 1) !== end) throw invalid('a code scope does not fit')
}

/** Bytes of a document that has only the top-level fields of these names, in a buffer of their own. */
export function pick(raw: Buffer, names: readonly Buffer[]): Buffer {
  const spans: number[] = []
  let size = 5
  const stop = int32(raw, 0) - 1
  for (let p = 4; p < stop && spans.length < 2 * names.length; ) {
    const nul = nameEnd(raw, p + 1, stop)
    const end = skip(raw, raw[p] ?? 0, nul + 1, stop)
    if (names.some((name) => name.length === nul - p - 1 && name.compare(raw, p + 1, nul) === 0)) {
      spans.push(p, end)
      size += end - p
    }
    p = end
  }
  const out = Buffer.allocUnsafe(size)
  putInt32(out, 0, size)
  let at = 4
  for (let i = 0; i < spans.length; i += 2) at += raw.copy(out, at, spans[i], spans[i + 1])
  out[at] = 0
  return out
}
