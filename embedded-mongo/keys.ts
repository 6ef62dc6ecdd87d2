import type { Binary, Code, ObjectId, Timestamp } from 'bson'
import { compareNumbers, exactOf, type Num, num } from './numbers.js'
import { asDoc, get, rank, regexParts } from './values.js'

/**
 * Bytes that sort (memcmp) as `compare` sorts the values, one component per value; a component with direction -1
 * has its bits inverted. Every component starts with its `rank` byte and is prefix-free, so a prefix of the
 * components is a prefix of the key.
 */
export function encodeKey(values: unknown[], dirs: (1 | -1)[]): Buffer {
  const out = new Writer()
  for (let i = 0; i < values.length; i++) {
    const start = out.length
    write(out, values[i])
    if (dirs[i] === -1) out.invert(start)
  }
  return out.done()
}

class Writer {
  length = 0
  private bytes = Buffer.allocUnsafe(64)

  byte(x: number): void {
    this.reserve(1)
    this.bytes[this.length++] = x
  }

  raw(x: Uint8Array): void {
    this.reserve(x.length)
    this.bytes.set(x, this.length)
    this.length += x.length
  }

  text(s: string): void {
    this.reserve(s.length * 3 + 2)
    if (s.includes('\0')) {
      for (const b of Buffer.from(s)) {
        this.byte(b)
        if (b === 0) this.byte(255)
      }
    } else this.length += this.bytes.write(s, this.length)
    this.byte(0)
    this.byte(0)
  }

  double(x: number): void {
    this.reserve(8)
    const at = this.length
    this.bytes.writeDoubleBE(x === 0 ? 0 : x, at)
    this.length += 8
    const first = this.bytes[at] ?? 0
    if (first & 0x80) this.invert(at)
    else this.bytes[at] = first ^ 0x80
  }

  big(x: bigint): void {
    this.reserve(8)
    this.bytes.writeBigUInt64BE(BigInt.asUintN(64, x), this.length)
    this.length += 8
  }

  u32(x: number): void {
    this.reserve(4)
    this.bytes.writeUInt32BE(x, this.length)
    this.length += 4
  }

  invert(from: number): void {
    for (let i = from; i < this.length; i++) this.bytes[i] = (this.bytes[i] ?? 0) ^ 255
  }

  done(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }

  private reserve(n: number): void {
    if (this.length + n <= this.bytes.length) return
    const bigger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + n))
    this.bytes.copy(bigger, 0, 0, this.length)
    this.bytes = bigger
  }
}

function write(out: Writer, v: unknown): void {
  const r = rank(v)
  out.byte(r)
  switch (r) {
    case 20:
      writeNumber(out, v as Num)
      break
    case 30:
      out.text(String(v))
      break
    case 40: {
      const doc = asDoc(v) ?? {}
      for (const k of Object.keys(doc)) {
        const field = get(doc, k)
        out.byte(rank(field))
        out.text(k)
        write(out, field)
      }
      out.byte(0)
      break
    }
    case 50:
      for (const e of v as unknown[]) write(out, e)
      out.byte(0)
      break
    case 60:
      writeBinary(out, v as Binary)
      break
    case 70:
      out.raw((v as ObjectId).id)
      break
    case 80:
      out.byte(v ? 1 : 0)
      break
    case 90: {
      const at = (v as Date).getTime()
      out.double(Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at)
      break
    }
    case 100:
      out.big((v as Timestamp).toBigInt())
      break
    case 110: {
      const re = regexParts(v)
      out.text(re?.pattern ?? '')
      out.text(re?.options ?? '')
      break
    }
    case 120:
    case 130:
      out.text(String((v as Code).code))
      write(out, (v as Code).scope)
      break
  }
}

function writeBinary(out: Writer, b: Binary): void {
  out.u32(b.length())
  out.byte(b.sub_type)
  out.raw(b.value())
}

const BELOW = 0x40
const EXACT = 0x80
const ABOVE = 0xc0

/** The nearest double, then how the exact value lies to it: a Long or Decimal128 may have no double of its own. */
function writeNumber(out: Writer, v: Num): void {
  const n = num(v)
  if (Number.isNaN(n)) {
    out.raw(NAN)
    return
  }
  const nearest = Number(n)
  out.double(nearest)
  const side = typeof v === 'number' ? 0 : compareNumbers(v, nearest)
  out.byte(side === 0 ? EXACT : side < 0 ? BELOW : ABOVE)
  const exact = side === 0 ? undefined : exactOf(v)
  if (!exact) return
  const start = out.length
  const digits = (exact.digits < 0n ? -exact.digits : exact.digits).toString()
  const magnitude = digits.length - 1 + exact.exp + 0x8000
  out.byte(magnitude >> 8)
  out.byte(magnitude & 255)
  out.raw(Buffer.from(digits.replace(/0+$/, '')))
  out.byte(0)
  if (exact.digits < 0n) out.invert(start)
}

const NAN = Buffer.alloc(8)
