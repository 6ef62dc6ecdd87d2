import { recordOf } from '../../shared/answer-json.js'
import type { WeChatApi } from './api.js'
import { dateOf, numberOf, textOf } from './read.js'

/** Calls of one API today. */
export interface Quota {
  limit: number
  used: number
  left: number
}

/** What the platform found when it tried our callback address. */
export interface CallbackCheck {
  dns: { ip: string; operator: string }[]
  /** `loss` such as `0%`, `time` such as `23ms`. */
  ping: { ip: string; fromOperator: string; loss: string; time: string }[]
}

/** Addresses, quotas and checks. */
export interface Servers {
  /** Where pushes come from; refresh daily. */
  callbackIps(): Promise<string[]>
  /** Where the API lives. */
  apiIps(): Promise<string[]>
  /** Lets the platform look our callback's name up and ping it. Takes some seconds. */
  checkCallback(action?: 'all' | 'dns' | 'ping'): Promise<CallbackCheck>
  /** The quota of a path such as `/cgi-bin/message/custom/send`. */
  quota(path: string): Promise<Quota>
  /** Resets one API's count. */
  clearQuota(path: string): Promise<void>
  /** Resets every API's count: 10 times a month, shared with the console (48006 beyond). By an operator's hand only. */
  clearAllQuotas(): Promise<void>
  /** The same with the app secret instead of a token, for when the token API itself is used up. */
  clearAllQuotasBySecret(): Promise<void>
  /** What the platform saw of a request of the last 7 days, by the `rid` of its error. */
  seen(rid: string): Promise<SeenRequest>
}

/** A request as the platform recorded it. The bodies may hold content: show them to the operator only. */
export interface SeenRequest {
  url: string
  body: string
  answer: string
  at: Date
  tookMs: number
  ip: string
}

/** The group's methods on an API. */
export function servers(api: WeChatApi, { appid, secret }: { appid: string; secret: string }): Servers {
  return {
    callbackIps: async () => ipsOf(recordOf(await api.getIp()) ?? {}),
    apiIps: async () => ipsOf(await api.call('/cgi-bin/get_api_domain_ip')),
    checkCallback: async (action = 'all') => {
      const answer = await api.call('/cgi-bin/callback/check', {
        json: { action, check_operator: 'DEFAULT' },
        deadlineMs: 30_000,
      })
      return {
        dns: rows(answer['dns']).map((row) => ({
          ip: String(row['ip'] ?? ''),
          operator: String(row['real_operator'] ?? ''),
        })),
        ping: rows(answer['ping']).map((row) => ({
          ip: String(row['ip'] ?? ''),
          fromOperator: String(row['from_operator'] ?? ''),
          loss: String(row['package_loss'] ?? ''),
          time: String(row['time'] ?? ''),
        })),
      }
    },
    quota: async (path) => {
      const quota =
        recordOf((await api.call('/cgi-bin/openapi/quota/get', { json: { cgi_path: path } }))['quota']) ?? {}
      return { limit: Number(quota['daily_limit']), used: Number(quota['used']), left: Number(quota['remain']) }
    },
    clearQuota: async (path) => {
      await api.call('/cgi-bin/openapi/quota/clear', { json: { cgi_path: path } })
    },
    clearAllQuotas: async () => {
      await api.call('/cgi-bin/clear_quota', { json: { appid } })
    },
    clearAllQuotasBySecret: async () => {
      await api.open('/cgi-bin/clear_quota/v2', { json: { appid, appsecret: secret } })
    },
    seen: async (rid) => {
      const seen = recordOf((await api.call('/cgi-bin/openapi/rid/get', { json: { rid } }))['request']) ?? {}
      return {
        url: textOf(seen, 'request_url').replace(/(access_token|secret)=[^&]*/g, '$1=***'),
        body: textOf(seen, 'request_body'),
        answer: textOf(seen, 'response_body'),
        at: dateOf(seen, 'invoke_time'),
        tookMs: numberOf(seen, 'cost_in_ms'),
        ip: textOf(seen, 'client_ip'),
      }
    },
  }
}

const ipsOf = (answer: Record<string, unknown>): string[] => {
  const list = answer['ip_list']
  return Array.isArray(list) ? list.map(String) : []
}

const rows = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((item) => recordOf(item) ?? {}) : []
