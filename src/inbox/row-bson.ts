import { encodeAll } from '../store/lanes.js'
import type { InboxBatch } from './model.js'
import type { Accepted } from './rows.js'

/**
 * New inbox rows as BSON, one behind the other, in the fields and the order of `rowOf`. They all have one shape, so that
 * most of a row is copied: a third of what the general encoder costs for each update.
 */
export function encodeRows(items: readonly Accepted[], owner: string, leaseUntil: Date): Buffer {
  return append(items, tailOf(owner, leaseUntil), 0)
}

/** A batch and its rows: they name it, and say nothing else of where they stand. */
export function encodeBatch(head: InboxBatch, items: readonly Accepted[]): Buffer {
  const first = encodeAll([head])
  reserve(first.length)
  scratch.set(first)
  return append(items, Buffer.concat([textField('batch', head._id), Buffer.of(0)]), first.length)
}

/** Behind what stands in the scratch already. */
function append(items: readonly Accepted[], tail: Buffer, start: number): Buffer {
  let at = start
  for (let index = 0; index < items.length; index++) at = encode(items[index] as Accepted, at, tail)
  const bytes = Buffer.allocUnsafe(at)
  scratch.copy(bytes, 0, 0, at)
  if (scratch.length > MOST_KEPT) scratch = Buffer.allocUnsafeSlow(FIRST_SIZE)
  return bytes
}

const FIRST_SIZE = 262_144
const MOST_KEPT = 4_194_304
/** More than what a row holds besides what is counted. */
const FIXED = 1024

let scratch = Buffer.allocUnsafeSlow(FIRST_SIZE)

const ID = name(0x02, '_id')
const RECEIVED_AT = name(0x09, 'receivedAt')
const ENVELOPE = name(0x03, 'envelope')
const BODY = name(0x02, 'body')
const places = new Map<string, Buffer>()
const kinds = new Map<string, Buffer>()
const forms = new Map<string, Buffer>()

function encode({ id, contact, update, envelope, receivedAt }: Accepted, start: number, tail: Buffer): number {
  const { account, platform, kind } = update
  const { body, mode, format } = envelope
  reserve(start + FIXED + tail.length + (id.length + contact.length + account.length + body.length) * 3)
  let at = text(id, put(ID, start + 4))
  at = put(kept(places, account, platform, placeOf), at)
  at = put(kept(kinds, kind, '', kindOf), text(contact, at))
  at = put(RECEIVED_AT, date(update.at, at))
  at = put(ENVELOPE, date(receivedAt, at))
  const inner = at
  at = text(body, put(BODY, at + 4))
  at = put(kept(forms, mode, format, formOf), at)
  scratch.writeInt32LE(at - inner, inner)
  at = put(tail, at)
  scratch.writeInt32LE(at - start, start)
  return at
}

/** `account`, `platform` and the name of `contact`. */
function placeOf(account: string, platform: string): Buffer {
  return Buffer.concat([textField('account', account), textField('platform', platform), name(0x02, 'contact')])
}

/** `kind` and the name of `at`. */
function kindOf(kind: string): Buffer {
  return Buffer.concat([textField('kind', kind), name(0x09, 'at')])
}

/** `mode`, `format` and the end of the envelope. */
function formOf(mode: string, format: string): Buffer {
  return Buffer.concat([textField('mode', mode), textField('format', format), Buffer.of(0)])
}

/** What is equal in all rows of one insert, and their end. */
function tailOf(owner: string, leaseUntil: Date): Buffer {
  const lease = Buffer.alloc(8)
  lease.writeBigInt64LE(BigInt(leaseUntil.getTime()))
  return Buffer.concat([
    textField('state', 'received'),
    textField('owner', owner),
    name(0x09, 'leaseUntil'),
    lease,
    name(0x10, 'fence'),
    Buffer.of(1, 0, 0, 0),
    name(0x10, 'attempts'),
    Buffer.of(1, 0, 0, 0),
    Buffer.of(0),
  ])
}

/** There are a few accounts, some dozens of kinds and four forms of envelopes; what goes beyond is made each time. */
function kept(
  known: Map<string, Buffer>,
  first: string,
  second: string,
  make: (first: string, second: string) => Buffer,
): Buffer {
  const key = second === '' ? first : `${first} ${second}`
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make(first, second)
  if (known.size < 1000) known.set(key, made)
  return made
}

function name(type: number, field: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${field}\0`, 'latin1')
}

function textField(field: string, value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeInt32LE(bytes.length + 1)
  return Buffer.concat([name(0x02, field), length, bytes, Buffer.of(0)])
}

function put(bytes: Buffer, at: number): number {
  scratch.set(bytes, at)
  return at + bytes.length
}

function text(value: string, at: number): number {
  const length = scratch.write(value, at + 4, 'utf8')
  scratch.writeInt32LE(length + 1, at)
  const end = at + 4 + length
  scratch[end] = 0
  return end + 1
}

function date(value: Date, at: number): number {
  const ms = value.getTime()
  const high = Math.floor(ms / 4_294_967_296)
  scratch.writeUInt32LE(ms - high * 4_294_967_296, at)
  scratch.writeInt32LE(high, at + 4)
  return at + 8
}

function reserve(size: number): void {
  if (size <= scratch.length) return
  const larger = Buffer.allocUnsafeSlow(Math.max(size, scratch.length * 2))
  scratch.copy(larger)
  scratch = larger
}
