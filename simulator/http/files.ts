import type { ServerResponse } from 'node:http'
import type { Platform } from '../platform.js'
import { qrPng } from '../png.js'

/**
 * A file of an account or, under `/wwmedia/`, of a corporation, as phones and the product fetch it (PicUrl, uploaded
 * article pictures, a chat's files). No token needed.
 */
export function serveFile(platform: Platform, response: ServerResponse, path: string): boolean {
  const [, folder, owner = '', id = ''] = path.split('/')
  const name = decodeURIComponent(owner)
  const mini = () => [...platform.byAppid.values()].find((account) => account.options.id === name)
  const found = folder === 'wwmedia' ? platform.corps.get(name) : (platform.accounts.get(name) ?? mini())
  const media = found?.media.find(id, platform.clock.now())
  if (!media) return false
  response.writeHead(200, {
    'Content-Type': media.contentType,
    'Content-Length': media.bytes.length,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'private, max-age=3600',
  })
  response.end(media.bytes)
  return true
}

/** The picture of a scene code, by ticket. WeChat sends a JPEG from mp.weixin.qq.com; here it is a PNG. */
export function serveCode(platform: Platform, response: ServerResponse, ticket: string): boolean {
  const now = platform.clock.now()
  for (const account of platform.accounts.values()) {
    const code = account.codes.get(ticket)
    if (!code || code.expiresAt <= now) continue
    const png = qrPng(code.url, 430)
    response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': png.length })
    response.end(png)
    return true
  }
  return false
}
