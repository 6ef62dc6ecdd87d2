import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A call as the fake saw it. */
export interface SeenCall {
  method: string
  path: string
  query: Record<string, string>
  headers: IncomingMessage['headers']
  body: Buffer
}

/** How the fake answers: fields as JSON, or anything else by hand. */
export type Answer = object | ((response: ServerResponse, call: SeenCall) => void)

export interface StrictWecom {
  readonly base: string
  readonly calls: SeenCall[]
  /** How often a token was asked for. */
  tokenCalls(): number
  /** The token that is accepted now. */
  token(): string
  /** The platform ends the token early; asking gives the next one. `code`: 42001 expired, 40014 not valid. */
  endToken(code?: number): void
  /** `gettoken` goes on giving this one, although it is refused. */
  stickTo(token: string): void
  /** The answers of the next calls of a path, before the standard one. */
  next(path: string, ...answers: Answer[]): void
  /** The standard answer of a path. */
  always(path: string, answer: Answer): void
  /** The JSON bodies that came to a path. */
  sent(path: string): unknown[]
  /** Resolves when so many calls have come to a path. */
  seen(path: string, count: number): Promise<void>
  close(): Promise<void>
}

export const CORPID = 'ww0000000canary001'
export const SECRET = 'canary-secret-8d1f2c'
export const AGENT = 1_000_002

const GETTOKEN = '/cgi-bin/gettoken'
/** Paths that carry their own key and take no token. */
const OPEN = /^\/cgi-bin\/webhook\//

/** WeCom's API with the rules that hurt: the same token inside its life, one good token, wrong credentials refused. */
export async function startStrictWecom(app = { corpid: CORPID, secret: SECRET }): Promise<StrictWecom> {
  const calls: SeenCall[] = []
  const queued = new Map<string, Answer[]>()
  const standard = new Map<string, Answer>()
  const waiting: { path: string; count: number; done: () => void }[] = []
  let serial = 1
  let refusal = 40014
  let stuck: string | undefined
  const current = () => `canary-token-${serial}-${'x'.repeat(40)}`
  const count = (path: string) => calls.filter((call) => call.path === path).length

  const answerOf = (call: SeenCall): Answer => {
    const planned = queued.get(call.path)?.shift()
    if (call.path === GETTOKEN) {
      if (planned) return planned
      if (call.query['corpid'] !== app.corpid) return { errcode: 40013, errmsg: 'invalid corpid' }
      if (call.query['corpsecret'] !== app.secret) {
        return { errcode: 40001, errmsg: `invalid credential ${call.query['corpsecret']}` }
      }
      return { errcode: 0, errmsg: 'ok', access_token: stuck ?? current(), expires_in: 7200 }
    }
    if (!OPEN.test(call.path) && (call.query['access_token'] !== current() || stuck !== undefined)) {
      return { errcode: refusal, errmsg: `access_token expired ${call.query['access_token']}` }
    }
    return planned ?? standard.get(call.path) ?? { errcode: 0, errmsg: 'ok' }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake')
      const call: SeenCall = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks),
      }
      calls.push(call)
      const answer = answerOf(call)
      if (typeof answer === 'function') answer(response, call)
      else response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(answer))
      for (const one of waiting.filter(({ path, count: wanted }) => count(path) >= wanted)) one.done()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    calls,
    tokenCalls: () => count(GETTOKEN),
    token: current,
    endToken: (code = 40014) => {
      refusal = code
      serial += 1
    },
    stickTo: (token) => {
      stuck = token
    },
    next: (path, ...answers) => {
      queued.set(path, [...(queued.get(path) ?? []), ...answers])
    },
    always: (path, answer) => {
      standard.set(path, answer)
    },
    sent: (path) =>
      calls.filter((call) => call.path === path).map((call) => JSON.parse(call.body.toString() || 'null')),
    seen: (path, wanted) =>
      new Promise((resolve) => {
        if (count(path) >= wanted) resolve()
        else waiting.push({ path, count: wanted, done: resolve })
      }),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
