import API from 'co-wechat-api'
import { addressOf, type Place, placeOf, searchOf } from '../../shared/api-address.js'
import type { HttpClient, HttpEnd, HttpRequest } from '../../shared/http-client.js'
import type { Token, TokenService } from '../../shared/token.js'
import { refusedBefore, transportError, WeChatApiError } from '../errors.js'
import { type Answer, readAnswer } from './answer.js'
import { type Body, collectBody, jsonBody } from './body.js'

export { addressOf, baseOf } from '../../shared/api-address.js'

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
  /** Until when the gate need not be asked again about a path, ms of the monotonic clock. */
  readonly #passed = new Map<string, number>()
  readonly #place: Place
  #encoded = { token: '', search: '' }

  constructor(base: URL, appid: string, http: HttpClient, tokens: TokenService, gate: Gate = OPEN) {
    super(appid, '', undefined, undefined, true)
    this.#base = base
    this.#place = placeOf(base)
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
    const answer = await this.#authorized(path, call, 'json')
    if ('fields' in answer) return answer.fields
    throw transportError(path, 'uncertain', 'the answer is not JSON')
  }

  /** Calls a path whose answer is a file. */
  async download(path: string, call: ApiCall = {}): Promise<Answer> {
    return this.#authorized(path, call, 'file')
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

  /** One turn of the event loop for a call whose token is at hand: this carries every message of a campaign. */
  async #authorized(path: string, call: ApiCall, wanted = call.wanted): Promise<Answer> {
    if (!(performance.now() < (this.#passed.get(path) ?? 0))) await this.#ask(path)
    let token = await this.#tokens.get()
    for (let renewed = false; ; renewed = true) {
      try {
        const end = await this.#exchange(path, call, token)
        const answer = isPlainOk(end) ? { fields: { ...OK } } : readAnswer(path, end, wanted, call.accept)
        this.#tokens.confirm(token)
        return answer
      } catch (error) {
        if (!(error instanceof WeChatApiError)) throw error
        if (error.class !== 'token' || renewed) {
          this.#passed.delete(path)
          await this.#gate.learn(path, error)
          throw error
        }
        token = await this.#tokens.replace(token)
      }
    }
  }

  async #ask(path: string): Promise<void> {
    await this.#gate.pass(path)
    this.#passed.set(path, performance.now() + PASS_MS)
  }

  async #send(path: string, call: ApiCall): Promise<Answer> {
    return readAnswer(path, await this.#exchange(path, call), call.wanted, call.accept)
  }

  #exchange(path: string, call: ApiCall, token?: Token): Promise<HttpEnd> {
    const body = call.json === undefined ? call.body : jsonBody(call.json)
    const search = searchOf(call.query, token && this.#searchWith(token))
    const request: HttpRequest = {
      method: body ? 'POST' : 'GET',
      url: { origin: this.#place.origin, pathname: this.#place.path + path, search },
    }
    if (body) {
      request.headers = body.headers
      request.body = body.bytes
    }
    if (call.maxBytes !== undefined) request.maxBytes = call.maxBytes
    if (call.deadlineMs !== undefined) request.deadlineMs = call.deadlineMs
    if (call.signal) request.signal = call.signal
    return this.#http.request(request)
  }

  /** The beginning of the query; a token is encoded once, not for every call. */
  #searchWith(token: Token): string {
    if (this.#encoded.token !== token.value) {
      this.#encoded = { token: token.value, search: `?access_token=${encodeURIComponent(token.value)}` }
    }
    return this.#encoded.search
  }
}

const OK = { errcode: 0, errmsg: 'ok' }
const OK_BODY = Buffer.from(JSON.stringify(OK))

/** Most answers to messages are these very bytes: they need not be parsed. */
const isPlainOk = (end: HttpEnd): boolean => end.end === 'answered' && end.status === 200 && end.body.equals(OK_BODY)

/** How long a gate's yes is taken for granted: a denial that another process learnt counts from the next second on. */
const PASS_MS = 1_000
