import type { Clock } from '../../core/clock.js'

/** A stored token as it is now. */
export interface TokenRecord {
  value: string
  /** Grows by one whenever the value changes. */
  version: number
  /** Until its end, by the store's clock; 0 or less when it has ended or was found to be refused. */
  leftMs: number
}

/** The right to refresh, held by one process. */
export interface TokenLease {
  /** Larger than that of every lease before. */
  readonly fence: number
  release(): Promise<void>
}

/** Where the processes of a deployment share tokens. Every time in it is the store's, so that their clocks may differ. */
export interface TokenStore {
  read(key: string): Promise<TokenRecord | undefined>
  /** Stores a token that was just issued, unless a holder of a later lease has written; gives the record as it then is. */
  write(key: string, value: string, lifeMs: number, fence: number): Promise<TokenRecord>
  /** Ends the stored token if it is still this one (compare-and-expire). */
  expire(key: string, value: string): Promise<void>
  /** Undefined while another process holds it; it ends by itself after `ttlMs`. */
  lease(key: string, ttlMs: number): Promise<TokenLease | undefined>
  /** True at most once in `gapMs` over all processes. */
  mayForce(key: string, gapMs: number): Promise<boolean>
}

/** A store in memory: for one process, and for tests in which several services share it. */
export function createMemoryTokenStore(clock: Clock): TokenStore {
  const rows = new Map<string, { value: string; version: number; expiresAt: number; fence: number }>()
  let fences = 0
  const leases = new Map<string, { until: number }>()
  const forced = new Map<string, number>()
  const now = () => clock.now().getTime()
  const read = (key: string): TokenRecord | undefined => {
    const row = rows.get(key)
    return row && { value: row.value, version: row.version, leftMs: row.expiresAt - now() }
  }
  return {
    read: async (key) => read(key),
    write: async (key, value, lifeMs, fence) => {
      const old = rows.get(key)
      if (old && old.fence > fence) return { value: old.value, version: old.version, leftMs: old.expiresAt - now() }
      const version = old?.value === value ? old.version : (old?.version ?? 0) + 1
      rows.set(key, { value, version, expiresAt: now() + lifeMs, fence })
      return { value, version, leftMs: lifeMs }
    },
    expire: async (key, value) => {
      const row = rows.get(key)
      if (row?.value === value) row.expiresAt = 0
    },
    lease: async (key, ttlMs) => {
      const other = leases.get(key)
      if (other && other.until > now()) return undefined
      const mine = { until: now() + ttlMs }
      leases.set(key, mine)
      fences += 1
      return {
        fence: fences,
        release: async () => {
          if (leases.get(key) === mine) leases.delete(key)
        },
      }
    },
    mayForce: async (key, gapMs) => {
      const last = forced.get(key)
      if (last !== undefined && now() - last < gapMs) return false
      forced.set(key, now())
      return true
    },
  }
}
