// From bytes to values: whole documents, or only the top-level fields a caller needs.
import { Double, deserialize, Int32, ObjectId, serialize } from 'bson'
import type { Doc } from '../values.js'
import { int32, nameEnd, putInt32, skip, TYPE } from './raw.js'

const PLAIN = { promoteLongs: false, promoteBuffers: false, bsonRegExp: true, validation: { utf8: false } } as const
const EXACT = { promoteValues: false, promoteBuffers: false, bsonRegExp: true, validation: { utf8: false } } as const

/** Decodes for matching and pipelines: plain numbers for Int32 and Double, `Long` and `Decimal128` kept. */
export function decodePlain(raw: Uint8Array): Doc {
  return deserialize(raw, PLAIN)
}

/** Decodes with every number type kept, for updates and for `$type`. */
export function decodeExact(raw: Uint8Array): Doc {
  return deserialize(raw, EXACT)
}

/**
 * Decodes for pipelines: as `decodePlain`, but with every number type kept when a plain number would lose one, which is
 * a whole double of 32 bits.
 */
export function decodeTyped(raw: Buffer): Doc {
  return hasWholeDouble(raw) ? decodeExact(raw) : decodePlain(raw)
}

/** Whether a document holds, at any depth, a double that a plain number would turn into an Int32. */
export function hasWholeDouble(b: Buffer, start = 0): boolean {
  const stop = start + int32(b, start) - 1
  let p = start + 4
  while (p < stop) {
    const type = b[p] ?? 0
    const at = nameEnd(b, p + 1, stop) + 1
    if (type === TYPE.double) {
      const n = b.readDoubleLE(at)
      if ((n | 0) === n) return true
    } else if ((type === TYPE.object || type === TYPE.array) && hasWholeDouble(b, at)) return true
    p = skip(b, type, at, stop)
  }
  return false
}

/** BSON bytes of a document; `undefined` fields are left out, as the driver does. */
export function encode(doc: Doc): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: true })
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Decodes one value at `p` of `b` as `decodePlain` would. Keeps no view on `b`. */
export function decodeValue(b: Buffer, type: number, p: number, end: number): unknown {
  switch (type) {
    case TYPE.string:
      return b.toString('utf8', p + 4, p + 3 + int32(b, p))
    case TYPE.int32:
      return int32(b, p)
    case TYPE.double:
      return b.readDoubleLE(p)
    case TYPE.bool:
      return b[p] === 1
    case TYPE.date:
      return new Date(b.readInt32LE(p + 4) * 4294967296 + b.readUInt32LE(p))
    case TYPE.null:
      return null
    case TYPE.objectId:
      return new ObjectId(Buffer.from(b.subarray(p, p + 12)))
    case TYPE.object:
      return deserialize(Buffer.from(b.subarray(p, p + int32(b, p))), PLAIN)
  }
  return deserialize(alone(b, type, p, end), PLAIN)['']
}

// a document whose only field, with an empty name, is the value
function alone(b: Buffer, type: number, p: number, end: number): Buffer {
  const stop = skip(b, type, p, end)
  const one = Buffer.allocUnsafe(stop - p + 7)
  putInt32(one, 0, one.length)
  one[4] = type
  one[5] = 0
  b.copy(one, 6, p, stop)
  one[one.length - 1] = 0
  return one
}

/** Decodes one value as `decodeExact` would. */
export function decodeValueExact(b: Buffer, type: number, p: number, end: number): unknown {
  switch (type) {
    case TYPE.int32:
      return new Int32(int32(b, p))
    case TYPE.double:
      return new Double(b.readDoubleLE(p))
    case TYPE.object:
      return deserialize(b.subarray(p, p + int32(b, p)), EXACT)
    case TYPE.array:
      return deserialize(alone(b, type, p, end), EXACT)['']
  }
  return decodeValue(b, type, p, end)
}

/** Decodes only the named top-level fields (in the document's order); `names` are compared whole. */
export function decodeFields(b: Buffer, names: readonly string[], start = 0): Doc {
  const out: Doc = {}
  const stop = start + int32(b, start) - 1
  let left = names.length
  let p = start + 4
  while (p < stop && left > 0) {
    const type = b[p] ?? 0
    const from = p + 1
    const nul = nameEnd(b, from, stop)
    const name = wanted(b, from, nul, names)
    const at = nul + 1
    if (name !== undefined) {
      put(out, name, decodeValue(b, type, at, stop))
      left--
    }
    p = skip(b, type, at, stop)
  }
  return out
}

function wanted(b: Buffer, from: number, nul: number, names: readonly string[]): string | undefined {
  const length = nul - from
  for (const name of names) {
    if (name.length > length) continue
    if (same(b, from, length, name)) return name
  }
  return undefined
}

// ASCII names are compared byte by byte; anything else goes through a decoded string
function same(b: Buffer, from: number, length: number, name: string): boolean {
  for (let i = 0; i < length; i++) {
    const byte = b[from + i] ?? 0
    if (byte > 127) return b.toString('utf8', from, from + length) === name
    if (byte !== name.charCodeAt(i)) return false
  }
  return name.length === length
}

function put(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true })
  } else doc[name] = value
}
