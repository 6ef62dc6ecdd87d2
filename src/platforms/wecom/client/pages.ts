import { addressOf } from '../../shared/api-address.js'

/** The platform's hosts of pages for people. */
export const HOST = { oauth: 'open.weixin.qq.com', browser: 'login.work.weixin.qq.com' } as const

const API_HOST = /^qyapi\.weixin\.qq\.com$/

/** Where a page for people is: the platform's host, or the API's base itself when that is no host of the platform. */
export function pageAddress(base: URL, host: string, path: string, query: Record<string, string>): string {
  const known = API_HOST.test(base.hostname)
  const { origin, pathname, search } = addressOf(known ? new URL(`https://${host}`) : base, path, query)
  return origin + pathname + search
}
