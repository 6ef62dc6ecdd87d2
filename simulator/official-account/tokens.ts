import { hex } from '../ids.js'

/** What a token turned out to be. */
export type TokenCheck = 'valid' | 'unknown' | 'malformed' | 'replaced' | 'expired'

/** A token with the seconds it is good for. */
export interface IssuedToken {
  token: string
  expiresIn: number
}

/** The access tokens of an account: the plain kind (each call replaces the last) and the stable kind, apart from each other. */
export interface Tokens {
  /** `token`: a new token every time; the one before lives 5 more minutes. */
  plain(now: number): IssuedToken
  /** `stable_token`: the same token inside its life, a new one in its last 5 minutes (both then valid). */
  stable(now: number): IssuedToken
  /** force_refresh: kills the old token at once. Within 30 s of the last one nothing is refreshed and the same token returned. */
  force(now: number): IssuedToken
  check(token: string, now: number): TokenCheck
  /** Makes every token of the account invalid (40001), as a refresh elsewhere would. */
  invalidate(): void
  /** The newest token of either kind, for tests. */
  current(): string | undefined
}

const RENEWAL_MS = 300_000
const FORCE_GAP_MS = 30_000
const REMEMBERED = 256

interface Known {
  token: string
  validUntil: number
  replaced: boolean
  superseded: boolean
}

/** Tokens with this life (7200 s on the platform); a replaced one still works for `overlapMs`, 0 = only the newest is valid. */
export function createTokens(lifeMs: number, overlapMs = 300_000): Tokens {
  const known = new Map<string, Known>()
  let plain: Known | undefined
  let stable: Known | undefined
  let forcedAt = Number.NEGATIVE_INFINITY
  let newest: string | undefined
  const issue = (now: number): Known => {
    const made = {
      token: `${90 + (known.size % 9)}_${hex(60)}`,
      validUntil: now + lifeMs,
      replaced: false,
      superseded: false,
    }
    known.set(made.token, made)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    newest = made.token
    return made
  }
  const overlap = (old: Known | undefined, now: number) => {
    if (!old) return
    old.validUntil = Math.min(old.validUntil, now + overlapMs)
    old.superseded = true
  }
  const given = (item: Known, now: number): IssuedToken => ({
    token: item.token,
    expiresIn: Math.max(0, Math.floor((item.validUntil - now) / 1000)),
  })
  const usable = (item: Known | undefined, now: number): item is Known =>
    item !== undefined && !item.replaced && item.validUntil > now
  return {
    plain: (now) => {
      overlap(plain, now)
      plain = issue(now)
      return given(plain, now)
    },
    stable: (now) => {
      if (!usable(stable, now) || stable.validUntil - now < RENEWAL_MS) {
        overlap(stable, now)
        stable = issue(now)
      }
      return given(stable, now)
    },
    force: (now) => {
      if (usable(stable, now) && now - forcedAt < FORCE_GAP_MS) return given(stable, now)
      if (stable) stable.replaced = true
      forcedAt = now
      stable = issue(now)
      return given(stable, now)
    },
    check: (token, now) => {
      const item = known.get(token)
      if (!item) return /^[A-Za-z0-9_-]{16,512}$/.test(token) ? 'unknown' : 'malformed'
      if (item.replaced) return 'replaced'
      if (item.validUntil > now) return 'valid'
      return item.superseded ? 'replaced' : 'expired'
    },
    invalidate: () => {
      for (const item of known.values()) item.replaced = true
    },
    current: () => newest,
  }
}
