import { setTimeout as pause } from 'node:timers/promises'
import { bigReads, bigReadsAtOnce } from '../../../../rules/wecom/endpoints.js'
import type { Clock } from '../../../core/clock.js'
import { placeOf, searchOf } from '../../shared/api-address.js'
import type { HttpClient, HttpEnd, HttpRequest } from '../../shared/http-client.js'
import { type Body, jsonBody } from '../../shared/request-body.js'
import type { Token, TokenService } from '../../shared/token.js'
import { transportError, WecomApiError } from '../errors.js'
import { type Answer, readAnswer } from './answer.js'
import { createLanes } from './lanes.js'
import type { Fields } from './read.js'

/** One call in the platform's own words. */
export interface ApiCall {
  query?: Record<string, string>
  /** Sent as JSON by POST; without it and without `body` the call is a GET. */
  json?: unknown
  body?: Body
  /** The largest answer; standard 1 MiB. */
  maxBytes?: number
  /** Standard 10 s, 20 s for what reads much. */
  deadlineMs?: number
  /** Errcodes whose answer is wanted as it is. */
  accept?: readonly number[]
  /** How often it is repeated when the platform is busy; standard 3, 1 for what must not happen twice. */
  repeat?: number
  signal?: AbortSignal
}

/** The server API of one app of a corporation, by path. Everything rejects with `WecomApiError` or `TokenProblem`. */
export interface WecomApi {
  /** Calls a path such as `/cgi-bin/message/send` and gives the fields of its JSON answer. */
  call(path: string, call?: ApiCall): Promise<Fields>
  /** Calls a path whose answer is a file. */
  download(path: string, call?: ApiCall): Promise<{ bytes: Buffer; contentType: string; name?: string }>
  /** Calls a path that takes no access token (a robot's key in the query). */
  open(path: string, call?: ApiCall): Promise<Fields>
  /** How many calls of a path may be under way at once now. */
  places(path: string): number | undefined
  /** Forgets that credentials were refused: the operator says that they are mended. */
  recheck(): void
}

export interface ApiOptions {
  base: URL
  http: HttpClient
  tokens: TokenService
  clock: Clock
  /** Waits before a repetition. */
  wait?: (ms: number) => Promise<unknown>
  /** 0 to 1; spreads repetitions. */
  random?: () => number
}

/** Surely not carried out: busy, changed by somebody at once, too many at once. The caller sees other codes at once. */
const REPEATED: ReadonlySet<number> = new Set([-1, 6000, 45033])
const REPETITIONS = 3
const FIRST_WAIT_MS = 300
/** After refused credentials nothing is asked for so long: asking on gets our address blocked for an hour. */
const HALT_MS = 60_000

/**
 * Tokens, lanes, repetition and reading of answers. A refused token (40014, 42001) is replaced and the call repeated
 * once; what surely was not carried out because the platform was busy is repeated 3 times with growing, spread waits;
 * 45033 narrows the endpoint's lane; refused credentials (40001, 40013, 40091, 40056, 301002) halt all calls for 60 s.
 */
export function createApi(options: ApiOptions): WecomApi {
  const { http, tokens, clock } = options
  const wait = options.wait ?? ((ms) => pause(ms))
  const random = options.random ?? Math.random
  const place = placeOf(options.base)
  const lanes = createLanes((path) => (bigReads.has(path) ? bigReadsAtOnce.value : undefined))
  let halted: { error: WecomApiError; until: number } | undefined

  const exchange = (path: string, call: ApiCall, token?: Token): Promise<HttpEnd> => {
    const body = call.json === undefined ? call.body : jsonBody(call.json)
    const search = searchOf(call.query, token && `?access_token=${encodeURIComponent(token.value)}`)
    const request: HttpRequest = {
      method: body ? 'POST' : 'GET',
      url: { origin: place.origin, pathname: place.path + path, search },
      deadlineMs: call.deadlineMs ?? (bigReads.has(path) ? 20_000 : 10_000),
    }
    if (body) {
      request.headers = body.headers
      request.body = body.bytes
    }
    if (call.maxBytes !== undefined) request.maxBytes = call.maxBytes
    if (call.signal) request.signal = call.signal
    return http.request(request)
  }

  const authorized = async (path: string, call: ApiCall, wanted: 'json' | 'file'): Promise<Answer> => {
    if (halted && clock.now().getTime() < halted.until) throw halted.error
    let token = await tokens.get()
    for (let renewed = false; ; renewed = true) {
      try {
        const answer = readAnswer(path, await exchange(path, call, token), wanted, call.accept)
        tokens.confirm(token)
        return answer
      } catch (error) {
        if (!(error instanceof WecomApiError)) throw error
        if (error.class === 'credential') halted = { error, until: clock.now().getTime() + HALT_MS }
        if (error.class !== 'token' || renewed) throw error
        token = await tokens.replace(token)
      }
    }
  }

  const patiently = async (path: string, call: ApiCall, job: () => Promise<Answer>): Promise<Answer> => {
    const times = call.repeat ?? REPETITIONS
    for (let left = times; ; left--) {
      try {
        return await lanes.run(path, async () => {
          try {
            return await job()
          } catch (error) {
            if (error instanceof WecomApiError && error.class === 'concurrency') lanes.crowded(path)
            throw error
          }
        })
      } catch (error) {
        const again = error instanceof WecomApiError && REPEATED.has(error.errcode ?? 0)
        if (!again || left === 0 || call.signal?.aborted) throw error
        await wait(FIRST_WAIT_MS * 2 ** (times - left) * (0.5 + random()))
      }
    }
  }

  const fieldsIn = (path: string, answer: Answer): Fields => {
    if ('fields' in answer) return answer.fields
    throw transportError(path, 'uncertain', 'the answer is not JSON')
  }

  return {
    call: async (path, call = {}) => fieldsIn(path, await patiently(path, call, () => authorized(path, call, 'json'))),
    download: async (path, call = {}) => {
      const answer = await patiently(path, call, () => authorized(path, call, 'file'))
      if (!('file' in answer)) throw transportError(path, 'uncertain', 'the answer is no file')
      const { file, contentType, name } = answer
      return { bytes: file, contentType, ...(name !== undefined && { name }) }
    },
    open: async (path, call = {}) =>
      fieldsIn(
        path,
        await patiently(path, call, async () => readAnswer(path, await exchange(path, call), 'json', call.accept)),
      ),
    places: (path) => lanes.places(path),
    recheck: () => {
      halted = undefined
    },
  }
}
