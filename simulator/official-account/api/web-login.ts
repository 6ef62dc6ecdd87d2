import { limits } from '../../../rules/official-account/limits.js'
import { randomText } from '../../ids.js'
import type { Account } from '../account.js'
import { type OnceCode, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'

const open = (run: Endpoint['run']): Endpoint => ({ method: 'GET', open: true, capability: 'web-login', run })

/** Web login after the page /connect/oauth2/authorize has sent the browser back with a code. */
export const webLoginEndpoints: Record<string, Endpoint> = {
  '/sns/oauth2/access_token': open(exchange),
  '/sns/oauth2/refresh_token': open(refresh),
  '/sns/userinfo': { method: 'GET', open: true, run: profile },
  '/sns/auth': { method: 'GET', open: true, run: check },
}

const LIFE_S = limits.tokenSeconds.value

/** A code for this person, good once and for 5 minutes. */
export function issueCode(account: Account, openid: string, scope: string, now: number): string {
  const code = randomText(32)
  recordsOf(account).loginCodes.set(code, { openid, scope, until: now + limits.webLoginCodeMs.value, used: false })
  return code
}

/** Uses a code up; the errcode when it is unknown, over (40029) or used (40163). */
export function useCode(codes: Map<string, OnceCode>, code: string, now: number): OnceCode | 40029 | 40163 {
  const found = codes.get(code)
  if (!found || found.until <= now) return 40029
  if (found.used) return 40163
  found.used = true
  return found
}

function exchange(call: Call): Answer {
  const { account, query, now } = call
  if (!account) return fail(query.get('appid') ? 40013 : 41002)
  if (query.get('secret') !== account.options.secret) return fail(query.get('secret') ? 40125 : 41004)
  if (query.get('grant_type') !== 'authorization_code') return fail(40002)
  const code = query.get('code')
  if (!code) return fail(41008)
  const used = useCode(recordsOf(account).loginCodes, code, now)
  return typeof used === 'number' ? fail(used) : tokensFor(account, used.openid, used.scope, now)
}

function tokensFor(account: Account, openid: string, scope: string, now: number): Answer {
  const { loginTokens } = recordsOf(account)
  const access = `OA_${randomText(80)}`
  const refreshing = `OR_${randomText(80)}`
  loginTokens.set(access, { openid, scope, until: now + LIFE_S * 1000 })
  loginTokens.set(refreshing, { openid, scope, until: now + 30 * 86_400_000 })
  const unionid = account.followers.get(openid)?.unionid
  return {
    access_token: access,
    expires_in: LIFE_S,
    refresh_token: refreshing,
    openid,
    scope,
    ...(unionid === undefined ? {} : { unionid }),
  }
}

function refresh(call: Call): Answer {
  const { account, query, now } = call
  if (!account) return fail(40013)
  const found = recordsOf(account).loginTokens.get(query.get('refresh_token') ?? '')
  if (!found || found.until <= now) return fail(40030)
  return tokensFor(account, found.openid, found.scope, now)
}

function holder(call: Call): { account: Account; openid: string; scope: string } | { error: Answer } {
  const token = call.query.get('access_token') ?? ''
  for (const account of call.platform.accounts.values()) {
    const found = recordsOf(account).loginTokens.get(token)
    if (!found) continue
    if (found.until <= call.now) return { error: fail(42001) }
    if (found.openid !== call.query.get('openid')) return { error: fail(40003) }
    return { account, openid: found.openid, scope: found.scope }
  }
  return { error: fail(40001) }
}

function profile(call: Call): Answer {
  const found = holder(call)
  if ('error' in found) return found.error
  if (found.scope !== 'snsapi_userinfo') return fail(48001)
  const follower = found.account.followers.get(found.openid)
  return {
    openid: found.openid,
    nickname: follower?.name ?? '',
    sex: 0,
    province: '',
    city: '',
    country: '',
    headimgurl: '',
    privilege: [],
    unionid: follower?.unionid ?? '',
  }
}

function check(call: Call): Answer {
  const found = holder(call)
  return 'error' in found ? found.error : ok()
}
