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

/** How the fake answers: fields as compact JSON, or anything else by hand. */
export type Answer = object | ((response: ServerResponse, call: SeenCall) => void)

export interface StrictWeChat {
  readonly base: string
  readonly calls: SeenCall[]
  /** Calls of the token endpoint, `forced` ones among them. */
  readonly tokenCalls: { forced: boolean }[]
  /** The only token that is accepted. */
  token(): string
  /** Somebody else refreshed: every token handed out so far is refused. */
  rotate(): void
  /** The answers of the next calls of a path, before the standard one. */
  next(path: string, ...answers: Answer[]): void
  /** The standard answer of a path. */
  always(path: string, answer: Answer): void
  /** How the token endpoint answers next instead of giving a token. */
  tokenFails(...answers: Answer[]): void
  /** The token endpoint keeps handing out this one, although it is refused. */
  stickTo(token: string | undefined): void
  sent(path: string): unknown[]
  close(): Promise<void>
}

export const APPID = 'wxcanary0000000001'
export const SECRET = 'canary-secret-5f3a9b'

/** WeChat's API with the rules that hurt: only the newest token is good, wrong credentials and unknown paths are refused. */
export async function startStrictWeChat(): Promise<StrictWeChat> {
  const calls: SeenCall[] = []
  const tokenCalls: { forced: boolean }[] = []
  const queued = new Map<string, Answer[]>()
  const standard = new Map<string, Answer>()
  const tokenFailures: Answer[] = []
  let serial = 0
  let current = ''
  let stuck: string | undefined
  const issue = () => {
    serial += 1
    current = `canary-token-${serial}-${'x'.repeat(40)}`
    return current
  }
  const answerToken = (response: ServerResponse, call: SeenCall) => {
    const asked = JSON.parse(call.body.toString()) as Record<string, unknown>
    tokenCalls.push({ forced: asked['force_refresh'] === true })
    const failure = tokenFailures.shift()
    if (failure) return give(response, failure, call)
    if (asked['appid'] !== APPID) return give(response, { errcode: 40013, errmsg: 'invalid appid' }, call)
    if (asked['secret'] !== SECRET)
      return give(response, { errcode: 40125, errmsg: `invalid appsecret ${asked['secret']}` }, call)
    if (stuck !== undefined) return give(response, { access_token: stuck, expires_in: 7200 }, call)
    if (current === '' || asked['force_refresh'] === true) issue()
    give(response, { access_token: current, expires_in: 7200 }, call)
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
      if (call.path === '/cgi-bin/stable_token') return answerToken(response, call)
      if (call.query['access_token'] !== current || current === '') {
        return give(
          response,
          {
            errcode: 40001,
            errmsg: `invalid credential, access_token is invalid or not latest rid: 1a-2b-3c ${call.query['access_token']}`,
          },
          call,
        )
      }
      const answer = queued.get(call.path)?.shift() ?? standard.get(call.path)
      give(response, answer ?? { errcode: 0, errmsg: 'ok' }, call)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    calls,
    tokenCalls,
    token: () => current,
    rotate: () => {
      issue()
    },
    next: (path, ...answers) => {
      queued.set(path, [...(queued.get(path) ?? []), ...answers])
    },
    always: (path, answer) => {
      standard.set(path, answer)
    },
    tokenFails: (...answers) => {
      tokenFailures.push(...answers)
    },
    stickTo: (token) => {
      stuck = token
    },
    sent: (path) =>
      calls.filter((call) => call.path === path).map((call) => JSON.parse(call.body.toString() || 'null')),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function give(response: ServerResponse, answer: Answer, call: SeenCall): void {
  if (typeof answer === 'function') {
    answer(response, call)
    return
  }
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(answer))
}
