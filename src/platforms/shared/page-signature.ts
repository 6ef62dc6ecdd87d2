import { createHash } from 'node:crypto'

/** The signature of a page: sha1 over ticket, nonce, time and address. */
export function signPage(ticket: string, nonce: string, timestamp: number, url: string): string {
  const page = url.replace(/#[\s\S]*$/, '')
  return createHash('sha1')
    .update(`jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${page}`)
    .digest('hex')
}
