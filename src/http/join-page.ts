import type { Middleware } from 'koa'

/** What the page of an invitation asks; `createSteering(...).page` is it. */
export interface JoinPagePort {
  /** The page as HTML and whether it still leads somewhere; undefined for a token that was never given out. */
  page(token: string): Promise<{ html: string; live: boolean } | undefined>
  /** The person has the page before them. */
  opened(token: string): Promise<void>
}

export interface JoinPageOptions {
  /** An origin whose pages may show it in a frame (the simulator's phones); nobody otherwise. */
  allowFrames?: string
  /** Origins besides https whose pictures it may show (the simulator's codes). */
  pictures?: string
}

const ROUTE = /^\/join\/([\w.-]{20,80})$/

/**
 * `GET /join/:token`: the code of the group a person was invited to. The token is the person's own, so the page is
 * neither kept by caches nor found by search engines, and tells other sites nothing.
 */
export function joinPage(port: JoinPagePort, options: JoinPageOptions = {}): Middleware {
  const policy = [
    "default-src 'none'",
    `img-src 'self' https: data:${options.pictures === undefined ? '' : ` ${options.pictures}`}`,
    "style-src 'unsafe-inline'",
    `frame-ancestors ${options.allowFrames ?? "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

  return async (ctx, next) => {
    const token = ROUTE.exec(ctx.path)?.[1]
    if (token === undefined) return next()
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Referrer-Policy', 'no-referrer')
    ctx.set('X-Robots-Tag', 'noindex')
    ctx.set('Cache-Control', 'private, no-store')
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD')
      ctx.status = 405
      ctx.body = ''
      return
    }
    const found = await port.page(token)
    if (found === undefined) {
      ctx.status = 404
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = '没有这个邀请。请回到公众号，再要一次入群邀请。'
      return
    }
    ctx.set('Content-Security-Policy', policy)
    if (options.allowFrames === undefined) ctx.set('X-Frame-Options', 'DENY')
    ctx.type = 'text/html; charset=utf-8'
    ctx.status = found.live ? 200 : 410
    ctx.body = found.html
    if (ctx.method === 'GET' && found.live) await port.opened(token)
  }
}
