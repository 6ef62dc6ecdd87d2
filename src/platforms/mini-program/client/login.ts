import type { WeChatApi } from '../../official-account/client/api.js'
import { filled } from '../../official-account/client/check.js'
import { fieldsOf, idIn, numberOf, optional, textOf } from '../../official-account/client/read.js'

/** Who opened the mini program. */
export interface Session {
  openid: string
  /** Joins her with the Official Account's follower; only when both are bound to one 开放平台 account. */
  unionid?: string
  /** Opens encrypted data of `wx.getUserInfo` and the like: never leaves the server. */
  sessionKey: string
}

/** A phone number she gave with the platform's button. */
export interface Phone {
  /** With the country code for foreign numbers. */
  number: string
  /** Without. */
  plain: string
  countryCode: string
}

/** Login and what follows from it. */
export interface Login {
  /** The code of `wx.login`: good once, for 5 min (40029). 40226: the platform blocks her as risky. */
  session(code: string): Promise<Session>
  /** The code of the phone button: good once, for 5 min. Each success is paid for. */
  phone(code: string): Promise<Phone>
  /** The unionid of somebody who paid in the last 5 min, without a login. */
  unionidOfPayer(openid: string, transactionId: string): Promise<string | undefined>
  /** How likely she is a coupon hunter: 0 (none) to 4. `scene` 0 sign-up, 1 marketing. */
  risk(ask: { openid: string; scene: 0 | 1; ip: string; phone?: string }): Promise<number>
}

const SESSION = '/sns/jscode2session'
const PHONE = '/wxa/business/getuserphonenumber'

/** The group's methods on an API. */
export function login(api: WeChatApi, app: { appid: string; secret: string }): Login {
  return {
    session: async (code) => {
      filled(SESSION, 'code', code)
      const query = { appid: app.appid, secret: app.secret, js_code: code, grant_type: 'authorization_code' }
      const answer = await api.open(SESSION, { query })
      return {
        openid: idIn(SESSION, answer, 'openid'),
        ...optional('unionid', answer['unionid']),
        sessionKey: textOf(answer, 'session_key'),
      }
    },
    phone: async (code) => {
      filled(PHONE, 'code', code)
      const info = fieldsOf((await api.call(PHONE, { json: { code } }))['phone_info'])
      return {
        number: idIn(PHONE, info, 'phoneNumber'),
        plain: textOf(info, 'purePhoneNumber'),
        countryCode: textOf(info, 'countryCode'),
      }
    },
    unionidOfPayer: async (openid, transactionId) => {
      const answer = await api.call('/wxa/getpaidunionid', { query: { openid, transaction_id: transactionId } })
      const unionid = textOf(answer, 'unionid')
      return unionid === '' ? undefined : unionid
    },
    risk: async ({ openid, scene, ip, phone }) => {
      const json = {
        appid: app.appid,
        openid,
        scene,
        client_ip: ip,
        ...(phone !== undefined && { mobile_no: phone }),
      }
      return numberOf(await api.call('/wxa/getuserriskrank', { json }), 'risk_rank')
    },
  }
}
