// Where a document's wanted top-level fields are, found in one walk over its bytes.
import { checkValue, int32, nameEnd, skip } from './raw.js'

/** Positions of the wanted fields of the document walked last; one table serves many documents, one at a time. */
export class FieldTable {
  readonly names: readonly string[]
  /** BSON type of each wanted field, 0 when it is missing. */
  readonly types: Int32Array
  /** Start of each value. */
  readonly at: Int32Array
  /** Start of each element (its type byte). */
  readonly from: Int32Array
  /** End of each value. */
  readonly to: Int32Array
  private readonly bytes: Buffer[]

  constructor(names: readonly string[]) {
    this.names = names
    this.bytes = names.map((name) => Buffer.from(name))
    this.types = new Int32Array(names.length)
    this.at = new Int32Array(names.length)
    this.from = new Int32Array(names.length)
    this.to = new Int32Array(names.length)
  }

  /** Walks the document at the start of `b`; `checked` also verifies its whole structure (throws 22 or 15). */
  locate(b: Buffer, checked = false): void {
    this.types.fill(0)
    const stop = int32(b, 0) - 1
    let p = 4
    while (p < stop) {
      const type = b[p] ?? 0
      const nul = nameEnd(b, p + 1, stop)
      const end = checked ? checkValue(b, type, nul + 1, stop, 0) : skip(b, type, nul + 1, stop)
      const i = this.which(b, p + 1, nul)
      if (i >= 0) {
        this.types[i] = type
        this.at[i] = nul + 1
        this.from[i] = p
        this.to[i] = end
      }
      p = end
    }
  }

  private which(b: Buffer, from: number, nul: number): number {
    const length = nul - from
    const all = this.bytes
    for (let i = 0; i < all.length; i++) {
      const name = all[i]
      if (name !== undefined && name.length === length && sameBytes(b, from, name)) return i
    }
    return -1
  }
}

function sameBytes(b: Buffer, from: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (b[from + i] !== name[i]) return false
  return true
}
