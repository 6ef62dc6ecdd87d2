import { limits } from '../../../rules/official-account/limits.js'
import { text } from '../../json.js'
import type { Platform } from '../../platform.js'
import type { Account } from '../account.js'
import { type Answer, type Call, fail, jsonBody } from './answer.js'

/** What a token call gave as credentials. */
export interface Credentials {
  grantType: string | undefined
  appid: string | undefined
  secret: string | undefined
  force: boolean
}

/** Credentials of a `token` (query) or `stable_token` (JSON) call. */
export function credentials(call: Omit<Call, 'account'>): Credentials | { error: Answer } {
  if (call.path === '/cgi-bin/token') {
    const { query } = call
    return {
      grantType: query.get('grant_type') ?? undefined,
      appid: query.get('appid') ?? undefined,
      secret: query.get('secret') ?? undefined,
      force: false,
    }
  }
  const parsed = jsonBody(call as Call)
  if ('error' in parsed) return parsed
  const { body } = parsed
  return {
    grantType: text(body, 'grant_type'),
    appid: text(body, 'appid'),
    secret: text(body, 'secret'),
    force: body['force_refresh'] === true,
  }
}

/** The account the credentials belong to, or 41002, 41004, 40002, 40013, 40125, 40164. */
export function authorize(
  platform: Platform,
  given: Credentials,
  ip: string,
): { account: Account } | { error: Answer } {
  if (given.grantType !== 'client_credential') return { error: fail(40002) }
  if (!given.appid) return { error: fail(41002) }
  if (!given.secret) return { error: fail(41004) }
  const account = platform.byAppid.get(given.appid)
  if (!account) return { error: fail(40013) }
  const allowed = account.options.ipAllowList
  if (allowed && !allowed.includes(ip)) {
    return { error: fail(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`) }
  }
  return account.options.secret === given.secret ? { account } : { error: fail(40125) }
}

/** Hands out a token: the plain kind is new each time, the stable kind the same within its life. */
export function issueToken(account: Account, stable: boolean, force: boolean, now: number): Answer {
  const { tokens, quotas } = account
  if (force && !quotas.countForced(now, limits.tokenForceRefreshesPerDay.value)) return fail(45009)
  const issued = !stable ? tokens.plain(now) : force ? tokens.force(now) : tokens.stable(now)
  return { access_token: issued.token, expires_in: issued.expiresIn }
}

/** What is wrong with the token of a call, or undefined. */
export function tokenFault(account: Account | undefined, token: string | null, now: number): Answer | undefined {
  if (!token) return fail(41001)
  const check = account?.tokens.check(token, now) ?? (token.length < 16 ? 'malformed' : 'unknown')
  switch (check) {
    case 'valid':
      return undefined
    case 'malformed':
      return fail(40014)
    case 'expired':
      return fail(42001)
    case 'unknown':
    case 'replaced':
      return fail(40001)
  }
}
