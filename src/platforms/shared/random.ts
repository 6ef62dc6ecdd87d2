import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/**
 * Copies `length` random bytes into `target` at `offset`. Drawn 4 KiB at a time, because one draw costs more than
 * encrypting a message, and wiped once used.
 */
export function fillRandom(target: Buffer, offset: number, length: number): void {
  if (length > POOL_BYTES) throw new RangeError(`at most ${POOL_BYTES} bytes at a time`)
  if (used + length > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(target, offset, used, used + length)
  pool.fill(0, used, used + length)
  used += length
}

/** A nonce of 16 hexadecimal digits from the system's random source. */
export function randomNonce(): string {
  const bytes = Buffer.allocUnsafe(8)
  fillRandom(bytes, 0, 8)
  return bytes.toString('hex')
}
