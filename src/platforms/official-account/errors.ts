import { type ErrorClass, errorRules } from '../../../rules/official-account/errors.js'
import { AppError } from '../../core/errors.js'
import { addressIn } from '../shared/address-in.js'
import type { Bilingual } from '../shared/bilingual.js'

export type { Bilingual } from '../shared/bilingual.js'

/** What an API call's failure means: a class of the platform's error table, or an end that has no errcode. */
export type ApiErrorClass =
  | ErrorClass
  /** No connection was made: nothing happened, safe to repeat. */
  | 'not-sent'
  /** The request went out and no clear answer came back: it may have worked. */
  | 'uncertain'
  /** Refused by a proxy or a wrong address (HTTP 3xx, 4xx): nothing happened, repeating does not help. */
  | 'http'
  /** An errcode the table does not know: nothing happened. */
  | 'unknown'

/** A call of the platform's API that did not succeed. Holds no token, secret, address query or message content. */
export class WeChatApiError extends AppError {
  override readonly name = 'WeChatApiError'
  readonly class: ApiErrorClass
  /** Undefined when the platform gave none. */
  readonly errcode: number | undefined
  /** The path that was called, without its query. */
  readonly endpoint: string
  readonly reason: Bilingual
  readonly remedy: Bilingual
  /** The platform's id of the request, for its support and `openapi/rid/get`. */
  readonly rid: string | undefined
  /** The address the platform saw, when it refused it (40164). */
  readonly ip: string | undefined

  constructor(found: {
    class: ApiErrorClass
    endpoint: string
    reason: Bilingual
    remedy: Bilingual
    errcode?: number | undefined
    rid?: string | undefined
    ip?: string | undefined
  }) {
    const code = found.errcode === undefined ? '' : ` ${found.errcode}`
    const ip = found.ip === undefined ? '' : ` [${found.ip}]`
    super(`wechat.${found.class}`, `${found.endpoint}${code}: ${found.reason.en} (${found.reason.zh})${ip}`, {
      fix: `${found.remedy.zh} / ${found.remedy.en}`,
    })
    this.class = found.class
    this.errcode = found.errcode
    this.endpoint = found.endpoint
    this.reason = found.reason
    this.remedy = found.remedy
    this.rid = found.rid
    this.ip = found.ip
  }
}

/** The error of an answer that carries an errcode. The platform's own text is used for its rid and address only. */
export function errorOf(endpoint: string, errcode: number, errmsg: string): WeChatApiError {
  const row = errorRules.get(errcode)
  return new WeChatApiError({
    class: row?.class ?? 'unknown',
    endpoint,
    errcode,
    reason: row ? { en: row.en, zh: row.zh } : { en: 'the platform refused the call', zh: '微信拒绝了该请求' },
    remedy: row?.fix ?? {
      en: 'Look the code up in 全局返回码 of the documentation',
      zh: '请在微信文档的全局返回码中查询该错误码',
    },
    rid: /rid:?\s*([0-9a-f]+(?:-[0-9a-f]+)+)/i.exec(errmsg)?.[1],
    ip: row?.class === 'ip' ? addressIn(errmsg) : undefined,
  })
}

/** The error of an exchange that ended without an answer of the API. */
export function transportError(
  endpoint: string,
  cls: 'not-sent' | 'uncertain' | 'http' | 'quota-minute',
  reason: string,
): WeChatApiError {
  return new WeChatApiError({
    class: cls,
    endpoint,
    reason: { en: reason, zh: TRANSPORT_ZH[cls] },
    remedy: TRANSPORT_FIX[cls],
  })
}

/** A call that breaks a known limit and was not made. `source` is where the limit was read. */
export function refusedBefore(endpoint: string, field: string, en: string, zh: string): WeChatApiError {
  return new WeChatApiError({
    class: 'request',
    endpoint,
    reason: { en: `${field}: ${en}`, zh: `${field}：${zh}` },
    remedy: { en: 'Mend the field; nothing was sent', zh: '修改该字段；请求未发出' },
  })
}

const TRANSPORT_ZH = {
  'not-sent': '未能连接微信接口',
  uncertain: '请求已发出但结果不明',
  http: '请求被网关拒绝',
  'quota-minute': '接口调用过于频繁',
} as const

const TRANSPORT_FIX = {
  'not-sent': {
    en: 'Check DNS, firewall and proxy between this machine and api.weixin.qq.com',
    zh: '检查本机到 api.weixin.qq.com 的 DNS、防火墙与代理',
  },
  uncertain: {
    en: 'It may have worked: look before repeating it',
    zh: '可能已成功：核实后再决定是否重发',
  },
  http: {
    en: 'Check apiBase in the configuration and any proxy on the way',
    zh: '检查配置中的 apiBase 以及途中的代理',
  },
  'quota-minute': { en: 'It is slowed down by itself', zh: '系统会自动降速' },
} as const
