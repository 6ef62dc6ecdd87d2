import type { ServerResponse } from 'node:http'
import { accountKind, capabilities } from '../../rules/official-account/kinds.js'
import type { Account } from '../official-account/account.js'
import { oneTimeKey } from '../official-account/api/one-time.js'
import { issueCode } from '../official-account/api/web-login.js'
import { recordsOf } from '../official-account/records.js'
import type { Platform } from '../platform.js'

/**
 * The login page (网页授权): sends the browser back at once, with a code for the follower that `openid` names, else the
 * one who did something last.
 */
export function serveAuthorize(platform: Platform, response: ServerResponse, url: URL): void {
  const to = authorized(platform, url)
  if (typeof to === 'string') refuse(response, to)
  else redirect(response, to)
}

/** Where the login page leads, or why it cannot be shown. */
function authorized(platform: Platform, url: URL): URL | string {
  const query = url.searchParams
  const account = platform.byAppid.get(query.get('appid') ?? '')
  const target = query.get('redirect_uri') ?? ''
  const scope = query.get('scope') ?? ''
  if (!account || !may(account, 'web-login')) return 'Scope 参数错误或没有 Scope 权限'
  if (!URL.canParse(target)) return 'redirect_uri 参数错误'
  if (query.get('response_type') !== 'code' || !['snsapi_base', 'snsapi_userinfo'].includes(scope))
    return 'Scope 参数错误或没有 Scope 权限'
  const openid = visitor(account, query.get('openid'))
  if (openid === undefined) return '没有可用的访客：先在模拟器中添加一位'
  const back = new URL(target)
  back.searchParams.set('code', issueCode(account, openid, scope, platform.clock.now()))
  back.searchParams.set('state', query.get('state') ?? '')
  return back
}

/** The page of a one-time subscription: agrees at once (`answer=cancel` in the query refuses). */
export function serveConsent(platform: Platform, response: ServerResponse, url: URL): void {
  const to = consented(platform, url)
  if (typeof to === 'string') refuse(response, to)
  else redirect(response, to)
}

function consented(platform: Platform, url: URL): URL | string {
  const query = url.searchParams
  const account = platform.byAppid.get(query.get('appid') ?? '')
  const target = query.get('redirect_url') ?? ''
  const scene = query.get('scene') ?? ''
  const template = query.get('template_id') ?? ''
  if (!account || query.get('action') !== 'get_confirm' || !URL.canParse(target) || !/^\d{1,5}$/.test(scene))
    return '参数错误'
  const openid = visitor(account, query.get('openid'))
  if (openid === undefined) return '没有可用的访客：先在模拟器中添加一位'
  const agrees = query.get('answer') !== 'cancel'
  if (agrees) recordsOf(account).oneTimeConsents.add(oneTimeKey(openid, scene, template))
  const back = new URL(target)
  const given = {
    ...(agrees && { openid }),
    template_id: template,
    action: agrees ? 'confirm' : 'cancel',
    scene,
    reserved: query.get('reserved') ?? '',
  }
  for (const [name, value] of Object.entries(given)) back.searchParams.set(name, value)
  return back
}

function may(account: Account, capability: 'web-login'): boolean {
  return capabilities[capability][accountKind(account.options)]
}

function visitor(account: Account, asked: string | null): string | undefined {
  if (asked !== null) return account.followers.has(asked) ? asked : undefined
  const [first] = account.followers.keys()
  return recordsOf(account).lastSeen ?? first
}

function redirect(response: ServerResponse, to: URL): void {
  response.writeHead(302, { Location: to.href, 'Cache-Control': 'no-store' })
  response.end()
}

function refuse(response: ServerResponse, words: string): void {
  response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
  response.end(words)
}
