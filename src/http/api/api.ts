import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { ZodType } from 'zod'
import { type Clock, systemClock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { endUnread, readBody } from '../body.js'
import { clientAddress } from '../client-address.js'
import { type AuditPort, audited } from './audited.js'
import { type Authenticator, createSignatures, type KeyPort, type NoncePort, type RequestHead } from './authenticate.js'
import { createStreams, type Streams } from './event-stream.js'
import { type AnswerPort, idempotencyKey, once, type SentAnswer } from './idempotency.js'
import { parseJson } from './json.js'
import { createMatcher } from './match.js'
import { openApi } from './openapi.js'
import { apiPage } from './page.js'
import { describeIssues, problemOf, toApiError } from './problem.js'
import { ApiError, type Caller, isAllowed, type Route } from './route.js'

/** What the API is made of. */
export interface ApiParts {
  routes: readonly Route[]
  keys: KeyPort
  nonces: NoncePort
  answers: AnswerPort
  log: Logger
  clock?: Clock
  /** Further ways to tell who asks (sessions of the console); asked before the API keys. */
  authenticators?: readonly Authenticator[]
  trustedProxies?: number
  /** Told of what people did, and keys beside their shop's traffic, before it is answered; rejecting answers 5xx. */
  audit?: AuditPort
  /** Streams of events; close them before the server, which waits for open answers. */
  streams?: Streams
  /** Stands in the OpenAPI document as its server. */
  publicUrl?: string
}

const PREFIX = '/api/v1'
const MAX_BODY = 1_048_576
const ANYONE: Caller = { id: 'anyone', scopes: [], shop: '' }
/** Answers are read by programs: opened in a browser they do nothing. */
const PROTECTION = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A request that was told apart but not yet read. */
interface Asked {
  id: string
  head: RequestHead
  route?: Route
  caller?: Caller
}

/**
 * `/api/v1`: tells callers apart, checks what they send against the routes' schemas, runs the handlers and answers in
 * JSON, errors as RFC 9457 problems. Bodies are at most 1 MiB unless a route says otherwise. `/api/v1/openapi.json` and `/api/v1/docs` need no key.
 */
export function createApi(parts: ApiParts): Middleware {
  const { routes, keys, nonces, answers, log, audit, clock = systemClock, trustedProxies = 0, publicUrl = '' } = parts
  const match = createMatcher(routes)
  const https = publicUrl.startsWith('https://')
  const streams = parts.streams ?? createStreams()
  const authenticators = [...(parts.authenticators ?? []), createSignatures({ keys, nonces, clock })]
  let described: { json: string; html: string } | undefined

  function describe() {
    if (described) return described
    const document = openApi(routes, publicUrl)
    described = { json: JSON.stringify(document), html: apiPage(document) }
    return described
  }

  /** Undefined: it is a stream, which goes on by itself. */
  async function answer(ctx: Context, asked: Asked): Promise<SentAnswer | undefined> {
    const { head } = asked
    const found = match(head.method, head.path.slice(PREFIX.length))
    if (!found) throw new ApiError(404, 'path.unknown', 'there is nothing here; see /api/v1/docs')
    if ('allow' in found) {
      ctx.set('Allow', found.allow.join(', '))
      throw new ApiError(405, 'method.unknown', `here one may ${found.allow.join(' or ')}`)
    }
    const { route } = found
    asked.route = route
    const finish = route.scope === 'anyone' ? async () => ANYONE : await begin(head)
    const body = await read(ctx, route.maxBody ?? MAX_BODY)
    const caller = await finish(body)
    asked.caller = caller
    if (!isAllowed(caller.scopes, route.scope)) {
      await audit?.({ caller, route, head, outcome: 'scope.missing' })
      throw new ApiError(
        403,
        'scope.missing',
        `${caller.person ? 'your roles lack' : 'the key lacks'} the scope ${route.scope}`,
      )
    }
    if (route.stream) {
      streams.open(ctx, route, checked(route, { params: found.params, head, body, caller, key: undefined }))
      return undefined
    }
    const key =
      route.idempotent === undefined || route.idempotent === false
        ? undefined
        : idempotencyKey(head.header('idempotency-key'), route.idempotent === 'required')
    const given = { params: found.params, head, body, caller, key }
    const work = () => audited(audit, { caller, route, head, body }, () => handle(ctx, route, given))
    if (key === undefined) return work()
    const url = `${head.path}?${head.query}`
    return once(answers, { caller: caller.id, key, method: head.method, url, body }, work)
  }

  async function begin(head: RequestHead): Promise<(body: Buffer) => Promise<Caller>> {
    for (const each of authenticators) {
      const finish = await each.begin(head)
      if (finish) return finish
    }
    const fix = 'sign it as /api/v1/docs#signing says; `weloop key create` makes a key'
    const message = 'the request is not signed'
    throw new ApiError(401, 'signature.missing', message, { problems: [{ field: 'Authorization', message, fix }] })
  }

  return async (ctx, next) => {
    const [path = '', query = ''] = split(ctx.req.url ?? '')
    if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) return next()
    ctx.set(PROTECTION)
    if (https) ctx.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    if (ctx.method === 'GET' && path === `${PREFIX}/openapi.json`) {
      ctx.type = 'application/json'
      ctx.body = describe().json
      return
    }
    if (ctx.method === 'GET' && (path === `${PREFIX}/docs` || path === PREFIX)) {
      ctx.set('Content-Security-Policy', PAGE_POLICY)
      ctx.type = 'text/html; charset=utf-8'
      ctx.body = describe().html
      return
    }
    const began = performance.now()
    const address = clientAddress(ctx.req, trustedProxies)
    const header = (name: string) => ctx.get(name) || undefined
    const asked: Asked = { id: randomUUID(), head: { method: ctx.method, path, query, header, address } }
    ctx.set('X-Request-Id', asked.id)
    try {
      const sent = await answer(ctx, asked)
      if (!sent) return
      const { status, body, replayed } = sent
      if (replayed) ctx.set('Idempotency-Replayed', 'true')
      ctx.status = status
      ctx.type = 'application/json'
      ctx.body = body
    } catch (error) {
      refuse(ctx, asked, error, log)
    }
    const { route, caller } = asked
    const line = {
      request: asked.id,
      route: route?.id ?? 'none',
      status: ctx.status,
      ms: Math.round(performance.now() - began),
    }
    log.debug({ ...line, ...(caller && { key: caller.id }) }, 'api request answered')
  }
}

interface Given {
  params: Record<string, string>
  head: RequestHead
  body: Buffer
  caller: Caller
  key: string | undefined
}

/** The parts of a request, checked against the route's schemas. */
function checked(route: Route, { params, head, body, caller, key }: Given) {
  return {
    params: check(route.params, params, 'the path'),
    query: check(route.query, queryOf(head.query), 'the query'),
    body: check(route.body, isBodyless(route, body) ? undefined : bodyOf(head, body), 'the body'),
    caller,
    head,
    ...(key !== undefined && { idempotencyKey: key }),
    signal: new AbortController().signal,
  }
}

/** Checks the parts of a request, runs its handler and puts the answer into words. */
async function handle(ctx: Context, route: Route, given: Given): Promise<SentAnswer> {
  const { caller } = given
  const gone = new AbortController()
  const onClose = () => gone.abort()
  ctx.res.once('close', onClose)
  try {
    const { status = 200, headers, body } = await route.handle({ ...checked(route, given), signal: gone.signal })
    if (headers) ctx.set({ ...headers })
    const whole: unknown = route.answer.parse(body)
    const seen = route.unmasked || route.ownWords || !caller.sees ? whole : caller.sees(whole)
    return { status, body: JSON.stringify(seen) ?? 'null' }
  } finally {
    ctx.res.off('close', onClose)
  }
}

function check(schema: ZodType | undefined, value: unknown, what: string): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ApiError(400, 'request.invalid', `${what} is not as it should be`, {
    problems: describeIssues(parsed.error),
  })
}

function queryOf(query: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(found, name)) throw new ApiError(400, 'query.repeated', `'${name.slice(0, 64)}' stands twice`)
    Object.defineProperty(found, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return found
}

/** Whether nothing was sent, and nothing need be. */
const isBodyless = ({ body }: Route, bytes: Buffer) =>
  body === undefined || (bytes.length === 0 && body.safeParse(undefined).success)

function bodyOf(head: RequestHead, bytes: Buffer): unknown {
  const type = head.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new ApiError(415, 'body.type', 'the body must be application/json')
  }
  const parsed = parseJson(bytes)
  if ('value' in parsed) return parsed.value
  throw new ApiError(400, 'body.json', `the body ${parsed.problem}`)
}

function read(ctx: Context, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readBody(ctx.req, most, (body) => {
      if (body.type === 'read') return resolve(body.bytes)
      const tooLarge = body.reason.includes('bytes')
      reject(new ApiError(tooLarge ? 413 : 400, tooLarge ? 'body.too-large' : 'body.unreadable', body.reason))
    })
  })
}

function refuse(ctx: Context, asked: Asked, thrown: unknown, log: Logger): void {
  const error = toApiError(thrown)
  if (error.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(error.retryAfterSeconds))
  if (error.status === 401) ctx.set('WWW-Authenticate', 'WXB1 realm="weloop"')
  ctx.status = error.status
  ctx.type = 'application/problem+json'
  const body = JSON.stringify(problemOf(error, asked.id))
  const about = { request: asked.id, route: asked.route?.id ?? 'none', address: asked.head.address }
  if (error.status >= 500) log.error({ ...about, error: messageOf(thrown) }, 'api request failed')
  else if (error.status === 401) log.warn({ ...about, code: error.code }, 'api request refused')
  const { 'content-length': length = '0', 'transfer-encoding': transfer } = ctx.req.headers
  if (ctx.req.readableEnded || (length === '0' && transfer === undefined)) {
    ctx.body = body
    return
  }
  ctx.respond = false
  ctx.set('Connection', 'close')
  ctx.res.write(body)
  endUnread(ctx.req, ctx.res)
}

function split(url: string): [path: string, query: string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}
