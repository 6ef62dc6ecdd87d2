import { accountKind, capabilities } from '../../../rules/official-account/kinds.js'
import { parseRecord, text } from '../../json.js'
import { miniProgramEndpoints } from '../../mini-program/endpoints.js'
import { isMiniProgram } from '../../mini-program/mini-program.js'
import type { Platform } from '../../platform.js'
import type { Account } from '../account.js'
import { accountEndpoints } from './account.js'
import { type Answer, type Call, type Endpoint, fail } from './answer.js'
import { commentEndpoints } from './comments.js'
import { conditionalMenuEndpoints } from './conditional-menu.js'
import { customMessageEndpoints } from './custom-message.js'
import { datacubeEndpoints } from './datacube.js'
import { draftEndpoints } from './drafts.js'
import { massEndpoints } from './mass.js'
import { mediaEndpoints } from './media.js'
import { menuEndpoints } from './menu.js'
import { oneTimeEndpoints } from './one-time.js'
import { publishEndpoints } from './publish.js'
import { qrcodeEndpoints } from './qrcode.js'
import { quotaEndpoints } from './quota.js'
import { shortKeyEndpoints } from './short-key.js'
import { staffEndpoints } from './staff.js'
import { subscriptionEndpoints } from './subscription.js'
import { tagEndpoints } from './tags.js'
import { templateEndpoints } from './template.js'
import { templateLibraryEndpoints } from './template-library.js'
import { authorize, credentials, issueToken, tokenFault } from './token.js'
import { userEndpoints } from './users.js'
import { webLoginEndpoints } from './web-login.js'

const endpoints = new Map<string, Endpoint>(
  Object.entries({
    ...accountEndpoints,
    ...commentEndpoints,
    ...conditionalMenuEndpoints,
    ...customMessageEndpoints,
    ...datacubeEndpoints,
    ...draftEndpoints,
    ...massEndpoints,
    ...mediaEndpoints,
    ...menuEndpoints,
    ...oneTimeEndpoints,
    ...publishEndpoints,
    ...qrcodeEndpoints,
    ...quotaEndpoints,
    ...shortKeyEndpoints,
    ...staffEndpoints,
    ...subscriptionEndpoints,
    ...tagEndpoints,
    ...templateEndpoints,
    ...templateLibraryEndpoints,
    ...userEndpoints,
    ...webLoginEndpoints,
  }),
)

const miniEndpoints = new Map<string, Endpoint>(Object.entries(miniProgramEndpoints))

/** A call as it came from the network, before anybody knows whose it is. */
export type Request = Omit<Call, 'account'>

/** Whose call this is: by its token, or by the appid of a token call. */
export function accountOf(platform: Platform, request: Request): Account | undefined {
  if (isTokenCall(request.path)) {
    const given = credentials(request)
    return 'error' in given || given.appid === undefined ? undefined : platform.byAppid.get(given.appid)
  }
  if (isOpen(request.path)) {
    const appid = request.query.get('appid') ?? text(parseRecord(request.body.toString()), 'appid')
    return appid === undefined ? undefined : platform.byAppid.get(appid)
  }
  const token = request.query.get('access_token') ?? ''
  for (const account of platform.byAppid.values()) {
    if (account.tokens.check(token, request.now) !== 'unknown') return account
  }
  const [first] = platform.accounts.values()
  return first
}

/** Carries a call out: token, right, quota, then what the API does. */
export function answerCall(request: Request, account: Account | undefined): Answer | Promise<Answer> {
  if (isTokenCall(request.path)) return tokenCall(request)
  const mini = account !== undefined && isMiniProgram(account)
  const endpoint = (mini ? miniEndpoints : endpoints).get(request.path)
  if (!endpoint) return fail((mini ? endpoints : miniEndpoints).has(request.path) ? 48001 : 40066)
  if (endpoint.method !== 'any' && endpoint.method !== request.method)
    return fail(endpoint.method === 'GET' ? 43001 : 43002)
  const fault = endpoint.open ? undefined : tokenFault(account, request.query.get('access_token'), request.now)
  if (endpoint.open && !account) return endpoint.run(request as Call)
  if (fault || !account) return fault ?? fail(40001)
  const { kind, verified } = account.options
  if (!mini && endpoint.capability && !capabilities[endpoint.capability][accountKind({ kind, verified })])
    return fail(48001)
  const free = request.path === '/cgi-bin/clear_quota' || request.path === '/cgi-bin/openapi/quota/get'
  const refused = free ? undefined : account.quotas.count(request.path, request.now)
  if (refused !== undefined) return fail(refused)
  const call = request as Call
  call.account = account
  return endpoint.run(call)
}

function isOpen(path: string): boolean {
  return (endpoints.get(path) ?? miniEndpoints.get(path))?.open === true
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
