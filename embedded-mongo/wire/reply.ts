// Answers as bytes. Documents that are already BSON are copied into place, never decoded and encoded again.
import { Double, type Long } from 'bson'
import { encode } from '../bson/decode.js'
import { putInt32, TYPE } from '../bson/raw.js'
import type { Doc } from '../values.js'
import { HEADER, OP } from './message.js'

const ONE = new Double(1)
const ZERO = new Double(0)
// the element `ok: 1.0` and the end of the document
const OK = encode({ ok: ONE }).subarray(4)

/** A successful answer. */
export function okReply(doc: Doc): Buffer {
  return encode({ ...doc, ok: ONE })
}

/** A refusal. */
export function errorReply(code: number, codeName: string, errmsg: string, extra: Doc = {}): Buffer {
  return encode({ ok: ZERO, errmsg, code, codeName, ...extra })
}

/** `{ n, ok: 1 }`, or with `nModified`. */
export function countReply(n: number, nModified?: number): Buffer {
  const size = 4 + 7 + (nModified === undefined ? 0 : 15) + OK.length
  const b = Buffer.allocUnsafe(size)
  putInt32(b, 0, size)
  b[4] = TYPE.int32
  b[5] = 110
  b[6] = 0
  putInt32(b, 7, n)
  let p = 11
  if (nModified !== undefined) {
    b[p] = TYPE.int32
    b.write('nModified\0', p + 1, 'latin1')
    putInt32(b, p + 11, nModified)
    p += 15
  }
  b.set(OK, p)
  return b
}

/** `{ cursor: { firstBatch | nextBatch: [...], id, ns }, ok: 1 }` around documents kept as bytes. */
export function cursorReply(field: 'firstBatch' | 'nextBatch', batch: readonly Buffer[], id: Long, ns: string): Buffer {
  const tail = encode({ id, ns }).subarray(4)
  let list = 5
  for (let i = 0; i < batch.length; i++) list += 2 + digits(i) + (batch[i]?.length ?? 0)
  const cursor = 4 + 2 + field.length + list + tail.length
  const size = 4 + 8 + cursor + OK.length
  const b = Buffer.allocUnsafe(size)
  putInt32(b, 0, size)
  b[4] = TYPE.object
  b.write('cursor\0', 5, 'latin1')
  putInt32(b, 12, cursor)
  b[16] = TYPE.array
  b.write(`${field}\0`, 17, 'latin1')
  let p = 18 + field.length
  putInt32(b, p, list)
  p += 4
  for (let i = 0; i < batch.length; i++) {
    const doc = batch[i]
    if (doc === undefined) continue
    b[p++] = TYPE.object
    p += b.write(String(i), p, 'latin1')
    b[p++] = 0
    b.set(doc, p)
    p += doc.length
  }
  b[p++] = 0
  b.set(tail, p)
  b.set(OK, p + tail.length)
  return b
}

function digits(i: number): number {
  return i < 10 ? 1 : i < 100 ? 2 : i < 1000 ? 3 : String(i).length
}

/** findAndModify's answer around a document kept as bytes (`value` null when there is none). */
export function valueReply(lastErrorObject: Doc, value: Buffer | undefined): Buffer {
  const head = encode({ lastErrorObject })
  const bytes = value ?? EMPTY
  const size = head.length - 1 + 7 + bytes.length + OK.length
  const b = Buffer.allocUnsafe(size)
  b.set(head)
  putInt32(b, 0, size)
  let p = head.length - 1
  b[p] = value === undefined ? TYPE.null : TYPE.object
  b.write('value\0', p + 1, 'latin1')
  p += 7
  b.set(bytes, p)
  b.set(OK, p + bytes.length)
  return b
}

const EMPTY = Buffer.alloc(0)
let nextId = 1

/** An answer of this size is sent behind its envelope instead of being copied into it. */
const LARGE = 65_536

/** Wraps an answer in the envelope its request asked for: one piece, or two for large answers. */
export function envelope(op: number, responseTo: number, body: Buffer): Buffer[] {
  const head = op === OP.query ? HEADER + 20 : HEADER + 5
  const large = body.length > LARGE
  const b = Buffer.allocUnsafe(large ? head : head + body.length)
  putInt32(b, 0, head + body.length)
  putInt32(b, 4, nextId++)
  putInt32(b, 8, responseTo)
  b.fill(0, 12, head)
  if (op === OP.query) {
    putInt32(b, 12, OP.reply)
    putInt32(b, 16, 8)
    putInt32(b, 32, 1)
  } else putInt32(b, 12, OP.msg)
  if (large) return [b, body]
  b.set(body, head)
  return [b]
}
