import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Context, Middleware } from 'koa'
import { consoleHeaders } from './console/headers.js'

/** What the console is served from and for. */
export interface ConsoleFilesOptions {
  /** The folder of the built console: `dist/console`. */
  dir: string
  /** The address people use. */
  publicUrl: string
  /** Origins besides ours whose pictures the pages show. */
  pictures?: readonly string[]
}

interface ConsoleFile {
  bytes: Buffer
  /** Absent where it would not be smaller. */
  gzipped?: Buffer
  type: string
  etag: string
}

/** Stands in the built page where each answer gets its own nonce; console/vite.config.ts puts it there. */
export const NONCE_PLACE = '__CONSOLE_NONCE__'

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
])
const PACKED: ReadonlySet<string> = new Set(['.css', '.js', '.svg'])
const PACK_FROM_BYTES = 1024
/** Vite names a file by its content: `table-B7PI925R.js`. */
const HASHED = /-[\w-]{8}\.\w+$/

/**
 * `/console`: the built console. Files are read once, when first asked, and found by name in a list: no path of a request
 * reaches the file system. Every other path is a page of the app and gets `index.html`, with a nonce of its own. When the
 * console was not built, a page says how to build it.
 */
export function consoleFiles(options: ConsoleFilesOptions): Middleware {
  const https = options.publicUrl.startsWith('https:')
  let read: Promise<ReadonlyMap<string, ConsoleFile>> | undefined

  async function files(): Promise<ReadonlyMap<string, ConsoleFile>> {
    read ??= readAll(options.dir)
    const found = await read
    if (!found.has('index.html')) read = undefined
    return found
  }

  function guard(ctx: Context): string {
    const nonce = randomBytes(16).toString('base64url')
    ctx.set(consoleHeaders({ nonce, https, ...(options.pictures && { pictures: options.pictures }) }))
    return nonce
  }

  return async (ctx, next) => {
    if (ctx.path !== '/console' && !ctx.path.startsWith('/console/')) return next()
    const nonce = guard(ctx)
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.set('Allow', 'GET, HEAD')
      ctx.status = 405
      ctx.body = ''
      return
    }
    const name = ctx.path.slice('/console/'.length)
    const found = await files()
    const file = name === 'index.html' ? undefined : found.get(name)
    if (file) return send(ctx, name, file)
    if (name.startsWith('assets/')) {
      ctx.status = 404
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body =
        '没有这个文件；控制台可能刚刚更新过，请刷新页面。\nNo such file: the console may just have been updated, reload the page.\n'
      return
    }
    const page = found.get('index.html')
    ctx.type = 'text/html; charset=utf-8'
    ctx.status = page ? 200 : 503
    ctx.body = page ? page.bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce) : notBuilt(nonce)
  }
}

function send(ctx: Context, name: string, file: ConsoleFile): void {
  ctx.set('Cache-Control', HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache')
  ctx.set('Vary', 'Accept-Encoding')
  ctx.set('ETag', `"${file.etag}"`)
  ctx.type = file.type
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  if (file.gzipped && ctx.acceptsEncodings('gzip', 'identity') === 'gzip') {
    ctx.set('Content-Encoding', 'gzip')
    ctx.body = file.gzipped
  } else ctx.body = file.bytes
}

/** All files of known types below the folder, by their path with `/`; none when there is no folder. */
async function readAll(dir: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const found = new Map<string, ConsoleFile>()
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const extension = path.extname(entry.name)
    const type = TYPES.get(extension)
    if (!entry.isFile() || type === undefined) continue
    const full = path.join(entry.parentPath, entry.name)
    const bytes = await readFile(full)
    const gzipped = PACKED.has(extension) && bytes.length >= PACK_FROM_BYTES ? gzipSync(bytes) : undefined
    const etag = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
    found.set(path.relative(dir, full).split(path.sep).join('/'), { bytes, type, etag, ...(gzipped && { gzipped }) })
  }
  return found
}

const notBuilt = (nonce: string) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>微环 WeLoop</title><style nonce="${nonce}">:root{color-scheme:light dark}body{font:16px/1.7 system-ui,"PingFang SC",
"Microsoft YaHei",sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}code{font-family:ui-monospace,monospace}</style></head>
<body><h1>控制台还没有构建</h1><p>在项目目录运行 <code>npm run build:console</code>，然后刷新本页，不用重启。接口和回调不受影响。</p>
<p lang="en">The console has not been built. Run <code>npm run build:console</code> in the project’s folder and reload this page; no
restart is needed. The API and the callbacks are not affected.</p></body></html>
`
