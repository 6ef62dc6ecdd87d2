import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { dirname, extname, join, normalize, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's own folder: the nearest one above with the package.json named weloop (dist/ has none). */
export function packageRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (isPackage(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) throw new Error(`no package.json named weloop above ${from}`)
  }
}

function isPackage(file: string): boolean {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'weloop'
  } catch {
    return false
  }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
}

/** Only our own scripts and styles; pictures and opened articles may come from the product or the web. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' http: https: data: blob:",
  "media-src 'self' http: https: blob:",
  'frame-src http: https:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
].join('; ')

/** Serves the script that stands in for the JS-SDK of WeCom; pages of any origin may load it. */
export async function serveSdk(response: ServerResponse): Promise<void> {
  const bytes = await readFile(join(packageRoot(), 'simulator', 'page', 'jssdk-stand-in.js'))
  response.writeHead(200, {
    'Content-Type': 'text/javascript; charset=utf-8',
    'Content-Length': bytes.length,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  })
  response.end(bytes)
}

/** Serves a file of simulator/page; false when there is none of that name. */
export async function servePage(response: ServerResponse, name: string): Promise<boolean> {
  const folder = join(packageRoot(), 'simulator', 'page')
  const file = normalize(join(folder, name))
  const type = TYPES[extname(file)]
  if (!file.startsWith(folder + sep) || !type) return false
  const bytes = await readFile(file).catch(() => undefined)
  if (!bytes) return false
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  })
  response.end(bytes)
  return true
}
