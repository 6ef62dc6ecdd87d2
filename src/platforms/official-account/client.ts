import API from 'co-wechat-api'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Address, HttpClient } from '../shared/http-client.js'
import { createTokenService, type Token, type TokenService } from '../shared/token.js'
import type { TokenStore } from '../shared/token-store.js'
import { type Answer, readAnswer } from './client/answer.js'
import { type Body, collectBody, jsonBody } from './client/body.js'
import { type Codes, codes } from './client/codes.js'
import { type MediaApi, mediaApi } from './client/media.js'
import { type Menus, menus } from './client/menus.js'
import { type Messages, messages } from './client/messages.js'
import { type Servers, servers } from './client/servers.js'
import { issueStableToken } from './client/stable-token.js'
import { type Staff, staff } from './client/staff.js'
import { type Templates, templates } from './client/templates.js'
import { type Users, users } from './client/users.js'
import { refusedBefore, transportError, WeChatApiError } from './errors.js'

/**
 * The server API of one Official Account. Every method rejects with `WeChatApiError` (its class says what to do) or
 * `TokenProblem`. A refused token is replaced and the call repeated once. Nothing else is repeated here.
 */
export interface OfficialAccountClient {
  readonly messages: Messages
  readonly media: MediaApi
  readonly users: Users
  readonly menus: Menus
  readonly codes: Codes
  readonly templates: Templates
  readonly staff: Staff
  readonly servers: Servers
  readonly tokens: TokenService
  /** Waits for a token refresh under way. The HTTP client is its owner's to close. */
  close(): Promise<void>
}

export interface ClientOptions {
  appid: string
  secret: string
  /** `https://api.weixin.qq.com`, a backup host, or the simulator. Clear http is for this machine only. */
  apiBase: string
  http: HttpClient
  tokenStore: TokenStore
  clock: Clock
  log: Logger
}

/** The client of an account. Throws AppError `config.apiBase` when the token would travel in the clear. */
export function createClient(options: ClientOptions): OfficialAccountClient {
  const base = baseOf(options.apiBase)
  const tokens = createTokenService({
    key: `${options.appid}:access_token`,
    issue: issueStableToken({ ...options, base }),
    store: options.tokenStore,
    clock: options.clock,
    log: options.log,
  })
  const api = new WeChatApi(base, options.appid, options.http, tokens)
  return {
    messages: messages(api),
    media: mediaApi(api),
    users: users(api),
    menus: menus(api),
    codes: codes(api),
    templates: templates(api),
    staff: staff(api),
    servers: servers(api, options.appid),
    tokens,
    close: () => tokens.close(),
  }
}

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
  signal?: AbortSignal
}

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

  constructor(base: URL, appid: string, http: HttpClient, tokens: TokenService) {
    super(appid, '', undefined, undefined, true)
    this.#base = base
    this.#http = http
    this.#tokens = tokens
  }

  override async ensureAccessToken() {
    const { value } = await this.#tokens.get()
    return { accessToken: value, expireTime: Number.MAX_SAFE_INTEGER }
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

  async #authorized(path: string, call: ApiCall): Promise<Answer> {
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
    return readAnswer(path, end, call.wanted)
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

function baseOf(apiBase: string): URL {
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
