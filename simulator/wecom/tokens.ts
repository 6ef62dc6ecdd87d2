import { randomText } from '../ids.js'

/** What a token turned out to be: 0 valid, 42001 expired, 40014 not valid; undefined when it never was one. */
export type CorpTokenCheck = 0 | 42001 | 40014 | undefined

/** Access tokens of an app: the same one for everybody who asks inside its life. */
export interface CorpTokens {
  issue(now: number): { token: string; expiresIn: number }
  check(token: string, now: number): CorpTokenCheck
  /** The platform ends it early. */
  end(code: 40014 | 42001): void
  current(): string | undefined
}

const REMEMBERED = 64

/** Tokens with this life. They never look like an Official Account's (two digits and an underscore first). */
export function createCorpTokens(lifeMs: number): CorpTokens {
  const ended = new Map<string, 40014 | 42001>()
  let live: { token: string; until: number } | undefined
  const bury = (code: 40014 | 42001) => {
    if (live) ended.set(live.token, code)
    const [oldest] = ended.keys()
    if (ended.size > REMEMBERED && oldest !== undefined) ended.delete(oldest)
    live = undefined
  }
  return {
    issue: (now) => {
      if (live && live.until <= now) bury(42001)
      live ??= { token: `w${randomText(213)}`, until: now + lifeMs }
      return { token: live.token, expiresIn: Math.max(1, Math.floor((live.until - now) / 1000)) }
    },
    check: (token, now) => {
      if (live?.token === token) return live.until > now ? 0 : 42001
      return ended.get(token)
    },
    end: bury,
    current: () => live?.token,
  }
}
