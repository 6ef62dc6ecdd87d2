import type { ServerResponse } from 'node:http'
import type { Platform } from '../platform.js'
import { qrPng } from '../png.js'
import { issueLoginCode } from '../wecom/api/logins.js'
import { type Corp, sceneOf } from '../wecom/corp.js'
import { linkIn } from '../wecom/kf/views.js'
import { findPerson, findStaff } from '../wecom/people.js'
import { codeIn, qrAddress } from '../wecom/views.js'

/** The picture of a live code (联系我, 加入群聊); it holds its own address, which is what a phone scans. */
export function serveCorpCode(platform: Platform, response: ServerResponse, path: string): boolean {
  const id = codeIn(path)
  for (const corp of platform.corps.values()) {
    const way = corp.contactWays.get(id) ?? corp.joinWays.get(id)
    if (way?.scene !== 2) continue
    const png = qrPng(qrAddress(platform.baseUrl, id), 430)
    response.writeHead(200, {
      'Content-Type': 'image/png',
      'Content-Length': png.length,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    })
    response.end(png)
    return true
  }
  return false
}

/** A link to the desk, opened outside of a phone: only WeChat can follow it. */
export function serveDeskLink(platform: Platform, response: ServerResponse, path: string): boolean {
  const key = linkIn(path)?.key ?? ''
  if (![...platform.corps.values()].some((corp) => corp.desk.links.has(key))) return false
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
  response.end('请在微信客户端打开：把这个链接发到模拟器的手机里，再点开它。')
  return true
}

/**
 * The login pages of WeCom, inside the client and in a browser: send the browser back at once with a code for the
 * member or customer that `as` names, else whom the control API lets in, else the first member. False: not WeCom's.
 */
export function serveCorpLogin(platform: Platform, response: ServerResponse, url: URL): boolean {
  const { pathname, searchParams: query } = url
  const inBrowser = pathname === '/wwlogin/sso/login'
  if (!inBrowser && pathname !== '/connect/oauth2/authorize') return false
  const corp = [...platform.corps.values()].find((one) => one.options.corpid === query.get('appid'))
  if (!corp) return false
  const to = loggedIn(platform, corp, query, inBrowser)
  if (typeof to === 'string') {
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
    response.end(to)
  } else {
    response.writeHead(302, { Location: to.href, 'Cache-Control': 'no-store' })
    response.end()
  }
  return true
}

function loggedIn(platform: Platform, corp: Corp, query: URLSearchParams, inBrowser: boolean): URL | string {
  const target = query.get('redirect_uri') ?? ''
  const scope = query.get('scope') ?? ''
  const state = query.get('state') ?? ''
  if (!URL.canParse(target)) return 'redirect_uri 参数错误'
  if (!/^[0-9A-Za-z]{0,128}$/.test(state)) return 'state 参数错误'
  const agent = query.get('agentid')
  const isPrivate = scope === 'snsapi_privateinfo'
  if (agent !== String(corp.options.agentId) && (inBrowser || isPrivate || agent !== null)) return 'agentid 参数错误'
  const wrongScope = query.get('response_type') !== 'code' || !['snsapi_base', 'snsapi_privateinfo'].includes(scope)
  if (!inBrowser && wrongScope) return 'scope 参数错误'
  if (inBrowser && query.get('login_type') !== 'CorpApp') return 'login_type 参数错误'
  const [first] = corp.staff.keys()
  const asked = query.get('as') ?? corp.loginAs ?? first ?? ''
  const person = findStaff(corp, asked)?.id ?? findPerson(platform, corp, asked)?.id
  if (person === undefined) return '没有可用的成员'
  const back = new URL(target)
  back.searchParams.set('code', issueLoginCode(corp, person, isPrivate, sceneOf(platform, corp).now))
  back.searchParams.set('state', state)
  return back
}
