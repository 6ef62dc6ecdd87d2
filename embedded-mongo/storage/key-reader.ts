// Values read back from index keys: the other way of key-writer.ts, for the types whose key says all of the value.
import { ObjectId } from 'bson'
import { putInt32, TYPE } from '../bson/raw.js'
import { RANK } from './key-writer.js'

/** Bytes before the first component. */
const PREFIX_BYTES = 5
/** A longer text is read from its document: its key may come of a decoded string. */
const LONGEST_TEXT = 1024
/** Milliseconds that a Date of JavaScript can hold. */
const LAST_DATE = 8.64e15

/** Reads the keys of one index, one at a time. */
export class KeyReader {
  private readonly directions: readonly (1 | -1)[]
  private readonly bytes = Buffer.allocUnsafe(4096)
  private readonly ranks: number[] = []
  private readonly from: number[] = []
  private readonly to: number[] = []

  constructor(directions: readonly (1 | -1)[]) {
    this.directions = directions
  }

  /** Takes a key apart; false when it does not say exactly what the document has (null, numbers, documents, long texts). */
  read(key: Buffer): boolean {
    const { bytes, directions } = this
    if (key.length > bytes.length) return false
    bytes.set(key)
    let p = PREFIX_BYTES
    for (let i = 0; i < directions.length; i++) {
      const mask = (directions[i] ?? 1) < 0 ? 255 : 0
      const rank = (bytes[p] ?? 0) ^ mask
      const from = p + 1
      const to = this.end(rank, from, key.length, mask)
      if (to < 0) return false
      if (mask !== 0) for (let q = from; q < to; q++) bytes[q] = (bytes[q] ?? 0) ^ 255
      this.ranks[i] = rank
      this.from[i] = from
      this.to[i] = to
      if (rank === RANK.date && !(Math.abs(this.ms(from)) <= LAST_DATE)) return false
      p = rank === RANK.string ? to + 2 : to
    }
    return true
  }

  // where the value of a component ends, -1 when it cannot be read back
  private end(rank: number, from: number, length: number, nul: number): number {
    switch (rank) {
      case RANK.string: {
        let q = from
        while (q < length && this.bytes[q] !== nul) q++
        return q + 1 < length && this.bytes[q + 1] === nul && q - from <= LONGEST_TEXT ? q : -1
      }
      case RANK.objectId:
        return from + 12
      case RANK.bool:
        return from + 1
      case RANK.date:
        return from + 8
    }
    return -1
  }

  private ms(from: number): number {
    const first = this.bytes[from] ?? 0
    if (first & 0x80) {
      this.bytes[from] = first ^ 0x80
      const ms = this.bytes.readDoubleBE(from)
      this.bytes[from] = first
      return ms
    }
    for (let i = 0; i < 8; i++) scratch[i] = (this.bytes[from + i] ?? 0) ^ 255
    return scratch.readDoubleBE(0)
  }

  /** The value of a component of the key read last. */
  value(i: number): unknown {
    const [from, to] = [this.from[i] ?? 0, this.to[i] ?? 0]
    switch (this.ranks[i]) {
      case RANK.string:
        return this.bytes.toString('utf8', from, to)
      case RANK.objectId:
        return new ObjectId(Uint8Array.prototype.slice.call(this.bytes, from, to))
      case RANK.bool:
        return this.bytes[from] === 1
      default:
        return new Date(this.ms(from))
    }
  }

  /** Bytes that `put` writes for a component under a name of so many bytes. */
  size(i: number, name: number): number {
    const value = (this.to[i] ?? 0) - (this.from[i] ?? 0)
    return 2 + name + value + (this.ranks[i] === RANK.string ? 5 : 0)
  }

  /** Writes a component as an element of a document at `p`; gives the position after it. */
  put(i: number, name: Buffer, out: Buffer, p: number): number {
    const [from, to] = [this.from[i] ?? 0, this.to[i] ?? 0]
    const at = p + 2 + name.length
    out.set(name, p + 1)
    out[at - 1] = 0
    switch (this.ranks[i]) {
      case RANK.string:
        out[p] = TYPE.string
        putInt32(out, at, to - from + 1)
        this.bytes.copy(out, at + 4, from, to)
        out[at + 4 + to - from] = 0
        return at + 5 + to - from
      case RANK.date:
        out[p] = TYPE.date
        out.writeBigInt64LE(BigInt(this.ms(from)), at)
        return at + 8
      case RANK.bool:
        out[p] = TYPE.bool
        break
      default:
        out[p] = TYPE.objectId
    }
    this.bytes.copy(out, at, from, to)
    return at + to - from
  }
}

const scratch = Buffer.alloc(8)
