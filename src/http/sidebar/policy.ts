import type { Context } from 'koa'
import type { SidebarOptions } from './port.js'

/** Pages of WeCom's own that may show the side bar in a frame. */
const WECOM = 'https://work.weixin.qq.com https://*.work.weixin.qq.com'

/**
 * What the page may do: its own scripts and the SDK's, its own styles, pictures over https, and nothing inline. The
 * client's bridge asks by frames of its own schemes.
 */
export function pagePolicy({ sdkUrl, allowFrames, pictures }: SidebarOptions): string {
  const more = (origins: string | undefined) => (origins === undefined ? '' : ` ${origins}`)
  return [
    "default-src 'none'",
    `script-src 'self' ${new URL(sdkUrl).origin}`,
    "style-src 'self'",
    `img-src 'self' https: data:${more(pictures)}`,
    "connect-src 'self'",
    'frame-src weixin: wxwork:',
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${WECOM}${more(allowFrames)}`,
  ].join('; ')
}

/**
 * What every answer below `/sidebar` says; nothing of it is kept, or found by search engines. Other sites learn no
 * address of ours; `no-referrer` would make browsers hide the origin from ourselves too.
 */
export function guardAnswer(ctx: Context): void {
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Referrer-Policy', 'same-origin')
  ctx.set('X-Robots-Tag', 'noindex')
  ctx.set('Cache-Control', 'private, no-store')
  ctx.set('Cross-Origin-Resource-Policy', 'same-origin')
}
