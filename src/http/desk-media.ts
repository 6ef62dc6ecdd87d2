import type { Middleware } from 'koa'

/** What the addresses of files ask; `createMediaLinks(...)` of the desk's relay is it. */
export interface DeskMediaPort {
  /** The file; undefined for an address that was never given out or is over. */
  open(token: string): Promise<{ bytes: Buffer; contentType: string; name?: string } | undefined>
}

const ROUTE = /^\/desk\/media\/([\w-]{10,900}\.[\w-]{43})$/
/** What a browser may show; everything else is saved, so that no page of a stranger runs under our address. */
const SHOWN = /^(?:image\/(?:jpeg|png|gif)|audio\/(?:amr|mpeg|mp4)|video\/mp4)$/

/**
 * `GET /desk/media/:token`: a file of a conversation that the platform of the other side did not take. The token is a
 * signed claim of its own, so the file is neither kept by caches nor found by search engines.
 */
export function deskMedia(port: DeskMediaPort): Middleware {
  return async (ctx, next) => {
    const token = ROUTE.exec(ctx.path)?.[1]
    if (token === undefined) return next()
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.set('Referrer-Policy', 'no-referrer')
    ctx.set('X-Robots-Tag', 'noindex')
    ctx.set('Cache-Control', 'private, no-store')
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD')
      ctx.status = 405
      ctx.body = ''
      return
    }
    const found = await port.open(token)
    if (found === undefined) {
      ctx.status = 404
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = '文件已过期或不存在。'
      return
    }
    const type = found.contentType.split(';')[0]?.trim().toLowerCase() ?? ''
    ctx.status = 200
    ctx.set('Content-Type', SHOWN.test(type) ? type : 'application/octet-stream')
    const name = encodeURIComponent(found.name ?? 'file')
    ctx.set('Content-Disposition', `${SHOWN.test(type) ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`)
    ctx.body = found.bytes
  }
}
