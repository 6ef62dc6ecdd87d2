import type { RequestHead } from '../api/authenticate.js'
import { ApiError } from '../api/route.js'

/**
 * Throws ApiError 403 `origin.foreign` for a request that a page of another site made: by `Sec-Fetch-Site`, which every
 * current browser sends, and by `Origin`, which they send with everything but GET.
 */
export function checkOrigin(head: Pick<RequestHead, 'header' | 'method'>, publicUrl: string): void {
  const site = head.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign()
  const origin = head.header('origin')
  if (origin !== undefined) {
    if (!isOwn(origin, head.header('host'), publicUrl)) throw foreign()
    return
  }
  if (head.method !== 'GET' && head.method !== 'HEAD' && site === undefined) throw foreign()
}

/** By the configured address, or the one the browser asked. */
function isOwn(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false
  const asked = new URL(origin)
  if (URL.canParse(publicUrl) && new URL(publicUrl).origin === asked.origin) return true
  return host !== undefined && asked.host === host
}

const foreign = () => {
  const fix = 'open the console at its own address; a proxy in front must keep Host, or set publicUrl'
  return new ApiError(403, 'origin.foreign', 'the request comes from a page of another site', {
    problems: [{ field: 'Origin', message: 'is not this server', fix }],
  })
}
