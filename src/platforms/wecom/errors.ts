import { type WecomErrorClass, wecomErrorRules } from '../../../rules/wecom/errors.js'
import { AppError } from '../../core/errors.js'
import { addressIn } from '../shared/address-in.js'
import type { Bilingual } from '../shared/bilingual.js'

/** What an API call's failure means: a class of the platform's error table, or an end that has no errcode. */
export type WecomApiErrorClass =
  | WecomErrorClass
  /** No connection was made: nothing happened, safe to repeat. */
  | 'not-sent'
  /** The request went out and no clear answer came back: it may have worked. */
  | 'uncertain'
  /** Refused by a proxy or a wrong address (HTTP 3xx, 4xx): nothing happened, repeating does not help. */
  | 'http'
  /** An errcode the table does not know: nothing happened. */
  | 'unknown'

/** A call of WeCom's API that did not succeed. Holds no token, secret, robot key, address query or message content. */
export class WecomApiError extends AppError {
  override readonly name = 'WecomApiError'
  readonly class: WecomApiErrorClass
  /** Undefined when the platform gave none. */
  readonly errcode: number | undefined
  /** The path that was called, without its query. */
  readonly endpoint: string
  readonly reason: Bilingual
  readonly remedy: Bilingual
  /** The platform's own number of the refusal, for its support and devtool/query. */
  readonly hint: string | undefined
  /** The address the platform saw, when it refused it (60020): the one to allow. */
  readonly ip: string | undefined
  /** Trying before this has passed is in vain; known for our own limits only. */
  readonly retryAfterMs: number | undefined

  constructor(found: {
    class: WecomApiErrorClass
    endpoint: string
    reason: Bilingual
    remedy: Bilingual
    errcode?: number | undefined
    hint?: string | undefined
    ip?: string | undefined
    retryAfterMs?: number | undefined
  }) {
    const code = found.errcode === undefined ? '' : ` ${found.errcode}`
    const ip = found.ip === undefined ? '' : ` [${found.ip}]`
    super(`wecom.${found.class}`, `${found.endpoint}${code}: ${found.reason.en} (${found.reason.zh})${ip}`, {
      fix: `${found.remedy.zh} / ${found.remedy.en}`,
    })
    this.class = found.class
    this.errcode = found.errcode
    this.endpoint = found.endpoint
    this.reason = found.reason
    this.remedy = found.remedy
    this.hint = found.hint
    this.ip = found.ip
    this.retryAfterMs = found.retryAfterMs
  }
}

/** The error of an answer that carries an errcode. The platform's own text is used for its hint and our address only. */
export function errorOf(endpoint: string, errcode: number, errmsg: string): WecomApiError {
  const row = wecomErrorRules.get(errcode)
  return new WecomApiError({
    class: row?.class ?? 'unknown',
    endpoint,
    errcode,
    reason: row ? { en: row.en, zh: row.zh } : { en: 'the platform refused the call', zh: '企业微信拒绝了该请求' },
    remedy: row?.fix ?? {
      en: 'Look the code up in 全局错误码 of the documentation',
      zh: '请在企业微信开发者中心的全局错误码中查询',
    },
    hint: /hint:\s*\[?([0-9A-Za-z_-]{6,64})/i.exec(errmsg)?.[1],
    ip: row?.class === 'ip' ? addressIn(errmsg) : undefined,
  })
}

/** The error of an exchange that ended without an answer of the API. */
export function transportError(
  endpoint: string,
  cls: 'not-sent' | 'uncertain' | 'http' | 'quota',
  reason: string,
): WecomApiError {
  return new WecomApiError({
    class: cls,
    endpoint,
    reason: { en: reason, zh: TRANSPORT_ZH[cls] },
    remedy: TRANSPORT_FIX[cls],
  })
}

/** A call that breaks a known limit and was not made. */
export function refusedBefore(endpoint: string, field: string, en: string, zh: string): WecomApiError {
  return new WecomApiError({
    class: 'request',
    endpoint,
    reason: { en: `${field}: ${en}`, zh: `${field}：${zh}` },
    remedy: { en: 'Mend the field; nothing was sent', zh: '修改该字段；请求未发出' },
  })
}

/** A call that would go beyond a limit of frequency and was not made: it may be made again after a while. */
export function paced(endpoint: string, reason: Bilingual, retryAfterMs: number): WecomApiError {
  return new WecomApiError({
    class: 'quota',
    endpoint,
    reason,
    remedy: { en: 'It is tried again after the window; nothing was sent', zh: '请求未发出，窗口过后会重试' },
    retryAfterMs,
  })
}

const TRANSPORT_ZH = {
  'not-sent': '未能连接企业微信接口',
  uncertain: '请求已发出但结果不明',
  http: '请求被网关拒绝',
  quota: '接口调用过于频繁',
} as const

const TRANSPORT_FIX = {
  'not-sent': {
    en: 'Check DNS, firewall and proxy between this machine and qyapi.weixin.qq.com',
    zh: '检查本机到 qyapi.weixin.qq.com 的 DNS、防火墙与代理',
  },
  uncertain: { en: 'It may have worked: look before repeating it', zh: '可能已成功：核实后再决定是否重发' },
  http: {
    en: 'Check apiBase in the configuration and any proxy on the way',
    zh: '检查配置中的 apiBase 以及途中的代理',
  },
  quota: { en: 'It is slowed down by itself', zh: '系统会自动降速' },
} as const
