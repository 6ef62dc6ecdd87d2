// Cuts a byte stream into whole messages.
import { int32 } from '../bson/raw.js'
import { HEADER, MAX_MESSAGE, WireError } from './message.js'

/** Collects chunks; `take` gives the next whole message. Holds at most one message and what followed it. */
export class Frames {
  private chunks: Buffer[] = []
  private have = 0

  /** Adds what arrived. */
  add(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.have += chunk.length
  }

  /** The next whole message, or undefined until more arrives. Throws WireError for an impossible length. */
  take(): Buffer | undefined {
    const first = this.chunks[0]
    if (first === undefined || this.have < HEADER) return undefined
    const head = first.length >= 4 ? first : this.join()
    const length = int32(head, 0)
    if (length < HEADER || length > MAX_MESSAGE) throw new WireError(`a message cannot be ${length} bytes long`)
    if (this.have < length) return undefined
    const all = head.length >= length ? head : this.join()
    this.have -= length
    if (all.length > length) this.chunks[0] = all.subarray(length)
    else this.chunks.shift()
    return all.length > length ? all.subarray(0, length) : all
  }

  private join(): Buffer {
    const all = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks)
    this.chunks = [all]
    return all
  }
}
