import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { type Clock, systemClock } from '../../src/core/clock.js'
import { type ApiParts, createApi } from '../../src/http/api/api.js'
import type { ApiKey, KeyPort, NoncePort } from '../../src/http/api/authenticate.js'
import type { AnswerPort } from '../../src/http/api/idempotency.js'
import type { Route, Scope } from '../../src/http/api/route.js'
import { sign } from '../../src/http/api/signature.js'
import { type LogLine, recordingLogger } from './web.js'

/** The secret that requests are signed with unless another is named. */
export const TEST_SECRET = 'wls_test-secret-of-the-api-helper'

/** A key that may everything, or what `change` says. */
export function testKey(change: Partial<ApiKey> = {}): ApiKey {
  return {
    id: 'test-key-1',
    shop: 'demo',
    account: 'shop',
    scopes: ['admin'],
    secrets: [TEST_SECRET],
    perMinute: 100_000,
    allows: () => true,
    ...change,
  }
}

/** What a test may set. */
export interface ServeOptions
  extends Partial<Pick<ApiParts, 'keys' | 'nonces' | 'answers' | 'authenticators' | 'audit' | 'streams'>> {
  /** What the key may do; everything unless given. */
  scopes?: readonly Scope[]
  key?: Partial<ApiKey>
  clock?: Clock
  trustedProxies?: number
}

/** An answer with its JSON read. */
export interface ApiReply<T> {
  status: number
  headers: Headers
  body: T
}

/** How one request differs from the usual. */
export interface AskOptions {
  headers?: Record<string, string>
  secret?: string
  keyId?: string
  /** Seconds. */
  ts?: number
  nonce?: string
  /** Sent as it is, in place of the JSON of the body. */
  raw?: string | Buffer
  /** False sends without a signature. */
  signed?: boolean
}

/** Routes on a free port of this machine. */
export interface ServedApi {
  url: string
  lines: LogLine[]
  /** Signs and sends; `path` is below `/api/v1` and may have a query. What the answer's body is, the test knows. */
  ask<T = unknown>(method: string, path: string, body?: unknown, options?: AskOptions): Promise<ApiReply<T>>
  close(): Promise<void>
}

/** Serves routes as the product does, with one key, and with nonces and answers in memory. */
export async function serveApi(routes: readonly Route[], options: ServeOptions = {}): Promise<ServedApi> {
  const { scopes, clock = systemClock, authenticators, audit, trustedProxies, streams } = options
  const key = testKey({ ...(scopes && { scopes }), ...options.key })
  const log = recordingLogger()
  const api = createApi({
    routes,
    keys: options.keys ?? keysInMemory([key]),
    nonces: options.nonces ?? noncesInMemory(),
    answers: options.answers ?? answersInMemory(),
    log,
    clock,
    ...(authenticators && { authenticators }),
    ...(audit && { audit }),
    ...(streams && { streams }),
    ...(trustedProxies !== undefined && { trustedProxies }),
  })
  const app = new Koa({ proxy: false })
  app.use(api)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    lines: log.lines,
    async ask<T>(method: string, path: string, body?: unknown, ask: AskOptions = {}): Promise<ApiReply<T>> {
      const bytes = Buffer.from(ask.raw ?? (body === undefined ? '' : JSON.stringify(body)))
      const full = `/api/v1${path}`
      const [pathname = '', query = ''] = full.split('?')
      const { keyId = key.id, secret = key.secrets[0] ?? '', nonce = randomBytes(12).toString('hex') } = ask
      const ts = ask.ts ?? Math.floor(clock.now().getTime() / 1000)
      const sig = sign(secret, { method, path: pathname, query, ts, nonce, body: bytes })
      const response = await fetch(`${url}${full}`, {
        method,
        headers: {
          ...(ask.signed !== false && { authorization: `WXB1 keyId=${keyId},ts=${ts},nonce=${nonce},sig=${sig}` }),
          ...(bytes.length > 0 && { 'content-type': 'application/json' }),
          ...ask.headers,
        },
        ...(bytes.length > 0 && { body: bytes }),
      })
      const text = await response.text()
      const json = response.headers.get('content-type')?.includes('json')
      return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Keys that are there from the beginning. */
export function keysInMemory(keys: readonly ApiKey[]): KeyPort {
  return { find: async (id) => keys.find((key) => key.id === id) }
}

/** Nonces of one process. */
export function noncesInMemory(): NoncePort {
  const used = new Set<string>()
  return {
    async use(key, nonce) {
      const name = `${key}:${nonce}`
      if (used.has(name)) return false
      used.add(name)
      return true
    },
  }
}

/** Answers of one process. */
export function answersInMemory(): AnswerPort {
  const known = new Map<string, { hash: string; status?: number; body?: string }>()
  return {
    async claim(caller, key, hash) {
      const claim = `${caller}:${key}`
      const row = known.get(claim)
      if (!row) {
        known.set(claim, { hash })
        return { state: 'new', claim }
      }
      if (row.hash !== hash) return { state: 'other' }
      if (row.status === undefined) return { state: 'running', retryAfterSeconds: 1 }
      return { state: 'done', status: row.status, body: row.body ?? '' }
    },
    async keep(claim, status, body) {
      const row = known.get(claim)
      if (row) Object.assign(row, { status, body })
    },
    async release(claim) {
      known.delete(claim)
    },
  }
}
