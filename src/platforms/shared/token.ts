import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { TokenRecord, TokenStore } from './token-store.js'

/** A token in use. `version` tells two tokens apart without showing them. */
export interface Token {
  readonly value: string
  readonly version: number
}

/** What the platform's token endpoint gave. */
export interface IssuedToken {
  value: string
  lifeMs: number
}

/**
 * Asks the platform for a token; `force` makes it issue a new one and kill the old (20 a day, 30 s apart).
 * Rejects with a `TokenProblem` when the platform says no.
 */
export type IssueToken = (force: boolean) => Promise<IssuedToken>

/** Why there is no token, and how long nobody should ask again. */
export class TokenProblem extends AppError {
  override readonly name = 'TokenProblem'
  /** `stop`: an operator has to act. `wait`: it may pass by itself. */
  readonly kind: 'stop' | 'wait'
  readonly retryAfterMs: number

  constructor(
    kind: 'stop' | 'wait',
    message: string,
    options: { fix?: string; cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(kind === 'stop' ? 'token.refused' : 'token.unavailable', message, options)
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? (kind === 'stop' ? STOP_PAUSE_MS : WAIT_PAUSE_MS)
  }
}

/** The access token of one app, shared by every process of the deployment. */
export interface TokenService {
  /** A token that should be good. Refreshes ahead of its end without making anybody wait. Rejects with `TokenProblem`. */
  get(): Promise<Token>
  /** The platform refused this token: gives another one, asking the platform only if no process has done so already. */
  replace(refused: Token): Promise<Token>
  /** The platform took this token; a service whose new tokens are refused again and again stops instead of hammering. */
  confirm(token: Token): void
  /** What keeps the service from getting a token now; undefined when all is well. */
  problem(): TokenProblem | undefined
  /** Forgets the pause after a problem: the operator says it is mended. */
  recheck(): void
  /** Asks the platform whatever is stored: do appid, secret and our address still get a token? Rejects with `TokenProblem`. */
  check(): Promise<void>
  /** Waits for a refresh under way. */
  close(): Promise<void>
}

export interface TokenServiceOptions {
  /** The record's key, e.g. `wx0123456789abcdef:access_token`. */
  key: string
  issue: IssueToken
  store: TokenStore
  clock: Clock
  log: Logger
  /** 0 to 1; spreads the refreshes of several apps. */
  random?: () => number
}

/** A refresh is due this long before the end: the platform then hands out the next token and both work for 5 min. */
const MARGIN_MS = 300_000
const JITTER_MS = 60_000
const LEASE_MS = 30_000
/** `force_refresh` is allowed 20 times a day; we use it at most once in this time. */
const FORCE_GAP_MS = 600_000
const STOP_PAUSE_MS = 60_000
const WAIT_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = { stop: 600_000, wait: 30_000 }
/** New tokens refused in a row, none of them ever accepted, before the account is stopped. */
const REFUSALS = 3
/** How long one caller waits for another process's refresh. */
const PATIENCE_MS = 15_000

interface Held extends Token {
  refreshAt: number
  expiresAt: number
}

/** A service; nothing is asked of the platform before the first `get`. */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const { key, store, clock, log } = options
  const random = options.random ?? Math.random
  let held: Held | undefined
  let fetching: Promise<Held> | undefined
  let trouble: { problem: TokenProblem; until: number; count: number } | undefined
  let confirmed = 0
  let refusals = 0

  const nowMs = () => clock.now().getTime()

  const hold = (record: TokenRecord): Held => {
    const now = nowMs()
    const margin = Math.min(MARGIN_MS, record.leftMs / 2)
    const jitter = Math.min(JITTER_MS, margin / 5) * random()
    held = {
      value: record.value,
      version: record.version,
      expiresAt: now + record.leftMs,
      refreshAt: now + record.leftMs - margin + jitter,
    }
    trouble = undefined
    return held
  }
  const usable = (record: TokenRecord | undefined, refused?: Token): record is TokenRecord =>
    record !== undefined && record.leftMs > 0 && (refused === undefined || record.value !== refused.value)
  const fresh = (record: TokenRecord) => record.leftMs > MARGIN_MS
  const paused = (): TokenProblem | undefined => {
    if (!trouble || nowMs() >= trouble.until) return undefined
    const { kind, message, fix } = trouble.problem
    return new TokenProblem(kind, message, { ...(fix && { fix }), retryAfterMs: trouble.until - nowMs() })
  }

  const stumble = (error: unknown): TokenProblem => {
    const problem =
      error instanceof TokenProblem
        ? error
        : new TokenProblem('wait', `the token could not be fetched: ${messageOf(error)}`)
    const count = (trouble?.count ?? 0) + 1
    const longest = Math.max(problem.retryAfterMs, LONGEST_PAUSE_MS[problem.kind])
    const wait = Math.min(problem.retryAfterMs * 2 ** (count - 1), longest)
    trouble = { problem, until: nowMs() + wait, count }
    const fields = { app: key, reason: problem.message, fix: problem.fix, waitMs: wait }
    if (problem.kind === 'stop') log.error(fields, 'token was refused')
    else log.warn(fields, 'token could not be fetched')
    return problem
  }

  const ask = async (refused: Token | undefined, seen: TokenRecord | undefined, fence: number): Promise<Held> => {
    if (refused && seen?.value === refused.value) await store.expire(key, refused.value)
    let issued = await options.issue(false)
    let forced = false
    if (refused && issued.value === refused.value) {
      if (!(await store.mayForce(key, FORCE_GAP_MS))) throw refusedAgain()
      forced = true
      issued = await options.issue(true)
      if (issued.value === refused.value) throw refusedAgain()
    }
    const record = await store.write(key, issued.value, issued.lifeMs, fence)
    log.info({ app: key, version: record.version, forced, lifeMs: record.leftMs }, 'token was refreshed')
    return hold(record)
  }

  const acquire = async (refused: Token | undefined, ahead: boolean): Promise<Held> => {
    const patience = nowMs() + PATIENCE_MS
    const started = performance.now()
    for (let delay = 50; ; delay = Math.min(delay * 2, 500)) {
      const record = await store.read(key)
      if (usable(record, refused) && (!ahead || fresh(record))) return hold(record)
      const lease = await store.lease(key, LEASE_MS)
      if (lease) {
        try {
          const again = await store.read(key)
          if (usable(again, refused) && (!ahead || fresh(again))) return hold(again)
          return await ask(refused, again, lease.fence)
        } finally {
          await lease.release().catch(() => undefined)
        }
      }
      if (ahead && usable(record)) return hold(record)
      if (nowMs() > patience || performance.now() - started > PATIENCE_MS) {
        throw new TokenProblem('wait', 'another process is fetching the token and has not finished')
      }
      await pause(delay)
    }
  }

  const tooMany = (refused: Token): boolean => {
    refusals = refused.version === confirmed ? 0 : refusals + 1
    if (refusals <= REFUSALS) return false
    refusals = REFUSALS - 1
    return true
  }

  /** One fetch at a time in this process; everybody who comes meanwhile shares it. */
  const share = (refused: Token | undefined, ahead: boolean): Promise<Held> => {
    fetching ??= acquire(refused, ahead)
      .catch((error: unknown) => {
        throw stumble(error)
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }

  return {
    get: async () => {
      const now = nowMs()
      if (held && now < held.refreshAt) return held
      if (held && now < held.expiresAt) {
        if (!paused()) share(undefined, true).catch(() => undefined)
        return held
      }
      const problem = paused()
      if (problem) throw problem
      return share(undefined, false)
    },
    replace: async (refused) => {
      if (held && held.value !== refused.value && nowMs() < held.expiresAt) return held
      if (held?.value === refused.value) held = undefined
      const problem = paused()
      if (problem) throw problem
      if (!fetching && tooMany(refused)) throw stumble(refusedAgain())
      const token = await share(refused, false)
      return token.value === refused.value ? share(refused, false) : token
    },
    confirm: (token) => {
      if (token.version === confirmed) return
      confirmed = token.version
      refusals = 0
    },
    problem: paused,
    recheck: () => {
      trouble = undefined
      refusals = 0
    },
    check: async () => {
      await options.issue(false)
    },
    close: async () => {
      await fetching?.catch(() => undefined)
    },
  }
}

const refusedAgain = () =>
  new TokenProblem('stop', 'the platform refuses every token that it gives us', {
    fix: '核对 AppID 与 AppSecret 是否属于同一账号，并检查是否有其他系统在强制刷新 token / Check that appid and secret belong together and that no other system forces refreshes',
  })
