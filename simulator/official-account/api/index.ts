import { accountKind, capabilities } from '../../../rules/official-account/kinds.js'
import type { Platform } from '../../platform.js'
import type { Account } from '../account.js'
import { accountEndpoints } from './account.js'
import { type Answer, type Call, type Endpoint, fail } from './answer.js'
import { customMessageEndpoints } from './custom-message.js'
import { mediaEndpoints } from './media.js'
import { menuEndpoints } from './menu.js'
import { qrcodeEndpoints } from './qrcode.js'
import { templateEndpoints } from './template.js'
import { authorize, credentials, issueToken, tokenFault } from './token.js'
import { userEndpoints } from './users.js'

const endpoints = new Map<string, Endpoint>(
  Object.entries({
    ...accountEndpoints,
    ...customMessageEndpoints,
    ...mediaEndpoints,
    ...menuEndpoints,
    ...qrcodeEndpoints,
    ...templateEndpoints,
    ...userEndpoints,
  }),
)

/** A call as it came from the network, before anybody knows whose it is. */
export type Request = Omit<Call, 'account'>

/** Whose call this is: by its token, or by the appid of a token call. */
export function accountOf(platform: Platform, request: Request): Account | undefined {
  if (isTokenCall(request.path)) {
    const given = credentials(request)
    return 'error' in given || given.appid === undefined ? undefined : platform.byAppid.get(given.appid)
  }
  const token = request.query.get('access_token') ?? ''
  for (const account of platform.accounts.values()) {
    if (account.tokens.check(token, request.now) !== 'unknown') return account
  }
  const [first] = platform.accounts.values()
  return first
}

/** Carries a call out: token, right, quota, then what the API does. */
export function answerCall(request: Request, account: Account | undefined): Answer | Promise<Answer> {
  if (isTokenCall(request.path)) return tokenCall(request)
  const endpoint = endpoints.get(request.path)
  if (!endpoint) return fail(40066)
  if (endpoint.method !== 'any' && endpoint.method !== request.method)
    return fail(endpoint.method === 'GET' ? 43001 : 43002)
  const fault = tokenFault(account, request.query.get('access_token'), request.now)
  if (fault || !account) return fault ?? fail(40001)
  const { kind, verified } = account.options
  if (endpoint.capability && !capabilities[endpoint.capability][accountKind({ kind, verified })]) return fail(48001)
  const free = request.path === '/cgi-bin/clear_quota' || request.path === '/cgi-bin/openapi/quota/get'
  const refused = free ? undefined : account.quotas.count(request.path, request.now)
  if (refused !== undefined) return fail(refused)
  const call = request as Call
  call.account = account
  return endpoint.run(call)
}

function isTokenCall(path: string): boolean {
  return path === '/cgi-bin/token' || path === '/cgi-bin/stable_token'
}

function tokenCall(request: Request): Answer {
  const stable = request.path === '/cgi-bin/stable_token'
  if (stable && request.method !== 'POST') return fail(43002)
  const given = credentials(request)
  if ('error' in given) return given.error
  const found = authorize(request.platform, given, request.ip)
  if ('error' in found) return found.error
  const refused = found.account.quotas.count(request.path, request.now)
  if (refused !== undefined) return fail(refused)
  return issueToken(found.account, stable, given.force, request.now)
}
