// What a document must be to be stored.
import { ObjectId } from 'bson'
import { encode } from '../bson/decode.js'
import { int32, MAX_DEPTH, MAX_DOCUMENT, nameEnd, putInt32, skip, TYPE, tooLarge } from '../bson/raw.js'
import { MongoError } from '../errors.js'
import { type Doc, isPlain, rank } from '../values.js'

/** Bytes ready to store: checked in depth and size, `_id` first (made when missing). Throws as MongoDB does. */
export function storable(raw: Buffer): Buffer {
  const id = findId(raw)
  if (id !== undefined) checkIdType(id.type)
  if (id?.type === TYPE.object) checkIdDocument(raw, id.at)
  const out = id?.from === 4 ? raw : withIdFirst(raw, id)
  if (out.length > MAX_DOCUMENT) throw tooLarge(out.length)
  return out
}

interface IdAt {
  type: number
  from: number
  at: number
  to: number
}

function findId(raw: Buffer): IdAt | undefined {
  const stop = raw.length - 1
  let p = 4
  while (p < stop) {
    const type = raw[p] ?? 0
    const nul = nameEnd(raw, p + 1, stop)
    const to = skip(raw, type, nul + 1, stop)
    if (nul - p === 4 && raw[p + 1] === 95 && raw[p + 2] === 105 && raw[p + 3] === 100) {
      return { type, from: p, at: nul + 1, to }
    }
    p = to
  }
  return undefined
}

function checkIdType(type: number): void {
  switch (type) {
    case TYPE.array:
      throw new MongoError(53, "The '_id' value cannot be of type array")
    case TYPE.regex:
      throw new MongoError(53, "The '_id' value cannot be of type regex")
    case TYPE.undefined:
      throw new MongoError(53, "The '_id' value cannot be of type undefined")
  }
}

function checkIdDocument(raw: Buffer, at: number): void {
  const stop = at + int32(raw, at) - 1
  let p = at + 4
  while (p < stop) {
    const nul = nameEnd(raw, p + 1, stop)
    const name = raw.toString('utf8', p + 1, nul)
    if (name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db') throw dollarInId(name)
    p = skip(raw, raw[p] ?? 0, nul + 1, stop)
  }
}

function dollarInId(name: string): MongoError {
  return new MongoError(52, `The dollar ($) prefixed field '${name}' in '_id.${name}' is not valid for storage.`)
}

function withIdFirst(raw: Buffer, id: IdAt | undefined): Buffer {
  if (id !== undefined) {
    const moved = raw.subarray(id.from, id.to)
    return Buffer.concat([raw.subarray(0, 4), moved, raw.subarray(4, id.from), raw.subarray(id.to)])
  }
  const out = Buffer.allocUnsafe(raw.length + 17)
  putInt32(out, 0, out.length)
  out[4] = TYPE.objectId
  out.write('_id\0', 5, 'latin1')
  out.set(new ObjectId().id, 9)
  raw.copy(out, 21, 4)
  return out
}

/** Bytes of a changed document, `_id` first. Throws for an `_id` that cannot be, too much depth or size. */
export function storableDoc(doc: Doc): Buffer {
  checkDepth(doc, 0)
  const id = doc['_id']
  const r = rank(id)
  if (r === 50) throw new MongoError(53, "The '_id' value cannot be of type array")
  if (r === 110) throw new MongoError(53, "The '_id' value cannot be of type regex")
  if (isPlain(id)) for (const name of Object.keys(id)) if (name.startsWith('$')) throw dollarInId(name)
  const bytes = encode(withId(doc))
  if (bytes.length > MAX_DOCUMENT) throw tooLarge(bytes.length)
  return bytes
}

/** The document with `_id` first, made when missing. */
export function withId(doc: Doc): Doc {
  if (Object.keys(doc)[0] === '_id' && doc['_id'] !== undefined) return doc
  const { _id, ...rest } = doc
  return { _id: Object.hasOwn(doc, '_id') && _id !== undefined ? _id : new ObjectId(), ...rest }
}

function checkDepth(v: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw new MongoError(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`)
  if (Array.isArray(v)) for (const e of v) checkDepth(e, depth + 1)
  else if (isPlain(v)) for (const k of Object.keys(v)) checkDepth(v[k], depth + 1)
}
