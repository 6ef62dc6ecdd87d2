// Ordered walks over LMDB keys that survive a commit between two steps and hold no snapshot while they rest.
import type { RootDatabase } from 'lmdb'

/** The database as this store opens it. */
export type Lmdb = RootDatabase<Buffer, Buffer>

const resting = new WeakMap<Lmdb, Set<KeyScan>>()

/**
 * Keys in [low, high), forwards or backwards. `release` closes the LMDB cursor; the next step opens it again after the
 * last key seen, so rows that stay are met exactly once whatever is written in between.
 */
export class KeyScan {
  key: Buffer = EMPTY
  value: Buffer = EMPTY
  private readonly db: Lmdb
  private readonly low: Buffer
  private readonly high: Buffer
  private readonly reverse: boolean
  private readonly withValues: boolean
  private last: Buffer | undefined
  private walk: Iterator<Buffer | { key: Buffer; value: Buffer }> | undefined
  private done = false

  constructor(db: Lmdb, low: Buffer, high: Buffer, reverse: boolean, withValues: boolean) {
    this.db = db
    this.low = low
    this.high = high
    this.reverse = reverse
    this.withValues = withValues
  }

  /** Steps to the next key; false at the end. */
  next(): boolean {
    if (this.done) return false
    this.walk ??= this.open()
    const step = this.walk.next()
    if (step.done) {
      this.done = true
      this.release()
      return false
    }
    const entry = step.value
    if ('key' in entry) {
      this.key = entry.key
      this.value = entry.value
    } else this.key = entry
    this.last = this.key
    return true
  }

  /** Goes on behind `key`, or from the start when there is none. */
  goOnAfter(key: Buffer | undefined): void {
    this.release()
    this.last = key
    this.done = false
  }

  /** Gives up the LMDB cursor until the next step. */
  release(): void {
    this.walk?.return?.()
    this.walk = undefined
    resting.get(this.db)?.delete(this)
  }

  private open(): Iterator<Buffer | { key: Buffer; value: Buffer }> {
    openScans(this.db).add(this)
    const from = this.reverse ? this.high : this.low
    const range = {
      start: this.last ?? from,
      end: this.reverse ? this.low : this.high,
      reverse: this.reverse,
      inclusiveEnd: this.reverse,
      exclusiveStart: this.reverse || this.last !== undefined,
    }
    return this.withValues ? this.db.getRange(range)[Symbol.iterator]() : this.db.getKeys(range)[Symbol.iterator]()
  }
}

const EMPTY = Buffer.alloc(0)

function openScans(db: Lmdb): Set<KeyScan> {
  let set = resting.get(db)
  if (set === undefined) {
    set = new Set()
    resting.set(db, set)
  }
  return set
}

/** Releases every scan that still holds an LMDB cursor: called after each command, so no snapshot outlives it. */
export function releaseScans(db: Lmdb): void {
  const set = resting.get(db)
  if (set === undefined || set.size === 0) return
  for (const scan of [...set]) scan.release()
}
