/** Numbers for contact ids, from 0 on in the order of first sight. */
export interface IdIndex {
  /** The id's number; a new id gets the next one. */
  add(id: string): number
  /** The id's number, -1 when it was never added. */
  find(id: string): number
  readonly size: number
}

/**
 * An index of ids that keeps no strings: an id of 24 hex digits takes 12 bytes and its place in a hash table. A million
 * take 20 MB, in a Set of strings 126. Other ids are kept as they are.
 */
export function createIdIndex(): IdIndex {
  let keys = new Uint32Array(3 * 16)
  let places = new Int32Array(32)
  let size = 0
  const others = new Map<string, number>()
  const key = new Uint32Array(3)

  /** Where the id in `key` is, or belongs: `places` holds numbers plus one. */
  function place(): number {
    const mask = places.length - 1
    const a = key[0] ?? 0
    const b = key[1] ?? 0
    const c = key[2] ?? 0
    let hash = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) ^ Math.imul(b ^ (b >>> 13), 0x297a2d39) ^ Math.imul(c, 0x85ebca6b)
    hash ^= hash >>> 16
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = places[at] ?? 0
      const from = (found - 1) * 3
      if (found === 0 || (keys[from] === a && keys[from + 1] === b && keys[from + 2] === c)) return at
    }
  }

  function grow(): void {
    const before = keys
    keys = new Uint32Array(before.length * 2)
    keys.set(before)
    places = new Int32Array(places.length * 2)
    for (let number = 0; number < size; number++) {
      key.set(before.subarray(number * 3, number * 3 + 3))
      if (!isOther(number)) places[place()] = number + 1
    }
  }

  const otherNumbers = new Set<number>()
  const isOther = (number: number) => otherNumbers.size > 0 && otherNumbers.has(number)

  function next(): number {
    if ((size + 1) * 3 > keys.length) grow()
    return size++
  }

  return {
    get size() {
      return size
    },
    find(id) {
      if (!parseInto(key, id)) return others.get(id) ?? -1
      return (places[place()] ?? 0) - 1
    },
    add(id) {
      if (!parseInto(key, id)) {
        const known = others.get(id)
        if (known !== undefined) return known
        const number = next()
        others.set(id, number)
        otherNumbers.add(number)
        return number
      }
      const known = places[place()] ?? 0
      if (known > 0) return known - 1
      const a = key[0] ?? 0
      const b = key[1] ?? 0
      const c = key[2] ?? 0
      const number = next()
      keys[number * 3] = key[0] = a
      keys[number * 3 + 1] = key[1] = b
      keys[number * 3 + 2] = key[2] = c
      places[place()] = number + 1
      return number
    },
  }
}

/** Reads 24 lower-case hex digits as three numbers; false when the id is none. */
function parseInto(key: Uint32Array, id: string): boolean {
  if (id.length !== 24) return false
  for (let part = 0; part < 3; part++) {
    let value = 0
    for (let at = part * 8; at < part * 8 + 8; at++) {
      const unit = id.charCodeAt(at)
      const digit = unit >= 48 && unit <= 57 ? unit - 48 : unit >= 97 && unit <= 102 ? unit - 87 : -1
      if (digit < 0) return false
      value = (value << 4) | digit
    }
    key[part] = value
  }
  return true
}
