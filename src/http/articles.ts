import { hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Context, Middleware } from 'koa'
import { rangeOf } from './range.js'

/** The parts of the library that the web shows. */
export interface LibraryPort {
  /** An article as a complete HTML page. */
  page(slug: string): string | undefined
  /** A file of `content/media` and its media type. */
  media(name: string): { path: string; type: string } | undefined
}

export interface ArticleOptions {
  /** An origin whose pages may show articles in a frame (the simulator's phones); nobody otherwise. */
  allowFrames?: string
}

const ROUTE = /^\/(articles|media)\/([^/]+)$/
/** Only these are shown in place; anything else (SVG and HTML run scripts) is a download. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp)|audio\/(?:mpeg|amr|mp4)|video\/mp4)$/

/** `GET /articles/:slug` and `GET /media/:name`: what followers open from a message. */
export function articles(library: LibraryPort, options: ArticleOptions = {}): Middleware {
  const frames = options.allowFrames ?? "'none'"
  const policy = [
    "default-src 'none'",
    "img-src 'self' https: data:",
    "media-src 'self' https:",
    "style-src 'unsafe-inline'",
    `frame-ancestors ${frames}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

  function page(ctx: Context, slug: string): void {
    const html = library.page(slug)
    if (html === undefined) {
      notFound(ctx, '没有这篇文章，可能已经下架。')
      return
    }
    ctx.set('Content-Security-Policy', policy)
    if (options.allowFrames === undefined) ctx.set('X-Frame-Options', 'DENY')
    ctx.set('Referrer-Policy', 'strict-origin-when-cross-origin')
    ctx.set('Cache-Control', 'public, max-age=60')
    ctx.type = 'text/html; charset=utf-8'
    ctx.etag = hash('sha256', html, 'base64url')
    ctx.status = 200
    if (ctx.fresh) ctx.status = 304
    else ctx.body = html
  }

  return async (ctx, next) => {
    const [, kind, segment] = ROUTE.exec(ctx.path) ?? []
    if (kind === undefined || segment === undefined) return next()
    ctx.set('X-Content-Type-Options', 'nosniff')
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD')
      ctx.status = 405
      ctx.body = ''
      return
    }
    const name = decodeName(segment)
    if (name === undefined) return notFound(ctx, '没有这个页面。')
    if (kind === 'articles') page(ctx, name)
    else await media(ctx, library.media(name))
  }
}

async function media(ctx: Context, file: ReturnType<LibraryPort['media']>): Promise<void> {
  const found = file && (await stat(file.path).catch(() => undefined))
  if (file === undefined || !found?.isFile()) return notFound(ctx, '没有这个文件。')
  ctx.set('Cache-Control', 'public, max-age=3600')
  ctx.set('Content-Security-Policy', "default-src 'none'; sandbox")
  ctx.set('Accept-Ranges', 'bytes')
  if (!SHOWN.test(file.type)) ctx.set('Content-Disposition', 'attachment')
  ctx.etag = `${found.size.toString(36)}-${Math.floor(found.mtimeMs).toString(36)}`
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  const range = rangeOf(ctx.get('Range'), found.size)
  if (range === 'unsatisfiable') {
    ctx.status = 416
    ctx.set('Content-Range', `bytes */${found.size}`)
    ctx.body = ''
    return
  }
  const { start, end } = range ?? { start: 0, end: found.size - 1 }
  if (range) {
    ctx.status = 206
    ctx.set('Content-Range', `bytes ${start}-${end}/${found.size}`)
  }
  ctx.type = file.type
  ctx.length = end - start + 1
  if (ctx.method === 'HEAD') ctx.body = ''
  else ctx.body = found.size === 0 ? '' : createReadStream(file.path, { start, end })
}

function decodeName(segment: string): string | undefined {
  try {
    const name = decodeURIComponent(segment)
    return /^[^./\\\p{Cc}][^/\\\p{Cc}]{0,127}$/u.test(name) ? name : undefined
  } catch {
    return undefined
  }
}

function notFound(ctx: Context, message: string): void {
  ctx.status = 404
  ctx.type = 'text/plain; charset=utf-8'
  ctx.body = message
}
