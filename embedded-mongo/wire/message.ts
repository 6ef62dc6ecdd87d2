// MongoDB's wire messages: OP_MSG, and OP_QUERY for a driver's first handshake.
import { decodeValue, decodeValueExact, hasWholeDouble } from '../bson/decode.js'
import { check, int32, nameEnd, skip, TYPE } from '../bson/raw.js'
import { MongoError } from '../errors.js'
import { type Doc, set } from '../values.js'

/** Largest message taken (MongoDB's maxMessageSizeBytes, 48 000 000, and room for the envelope). */
export const MAX_MESSAGE = 48_000_000 + 16_384

/** Bytes of a message header. */
export const HEADER = 16

/** Operations understood. */
export const OP = { reply: 1, query: 2004, compressed: 2012, msg: 2013 } as const

/** A command as it came: its arguments decoded, its documents left as bytes. */
export interface Request {
  id: number
  op: number
  /** The client wants no answer (write concern 0). */
  silent: boolean
  name: string
  db: string
  args: Doc
  /** `documents`, `updates` or `deletes`, checked but not decoded. */
  rows: Buffer[]
  /** findAndModify's `update` document as bytes. */
  update: { b: Buffer; at: number } | undefined
}

/** A message whose envelope cannot be trusted: the connection is closed, as mongod does. */
export class WireError extends Error {}

// what these carry may come back in the answer, so a whole double stays one
const ANSWERED = new Set(['pipeline', 'projection', 'fields', 'let'])
const ROW_FIELDS = new Set(['documents', 'updates', 'deletes'])
// what these carry may be stored, so number types are kept
const EXACT = new Set(['findAndModify', 'findandmodify'])
const IGNORED = new Set(['lsid', '$clusterTime', '$readPreference'])

/** Reads one whole message. Throws WireError when its envelope is broken, MongoError when only the command is. */
export function readMessage(b: Buffer): Request {
  const id = int32(b, 4)
  const op = int32(b, 12)
  if (op === OP.msg) return readMsg(b, id)
  if (op === OP.query) return readQuery(b, id)
  throw new WireError(`opcode ${op} is not supported`)
}

function readQuery(b: Buffer, id: number): Request {
  if (b.length < HEADER + 4 + 1 + 8 + 5) throw new WireError('OP_QUERY is too short')
  const at = end(b, HEADER + 4) + 1 + 8
  checked(b, at)
  const request = emptyRequest(id, OP.query)
  readBody(b, at, request)
  const inner = request.args['$query']
  if (request.name === '$query' && typeof inner === 'object' && inner !== null) {
    request.args = { ...inner }
    request.name = Object.keys(request.args)[0] ?? ''
  }
  request.db = 'admin'
  return request
}

function readMsg(b: Buffer, id: number): Request {
  if (b.length < HEADER + 4 + 1 + 5) throw new WireError('OP_MSG is too short')
  const flags = int32(b, HEADER)
  const stop = b.length - (flags & 1 ? 4 : 0)
  const request = emptyRequest(id, OP.msg)
  request.silent = (flags & 2) !== 0
  if ((flags & 0xffff & ~3) !== 0) throw new WireError('OP_MSG has unknown required flags')
  let bodies = 0
  let p = HEADER + 4
  while (p < stop) {
    const kind = b[p++]
    if (kind === 0) {
      bodies++
      const after = checked(b, p, stop)
      readBody(b, p, request)
      p = after
    } else if (kind === 1) p = readSequence(b, p, stop, request)
    else throw new WireError(`OP_MSG section kind ${kind} is not known`)
  }
  if (bodies !== 1 || p !== stop) throw new WireError('OP_MSG must have one body')
  return request
}

function emptyRequest(id: number, op: number): Request {
  return { id, op, silent: false, name: '', db: '', args: {}, rows: [], update: undefined }
}

function checked(b: Buffer, p: number, stop = b.length): number {
  try {
    return check(b, p, stop)
  } catch (error) {
    if (error instanceof MongoError && error.code === 15) throw error
    throw new WireError('the message holds no valid BSON document')
  }
}

function end(b: Buffer, p: number): number {
  try {
    return nameEnd(b, p, b.length)
  } catch {
    throw new WireError('the message ends inside a string')
  }
}

function readSequence(b: Buffer, start: number, stop: number, request: Request): number {
  const size = int32(b, start)
  const last = start + size
  if (size < 5 || last > stop) throw new WireError('a document sequence does not fit its length')
  const nul = end(b, start + 4)
  if (nul >= last) throw new WireError('a document sequence has no name')
  const name = b.toString('utf8', start + 4, nul)
  if (!ROW_FIELDS.has(name)) throw new MongoError(40415, `BSON field '${name}' is an unknown document sequence.`)
  let p = nul + 1
  while (p < last) {
    const after = checked(b, p, last)
    request.rows.push(b.subarray(p, after))
    p = after
  }
  return last
}

function readBody(b: Buffer, start: number, request: Request): void {
  const stop = start + int32(b, start) - 1
  let p = start + 4
  while (p < stop) {
    const type = b[p] ?? 0
    const nul = nameEnd(b, p + 1, stop)
    const name = b.toString('latin1', p + 1, nul)
    const at = nul + 1
    const after = skip(b, type, at, stop)
    if (request.name === '') request.name = name
    if (ROW_FIELDS.has(name) && type === TYPE.array) readRows(b, at, after, request)
    else if (!IGNORED.has(name)) {
      const nested = type === TYPE.object || type === TYPE.array
      const exact = EXACT.has(request.name) || (nested && ANSWERED.has(name) && hasWholeDouble(b, at))
      const decode = exact ? decodeValueExact : decodeValue
      const value = decode(b, type, at, stop)
      if (name === 'update' && type === TYPE.object && EXACT.has(request.name)) request.update = { b, at }
      if (name === '$db' && typeof value === 'string') request.db = value
      set(request.args, b.toString('utf8', p + 1, nul), value)
    }
    p = after
  }
}

function readRows(b: Buffer, at: number, after: number, request: Request): void {
  let p = at + 4
  while (p < after - 1) {
    const type = b[p]
    const value = nameEnd(b, p + 1, after) + 1
    if (type !== TYPE.object) throw new MongoError(14, 'each entry of a write must be a document')
    p = value + int32(b, value)
    request.rows.push(b.subarray(value, p))
  }
}
