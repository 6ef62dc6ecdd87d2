import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { AppError } from '../../core/errors.js'
import { createHttpClient } from './http-client.js'
import { isPublicAddress } from './public-address.js'

/** A file somebody's address points to could not be had. `temporary`: trying later may help. */
export class DownloadError extends AppError {
  override readonly name = 'DownloadError'
  readonly temporary: boolean

  constructor(message: string, options: { temporary: boolean; fix?: string }) {
    super(options.temporary ? 'download.failed' : 'download.refused', message, options)
    this.temporary = options.temporary
  }
}

/** Fetches addresses that people wrote, without letting them point at our own network. */
export interface Downloads {
  /** The bytes, at most `maxBytes`. Rejects with `DownloadError`. */
  get(url: string, maxBytes: number): Promise<Buffer>
  close(): Promise<void>
}

export interface DownloadOptions {
  /** Hosts (`cdn.shop.example` or `127.0.0.1:3001`) that may be on a private network and speak clear http. */
  allowHosts?: readonly string[]
  /** Name look-up; tests give their own. */
  lookup?: LookupFunction
}

/**
 * Downloads over https, port 443, without following redirects, from addresses of the public internet only. The check
 * is made on the address that is then connected to, so a name that changes between two look-ups cannot slip through.
 */
export function createDownloads(options: DownloadOptions = {}): Downloads {
  const lookup = options.lookup ?? (systemLookup as LookupFunction)
  const allowed = new Set(options.allowHosts ?? [])
  const limits = { connections: 4, connectTimeoutMs: 5_000 }
  const guarded = createHttpClient({ ...limits, connect: { lookup: publicOnly(lookup) } })
  const trusted = createHttpClient({ ...limits, connect: { lookup } })
  return {
    get: async (address, maxBytes) => {
      const url = parse(address)
      const trust = allowed.has(url.host) || allowed.has(url.hostname)
      if (!trust) checkAddress(url)
      const client = trust ? trusted : guarded
      const end = await client.request({ method: 'GET', url, maxBytes, deadlineMs: 30_000 })
      if (end.end !== 'answered') {
        const tooLarge = end.reason.startsWith('the answer is larger')
        throw new DownloadError(`${url.hostname}: ${end.reason}`, {
          temporary: !tooLarge && !end.reason.includes(PRIVATE),
        })
      }
      if (end.status >= 300 && end.status < 400) {
        throw refused(url.hostname, 'the address redirects', 'write the address it leads to')
      }
      if (end.status !== 200) {
        throw new DownloadError(`${url.hostname}: HTTP ${end.status}`, {
          temporary: end.status >= 500 || end.status === 429,
        })
      }
      return end.body
    },
    close: async () => {
      await Promise.all([guarded.close(), trusted.close()])
    },
  }
}

const PRIVATE = 'ENOTPUBLIC'

function parse(address: string): URL {
  if (!URL.canParse(address)) throw refused('media', 'not an address', 'write an https address')
  return new URL(address)
}

function checkAddress(url: URL): void {
  if (url.protocol !== 'https:') throw refused(url.hostname, 'only https is fetched', 'write an https address')
  if (url.port !== '') throw refused(url.hostname, 'only port 443 is fetched', 'leave the port out')
  if (url.username !== '' || url.password !== '')
    throw refused(url.hostname, 'the address holds a password', 'leave it out')
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) {
    throw refused(url.hostname, 'not an address of the public internet', 'put the file into content/media')
  }
}

const refused = (host: string, why: string, fix: string) =>
  new DownloadError(`${host}: ${why}`, { temporary: false, fix })

/** Refuses a name when any of its addresses is not public. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
      const [first] = addresses
      if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
        const denied: NodeJS.ErrnoException = new Error('not an address of the public internet')
        denied.code = PRIVATE
        return callback(denied, '', 0)
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
