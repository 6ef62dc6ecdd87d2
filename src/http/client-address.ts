import type { IncomingMessage } from 'node:http'

/**
 * The address a request came from. With `trustedProxies` proxies in front, the one that the outermost of them wrote
 * into X-Forwarded-For; whatever the sender itself put there is further left and never believed.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? ''
  if (trustedProxies === 0) return direct
  const header = request.headers['x-forwarded-for']
  const hops = String(header ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  return (hops.at(-trustedProxies) ?? direct).slice(0, 64)
}
