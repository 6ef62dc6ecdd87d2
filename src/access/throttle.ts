import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { attemptRows } from './model.js'

/** So many attempts in a window of time. */
export interface Bucket {
  name: string
  limit: number
  windowMs: number
}

/** Counts attempts over all processes. */
export interface Throttle {
  /** Takes one from each; undefined when all had one left, else the seconds until the fullest has again. */
  take(buckets: readonly Bucket[]): Promise<number | undefined>
  /** Gives a bucket back: the attempt was no guess. */
  clear(bucket: Bucket): Promise<void>
}

/** Too many attempts; says how long to wait. */
export class ThrottledError extends AppError {
  override readonly name = 'ThrottledError'
  readonly retryAfterSeconds: number

  constructor(what: string, message: string, retryAfterSeconds: number) {
    super(`throttled.${what}`, message, { fix: `wait ${retryAfterSeconds} s` })
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Fixed windows by our clock; rows go with their window. */
export function createThrottle({ connection, clock }: { connection: Connection; clock: Clock }): Throttle {
  const idOf = ({ name, windowMs }: Bucket, now: number) => `${name}@${Math.floor(now / windowMs)}`
  const endOf = ({ windowMs }: Bucket, now: number) => (Math.floor(now / windowMs) + 1) * windowMs

  async function count(bucket: Bucket, now: number): Promise<number> {
    const add = () =>
      attemptRows(connection).findOneAndUpdate(
        { _id: idOf(bucket, now) },
        { $inc: { count: 1 }, $setOnInsert: { endsAt: new Date(endOf(bucket, now)) } },
        { upsert: true, returnDocument: 'after' },
      )
    const row = await add().catch((error: unknown) => {
      if (isDuplicate(error)) return add()
      throw error
    })
    return row?.count ?? 1
  }

  return {
    async take(buckets) {
      const now = clock.now().getTime()
      const waits = await Promise.all(
        buckets.map(async (bucket) => {
          if ((await count(bucket, now)) <= bucket.limit) return 0
          return Math.max(1, Math.ceil((endOf(bucket, now) - now) / 1000))
        }),
      )
      const longest = Math.max(0, ...waits)
      return longest === 0 ? undefined : longest
    },
    async clear(bucket) {
      await attemptRows(connection).deleteOne({ _id: idOf(bucket, clock.now().getTime()) })
    },
  }
}

/** The part of an address that one sender has: IPv6 networks of 64 bits are one sender's. */
export function networkOf(address: string): string {
  const bare = address.startsWith('::ffff:') ? address.slice(7) : address
  if (!bare.includes(':')) return bare
  const [head = '', tail] = bare.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const groups = tail === undefined ? left : [...left, ...middle, ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
