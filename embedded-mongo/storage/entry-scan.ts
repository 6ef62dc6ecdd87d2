// An ordered walk over the entries of an index, those in LMDB and those still in memory.
import type { Index } from './index-def.js'
import { readRecord, recordAtEnd, recordOfText } from './layout.js'
import type { RecentKeys } from './recent-keys.js'
import { KeyScan, type Lmdb } from './scan.js'

/**
 * Entries of `ix` with keys in [low, high), forwards or backwards. As `KeyScan` it may rest between two steps: entries
 * that stay are met exactly once, also when they go from memory to LMDB meanwhile.
 */
export class EntryScan {
  record = 0
  private readonly ix: Index
  private readonly low: string
  private readonly high: string
  private readonly reverse: boolean
  private readonly stored: KeyScan
  private recent: RecentKeys
  /** The entry given last. */
  private last: string | Buffer | undefined
  /** A stored key that was read and not given yet. */
  private ahead: Buffer | undefined

  constructor(db: Lmdb, ix: Index, low: Buffer, high: Buffer, reverse: boolean) {
    this.ix = ix
    this.low = low.toString('latin1')
    this.high = high.toString('latin1')
    this.reverse = reverse
    this.stored = new KeyScan(db, low, high, reverse, ix.unique)
    this.recent = ix.recent
  }

  /** The whole key of the entry given last, without its record when the index is unique. */
  get key(): Buffer {
    const { last } = this
    return typeof last === 'string' ? Buffer.from(last, 'latin1') : (last ?? EMPTY)
  }

  /** Steps to the next entry; false at the end. */
  next(): boolean {
    if (this.ix.recent !== this.recent) this.catchUp()
    const recent = this.recent.size === 0 ? undefined : this.nextRecent()
    if (this.ahead === undefined && this.stored.next()) this.ahead = this.stored.key
    const { ahead } = this
    if (recent === undefined) return ahead !== undefined && this.giveStored(ahead)
    if (ahead !== undefined) {
      const text = ahead.toString('latin1')
      if (this.reverse ? text > recent : text < recent) return this.giveStored(ahead)
    }
    this.last = recent
    this.record = recordOfText(recent)
    return true
  }

  private giveStored(key: Buffer): true {
    this.record = this.ix.unique ? readRecord(this.stored.value, 0) : recordAtEnd(key)
    this.last = key
    this.ahead = undefined
    return true
  }

  private nextRecent(): string | undefined {
    const last = typeof this.last === 'object' ? this.last.toString('latin1') : this.last
    if (this.reverse) return this.recent.previous(last ?? this.high, this.low)
    return this.recent.next(last ?? this.low, last !== undefined, this.high)
  }

  // what was in memory has gone to LMDB, perhaps before the place that was read there
  private catchUp(): void {
    this.recent = this.ix.recent
    this.ahead = undefined
    this.stored.goOnAfter(this.last === undefined ? undefined : this.key)
  }
}

const EMPTY = Buffer.alloc(0)
