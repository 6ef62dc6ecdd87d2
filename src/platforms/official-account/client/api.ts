import API from 'co-wechat-api'
import { AppError } from '../../../core/errors.js'
import type { Address, HttpClient } from '../../shared/http-client.js'
import type { Token, TokenService } from '../../shared/token.js'
import { refusedBefore, transportError, WeChatApiError } from '../errors.js'
import { type Answer, readAnswer } from './answer.js'
import { type Body, collectBody, jsonBody } from './body.js'

/** One call in the platform's own words. */
export interface ApiCall {
  query?: Record<string, string>
  /** Sent as JSON by POST; without it and without `body` the call is a GET. */
  json?: unknown
  body?: Body
  /** The largest answer; standard 1 MiB. */
  maxBytes?: number
  deadlineMs?: number
  /** `file`: bytes are a good answer, JSON an error or a link. */
  wanted?: 'json' | 'file'
  /** Errcodes whose answer is wanted as it is. */
  accept?: readonly number[]
  signal?: AbortSignal
}

/** Decides about calls before they leave. */
export interface Gate {
  /** Rejects with `WeChatApiError` of class `permission` when the account may not call the path. */
  pass(path: string): Promise<void>
  /** Hears of every refusal of the platform. */
  learn(path: string, error: WeChatApiError): Promise<void>
}

const OPEN: Gate = { pass: async () => undefined, learn: async () => undefined }

const UPLOAD_LIMIT = 21 * 1_048_576
const HOSTS = /^(api|api2|sh\.api|sz\.api|hk\.api|mp|file\.api)\.weixin\.qq\.com$/

/**
 * co-wechat-api as a catalogue of endpoints and nothing more: tokens, transport, retries, parsing and errors are ours.
 * It never learns the app secret.
 */
export class WeChatApi extends API {
  readonly #base: URL
  readonly #http: HttpClient
  readonly #tokens: TokenService
  readonly #gate: Gate

  constructor(base: URL, appid: string, http: HttpClient, tokens: TokenService, gate: Gate = OPEN) {
    super(appid, '', undefined, undefined, true)
    this.#base = base
    this.#http = http
    this.#tokens = tokens
    this.#gate = gate
  }

  /** The package writes it into the address; `request` puts the real one there, after the gate. */
  override async ensureAccessToken() {
    return { accessToken: 'of-the-moment', expireTime: Number.MAX_SAFE_INTEGER }
  }

  /** Carries every call of the package: whatever host it names, the path goes to our base, with the token of the moment. */
  override async request(
    url: string,
    options: { method?: string; data?: unknown; headers?: Record<string, string | number>; timeout?: number } = {},
  ): Promise<unknown> {
    const asked = new URL(url)
    if (!HOSTS.test(asked.hostname))
      throw refusedBefore(asked.pathname, 'url', 'not a host of the platform', '不是微信域名')
    const query = Object.fromEntries(asked.searchParams)
    const authorized = 'access_token' in query
    delete query['access_token']
    const bytes = await collectBody(options.data, UPLOAD_LIMIT)
    const headers = Object.fromEntries(Object.entries(options.headers ?? {}).map(([k, v]) => [k, String(v)]))
    const call: ApiCall = {
      query,
      wanted: 'file',
      ...(bytes !== undefined && { body: { headers, bytes } }),
      ...(options.timeout !== undefined && { deadlineMs: options.timeout }),
    }
    const answer = authorized ? await this.#authorized(asked.pathname, call) : await this.#send(asked.pathname, call)
    return 'fields' in answer ? answer.fields : answer.file
  }

  /** Calls a path such as `/cgi-bin/user/info` and gives the fields of its JSON answer. */
  async call(path: string, call: ApiCall = {}): Promise<Record<string, unknown>> {
    const answer = await this.#authorized(path, { ...call, wanted: 'json' })
    if ('fields' in answer) return answer.fields
    throw transportError(path, 'uncertain', 'the answer is not JSON')
  }

  /** Calls a path whose answer is a file. */
  async download(path: string, call: ApiCall = {}): Promise<Answer> {
    return this.#authorized(path, { ...call, wanted: 'file' })
  }

  /** Calls a path that takes no access token (credentials of its own in the query or the body). */
  async open(path: string, call: ApiCall = {}): Promise<Record<string, unknown>> {
    await this.#gate.pass(path)
    const answer = await this.#send(path, { ...call, wanted: 'json' })
    if ('fields' in answer) return answer.fields
    throw transportError(path, 'uncertain', 'the answer is not JSON')
  }

  /** Where pages for people are: the platform's host, or the base itself when that is no host of the platform. */
  page(host: 'mp' | 'open', path: string, query: Record<string, string>): string {
    const known = HOSTS.test(this.#base.hostname)
    const base = known ? new URL(`https://${host}.weixin.qq.com`) : this.#base
    const { origin, pathname, search } = addressOf(base, path, query)
    return origin + pathname + search
  }

  async #authorized(path: string, call: ApiCall): Promise<Answer> {
    await this.#gate.pass(path)
    try {
      return await this.#renewing(path, call)
    } catch (error) {
      if (error instanceof WeChatApiError) await this.#gate.learn(path, error)
      throw error
    }
  }

  async #renewing(path: string, call: ApiCall): Promise<Answer> {
    const token = await this.#tokens.get()
    try {
      return await this.#with(token, path, call)
    } catch (error) {
      if (!(error instanceof WeChatApiError && error.class === 'token')) throw error
      return this.#with(await this.#tokens.replace(token), path, call)
    }
  }

  async #with(token: Token, path: string, call: ApiCall): Promise<Answer> {
    const answer = await this.#send(path, { ...call, query: { access_token: token.value, ...call.query } })
    this.#tokens.confirm(token)
    return answer
  }

  async #send(path: string, call: ApiCall): Promise<Answer> {
    const body = call.json === undefined ? call.body : jsonBody(call.json)
    const end = await this.#http.request({
      method: body ? 'POST' : 'GET',
      url: addressOf(this.#base, path, call.query),
      ...(body && { headers: body.headers, body: body.bytes }),
      ...(call.maxBytes !== undefined && { maxBytes: call.maxBytes }),
      ...(call.deadlineMs !== undefined && { deadlineMs: call.deadlineMs }),
      ...(call.signal && { signal: call.signal }),
    })
    return readAnswer(path, end, call.wanted, call.accept)
  }
}

/** The address of a path below the base; query values are percent-encoded. */
export function addressOf(base: URL, path: string, query: Record<string, string> = {}): Address {
  let search = ''
  for (const [name, value] of Object.entries(query)) {
    search += `${search === '' ? '?' : '&'}${name}=${encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))}`
  }
  return { origin: base.origin, pathname: base.pathname.replace(/\/$/, '') + path, search }
}

/** The base of an API address. Throws AppError `config.apiBase` when the token would travel in the clear. */
export function baseOf(apiBase: string): URL {
  const base = new URL(apiBase)
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(base.hostname)
  if (base.protocol !== 'https:' && !local) {
    throw new AppError(
      'config.apiBase',
      `the API address ${base.origin} is not https: the access token would be readable on the way`,
      {
        fix: 'use https://api.weixin.qq.com, or a simulator on 127.0.0.1',
      },
    )
  }
  return base
}
