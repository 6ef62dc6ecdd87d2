// Index keys that wait in memory, in order: those of the documents stored last.

/** Ordered keys, as strings of one character a byte. */
export class RecentKeys {
  private readonly keys: string[] = []

  get size(): number {
    return this.keys.length
  }

  /** The keys in order. */
  get all(): readonly string[] {
    return this.keys
  }

  /** Adds a key; false when it is there already. */
  add(key: string): boolean {
    const { keys } = this
    const last = keys.length - 1
    // dates and counters only grow: most keys of such an index belong at the end
    if (last < 0 || (keys[last] as string) < key) {
      keys.push(key)
      return true
    }
    const at = this.place(key)
    if (keys[at] === key) return false
    keys.splice(at, 0, key)
    return true
  }

  /** Takes a key away; false when it is not there. */
  remove(key: string): boolean {
    const at = this.place(key)
    if (this.keys[at] !== key) return false
    if (at === 0) this.keys.shift()
    else this.keys.splice(at, 1)
    return true
  }

  /** The first key from `low` on (behind it when `exclusive`) that is below `high`. */
  next(low: string, exclusive: boolean, high: string): string | undefined {
    const { keys } = this
    let at = this.place(low)
    if (exclusive && keys[at] === low) at++
    const key = keys[at]
    return key !== undefined && key < high ? key : undefined
  }

  /** The last key below `high` that is not below `low`. */
  previous(high: string, low: string): string | undefined {
    const key = this.keys[this.place(high) - 1]
    return key !== undefined && key >= low ? key : undefined
  }

  // where the key is, or where it belongs
  private place(key: string): number {
    const { keys } = this
    let from = 0
    let to = keys.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((keys[middle] as string) < key) from = middle + 1
      else to = middle
    }
    return from
  }
}
