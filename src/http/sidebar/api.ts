import { timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import type { ZodType } from 'zod'
import { AppError } from '../../core/errors.js'
import { readBody } from '../body.js'
import { type Call, findCall } from './call.js'
import { sidebarCalls } from './calls.js'
import type { Cookies } from './cookies.js'
import type { SidebarOptions, SidebarPort, SidebarSession } from './port.js'

const MAX_BODY = 16_384

/**
 * `/sidebar/api`: JSON for the page, for who is logged in and only when the page itself asks. Every request but the
 * first carries the session's own word, which a page elsewhere cannot read; whatever changes something must also come
 * from our origin. Throws AppErrors, which the server puts into words.
 */
export function createSidebarApi(
  port: SidebarPort,
  options: SidebarOptions,
  cookies: Cookies,
): (ctx: Context, path: string) => Promise<void> {
  const calls = sidebarCalls(port)
  const origin = new URL(options.publicUrl).origin

  function checkSender(ctx: Context, session: SidebarSession): void {
    const word = ctx.get('X-CSRF-Token')
    const changes = ctx.method !== 'GET'
    if (changes && senderOf(ctx) !== origin) {
      throw new AppError('forbidden.origin', '请求不是从侧边栏发出的', { fix: `从 ${origin} 打开侧边栏` })
    }
    if (word === '' && changes) throw new AppError('forbidden.csrf', '请求不是从侧边栏发出的')
    if (word !== '' && !same(word, session.csrf)) {
      throw new AppError('unauthenticated.changed', '在别处换了登录，请重新登录')
    }
  }

  return async (ctx, path) => {
    const body = await read(ctx)
    const site = ctx.get('Sec-Fetch-Site')
    if (site !== '' && site !== 'same-origin') throw new AppError('forbidden.site', '请求不是从侧边栏发出的')
    const session = await port.session(cookies.token(ctx))
    if (!session) throw new AppError('unauthenticated', '登录已过期，请重新登录')
    const { csrf, expiresAt, ...visitor } = session
    if (ctx.method === 'GET' && path === '/me') {
      ctx.body = JSON.stringify({ ...(await port.about(visitor)), csrf, expiresAt, sdkUrl: options.sdkUrl })
    } else {
      checkSender(ctx, session)
      if (ctx.method === 'GET' && ctx.get('X-CSRF-Token') === '') throw new AppError('forbidden.csrf', '请求缺少凭据')
      if (ctx.method === 'POST' && path === '/log-out') {
        await port.logOut(cookies.token(ctx))
        cookies.clearToken(ctx)
        ctx.body = '{}'
      } else {
        const found = findCall(calls, ctx.method, path)
        if (!found) throw new AppError('not-found', '没有这个接口')
        ctx.body = JSON.stringify(await answer(ctx, found, visitor, body))
      }
    }
    ctx.type = 'application/json; charset=utf-8'
  }
}

async function answer(
  ctx: Context,
  { call, params }: { call: Call; params: Record<string, string> },
  visitor: Parameters<Call['handle']>[0]['visitor'],
  body: Buffer,
): Promise<unknown> {
  return call.handle({
    visitor,
    params: check(call.params, params),
    query: check(call.query, { ...ctx.query }),
    body: call.body === undefined ? undefined : check(call.body, jsonOf(ctx, body)),
  })
}

function check(schema: ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  throw new AppError(`invalid.${first?.path.join('.') ?? 'request'}`, `填写有误：${first?.message ?? ''}`)
}

function jsonOf(ctx: Context, body: Buffer): unknown {
  if (!ctx.is('application/json')) throw new AppError('invalid.type', '请求应为 JSON')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AppError('invalid.json', '请求应为 JSON')
  }
}

function read(ctx: Context): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readBody(ctx.req, MAX_BODY, (body) => {
      if (body.type === 'read') return resolve(body.bytes)
      ctx.set('Connection', 'close')
      reject(new AppError('too-large', '请求太大'))
    })
  })
}

/** Where a request comes from: its Origin, or for clients that send none the site of its Referer. */
function senderOf(ctx: Context): string {
  const origin = ctx.get('Origin')
  if (origin !== '') return origin
  const referer = ctx.get('Referer')
  return URL.canParse(referer) ? new URL(referer).origin : ''
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
