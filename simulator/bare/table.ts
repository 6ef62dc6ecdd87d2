const { imul } = Math

/** A 64-bit hash of a text, as two unsigned halves. */
export interface Hash {
  low: number
  high: number
}

/** Hashes UTF-16 units; two texts out of a million share a hash with a chance of about 1 in 40 million. */
export function hashOf(text: string): Hash {
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = imul(low ^ unit, 0x01000193)
    high = imul((high << 13) | (high >>> 19), 5) ^ imul(unit + 0x7f4a7c15, 0x85ebca6b)
  }
  return { low: mix(low ^ text.length), high: mix(high + low) }
}

function mix(value: number): number {
  let mixed = value
  mixed = imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Numbers by text, 16 bytes a place: a million texts take 32 MB at most. A number is 0 until it is set. */
export interface Table {
  readonly size: number
  get(key: Hash): number
  set(key: Hash, value: number): void
  /** Adds to the number and gives the new one. */
  add(key: Hash, amount?: number): number
  values(): IterableIterator<number>
  clear(): void
}

const FIRST = 1024
const FULL = 0.6

/** An empty table. */
export function createTable(): Table {
  let low = new Uint32Array(FIRST)
  let high = new Uint32Array(FIRST)
  let numbers = new Float64Array(FIRST)
  let used = new Uint8Array(FIRST)
  let size = 0

  function place(key: Hash): number {
    const mask = low.length - 1
    let at = key.low & mask
    while (used[at] === 1 && (low[at] !== key.low || high[at] !== key.high)) at = (at + 1) & mask
    return at
  }
  function occupy(at: number, key: Hash): void {
    used[at] = 1
    low[at] = key.low
    high[at] = key.high
    size += 1
  }
  function grow(): void {
    const before = { low, high, numbers, used }
    reset(before.low.length * 2)
    for (let at = 0; at < before.low.length; at++) {
      if (before.used[at] !== 1) continue
      const key = { low: before.low[at] ?? 0, high: before.high[at] ?? 0 }
      const next = place(key)
      occupy(next, key)
      numbers[next] = before.numbers[at] ?? 0
    }
  }
  function reset(length: number): void {
    low = new Uint32Array(length)
    high = new Uint32Array(length)
    numbers = new Float64Array(length)
    used = new Uint8Array(length)
    size = 0
  }
  function seat(key: Hash): number {
    const found = place(key)
    if (used[found] === 1) return found
    if (size + 1 > low.length * FULL) {
      grow()
      return seat(key)
    }
    occupy(found, key)
    return found
  }

  return {
    get size() {
      return size
    },
    get: (key) => numbers[place(key)] ?? 0,
    set: (key, value) => {
      numbers[seat(key)] = value
    },
    add: (key, amount = 1) => {
      const at = seat(key)
      const value = (numbers[at] ?? 0) + amount
      numbers[at] = value
      return value
    },
    *values() {
      for (let at = 0; at < used.length; at++) if (used[at] === 1) yield numbers[at] ?? 0
    },
    clear: () => reset(FIRST),
  }
}
