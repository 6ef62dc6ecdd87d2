import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { bytesAtMost, filled, isLink, matches } from './check.js'
import { HOST, pageAddress } from './pages.js'
import { optional, textOf } from './read.js'

/** Who is behind a login code. Only `staff` may enter; the others are people from outside. */
export type LoginPerson =
  | { who: 'staff'; id: string; ticket?: string }
  | { who: 'customer'; id: string; openid?: string }
  | { who: 'stranger'; openid: string }

/** What a member allowed us to see (snsapi_privateinfo). */
export interface StaffDetail {
  id: string
  avatar?: string
  mobile?: string
  email?: string
}

/** Staff identity by web login, inside WeCom and in a browser. Own cookies and the check of `state` are the caller's. */
export interface StaffLogins {
  /** Where a page inside WeCom sends its visitor; `private` asks her for avatar, phone and mail. */
  addressInside(page: { returnTo: string; state: string; private?: boolean }): string
  /** Where a browser sends its visitor: a code to be scanned with WeCom. */
  addressInBrowser(page: { returnTo: string; state: string }): string
  /** The person of a code: good for 5 minutes, once. Rejects with `gone` (40029) when it is not any more. */
  person(code: string): Promise<LoginPerson>
  detail(ticket: string): Promise<StaffDetail>
}

const PERSON = '/cgi-bin/auth/getuserinfo'
const DETAIL = '/cgi-bin/auth/getuserdetail'

/** The group's methods on an API. */
export function staffLogins(api: WecomApi, app: { base: URL; corpid: string; agentId: number }): StaffLogins {
  const agentid = String(app.agentId)
  return {
    addressInside: ({ returnTo, state, private: asks = false }) => {
      checkPage(returnTo, state)
      const query = {
        appid: app.corpid,
        redirect_uri: returnTo,
        response_type: 'code',
        scope: asks ? 'snsapi_privateinfo' : 'snsapi_base',
        state,
        agentid,
      }
      return `${pageAddress(app.base, HOST.oauth, '/connect/oauth2/authorize', query)}#wechat_redirect`
    },
    addressInBrowser: ({ returnTo, state }) => {
      checkPage(returnTo, state)
      const query = { login_type: 'CorpApp', appid: app.corpid, agentid, redirect_uri: returnTo, state }
      return pageAddress(app.base, HOST.browser, '/wwlogin/sso/login', query)
    },
    person: async (code) => {
      filled(PERSON, 'code', code)
      bytesAtMost(PERSON, 'code', code, limits.loginCodeBytes)
      const answer = await api.call(PERSON, { query: { code } })
      const [id, customer] = [textOf(answer, 'userid'), textOf(answer, 'external_userid')]
      if (id !== '') return { who: 'staff', id, ...optional('ticket', answer['user_ticket']) }
      if (customer !== '') return { who: 'customer', id: customer, ...optional('openid', answer['openid']) }
      return { who: 'stranger', openid: textOf(answer, 'openid') }
    },
    detail: async (ticket) => {
      filled(DETAIL, 'ticket', ticket)
      const answer = await api.call(DETAIL, { json: { user_ticket: ticket } })
      return {
        id: textOf(answer, 'userid'),
        ...optional('avatar', answer['avatar']),
        ...optional('mobile', answer['mobile']),
        ...optional('email', answer['biz_mail'] || answer['email']),
      }
    },
  }
}

function checkPage(returnTo: string, state: string): void {
  isLink(PERSON, 'returnTo', returnTo)
  if (state === '') throw refusedBefore(PERSON, 'state', 'is empty', '不能为空')
  matches(PERSON, 'state', state, /^[0-9A-Za-z]+$/, 'letters and digits')
  bytesAtMost(PERSON, 'state', state, limits.loginStateBytes)
}
