import { randomBytes } from 'node:crypto'

let pool = Buffer.alloc(0)
let used = 0

/** Random bytes, drawn from a pool because every push and every error needs some. */
export function randomBlock(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  used += bytes
  return pool.subarray(used - bytes, used)
}

/** Random hex digits, two for each byte. */
export function hex(bytes: number): string {
  return randomBlock(bytes).toString('hex')
}

/** A request id as errmsg carries it: `xxxxxxxx-xxxxxxxx-xxxxxxxx`. */
export function rid(): string {
  return `${hex(4)}-${hex(4)}-${hex(4)}`
}

/** Letters, digits, `-` and `_`, of this length. */
export function randomText(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length)
}

/** An openid: 28 characters beginning with `o`. */
export function newOpenid(): string {
  return `o${randomText(27)}`
}

let sequence = 0n

/** A message id beyond 2^53, growing, as the platform's are. */
export function newMessageId(now: number): bigint {
  sequence += 1n
  return 24_000_000_000_000_000n + BigInt(Math.floor(now / 1000) % 1_000_000_000) * 1_000_000n + (sequence % 1_000_000n)
}
