/** A list of ids in few bytes, in which a stretch is found without reading all of it. */
export interface Pack {
  readonly count: number
  readonly lo: string
  readonly hi: string
  /** Calls back for every id from `lo` to `hi`, both included, in their order. */
  within(lo: string, hi: string, each: (id: string) => void): void
}

/** Every so many ids one is written in full, to begin reading at. */
const BLOCK = 32
const HEX = /^[0-9a-f]{24}$/

/**
 * Writes ids one behind the other: how many bytes are as in the id before, how many follow, and these. Our contact ids
 * grow with time, so that neighbours share most: 3 bytes an id after an import, 10 where people came one by one.
 */
export function packIds(ids: readonly string[]): Buffer {
  const sorted = [...ids].sort()
  const encoding = sorted.every((id) => HEX.test(id)) ? 'hex' : 'utf8'
  const pieces = [Buffer.of(encoding === 'hex' ? 0 : 1)]
  let before = Buffer.alloc(0)
  for (const [at, id] of sorted.entries()) {
    const bytes = Buffer.from(id, encoding)
    if (bytes.length > 255) throw new RangeError('an id has at most 255 bytes')
    const shared = at % BLOCK === 0 ? 0 : sharedBytes(before, bytes)
    pieces.push(Buffer.of(shared, bytes.length - shared), bytes.subarray(shared))
    before = bytes
  }
  return Buffer.concat(pieces)
}

/** Reads what `packIds` wrote. */
export function openPack(packed: Uint8Array): Pack {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  const encoding = bytes[0] === 0 ? 'hex' : 'utf8'
  const heads: number[] = []
  let count = 0
  for (let at = 1; at < bytes.length; at += 2 + byteAt(bytes, at + 1)) if (count++ % BLOCK === 0) heads.push(at)

  function headId(block: number): string {
    const at = heads[block] ?? 0
    return bytes.toString(encoding, at + 2, at + 2 + byteAt(bytes, at + 1))
  }

  /** The last block that begins at or before an id. */
  function blockOf(id: string): number {
    let low = 0
    let high = heads.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (headId(middle) <= id) low = middle
      else high = middle - 1
    }
    return low
  }

  function within(lo: string, hi: string, each: (id: string) => void): void {
    const scratch = Buffer.allocUnsafe(255)
    const from = blockOf(lo)
    for (let at = heads[from > 0 && headId(from) === lo ? from - 1 : from] ?? bytes.length; at < bytes.length; ) {
      const shared = byteAt(bytes, at)
      const rest = byteAt(bytes, at + 1)
      bytes.copy(scratch, shared, at + 2, at + 2 + rest)
      const id = scratch.toString(encoding, 0, shared + rest)
      if (id > hi) return
      if (id >= lo) each(id)
      at += 2 + rest
    }
  }

  let last = ''
  const lo = count > 0 ? headId(0) : ''
  if (count > 0) within(headId(heads.length - 1), '\uffff', (id) => (last = id))
  return { count, lo, hi: last, within }
}

const byteAt = (bytes: Buffer, at: number): number => bytes[at] ?? 0

function sharedBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length)
  let shared = 0
  while (shared < most && a[shared] === b[shared]) shared++
  return shared
}
