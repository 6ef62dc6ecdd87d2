import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { atMost, filled, isLink } from './check.js'
import { idIn, idsOf, numberOf, optional, textOf } from './read.js'

/** Who logged in, and a token for her profile (not the account's own access token). */
export interface WebLogin {
  openid: string
  unionid?: string
  scopes: string[]
  accessToken: string
  refreshToken: string
  expiresInSeconds: number
  /** A visit without a tap (快照页): the identity is virtual, never store it. */
  virtual: boolean
}

/** What she shows of herself; never rely on it being there. */
export interface Profile {
  openid: string
  unionid?: string
  nickname: string
  picture: string
}

/** Web login (网页授权): verified service accounts, in WeChat's browser, on a domain set in the console. */
export interface WebLogins {
  /** Where to send the browser. `base` is silent and gives the openid; `userinfo` asks her for nickname and picture. */
  authorizeUrl(ask: { redirectUrl: string; scope: 'base' | 'userinfo'; state: string }): string
  /** The code is good once and for 5 min: 40029 when it is wrong, 40163 when it was used. */
  exchange(code: string): Promise<WebLogin>
  /** Needs scope `userinfo`. */
  profile(login: { accessToken: string; openid: string }): Promise<Profile>
}

const EXCHANGE = '/sns/oauth2/access_token'
const AUTHORIZE = '/connect/oauth2/authorize'

/** The group's methods on an API. */
export function webLogins(api: WeChatApi, app: { appid: string; secret: string }): WebLogins {
  return {
    authorizeUrl: ({ redirectUrl, scope, state }) => {
      isLink(AUTHORIZE, 'redirectUrl', redirectUrl)
      atMost(AUTHORIZE, 'state', Buffer.byteLength(state), limits.webLoginState)
      if (!/^[A-Za-z0-9_-]*$/.test(state)) {
        throw refusedBefore(AUTHORIZE, 'state', 'must be letters, digits, - and _', '只能是字母、数字、- 和 _')
      }
      const query = {
        appid: app.appid,
        redirect_uri: redirectUrl,
        response_type: 'code',
        scope: `snsapi_${scope}`,
        state,
      }
      return `${api.page('open', AUTHORIZE, query)}#wechat_redirect`
    },
    exchange: async (code) => {
      filled(EXCHANGE, 'code', code)
      const query = { appid: app.appid, secret: app.secret, code, grant_type: 'authorization_code' }
      const answer = await api.open(EXCHANGE, { query })
      return {
        openid: idIn(EXCHANGE, answer, 'openid'),
        ...optional('unionid', answer['unionid']),
        scopes: idsOf(textOf(answer, 'scope').split(',')).filter((scope) => scope !== ''),
        accessToken: textOf(answer, 'access_token'),
        refreshToken: textOf(answer, 'refresh_token'),
        expiresInSeconds: numberOf(answer, 'expires_in'),
        virtual: numberOf(answer, 'is_snapshotuser') === 1,
      }
    },
    profile: async ({ accessToken, openid }) => {
      const answer = await api.open('/sns/userinfo', { query: { access_token: accessToken, openid, lang: 'zh_CN' } })
      return {
        openid: textOf(answer, 'openid'),
        ...optional('unionid', answer['unionid']),
        nickname: textOf(answer, 'nickname'),
        picture: textOf(answer, 'headimgurl'),
      }
    },
  }
}
