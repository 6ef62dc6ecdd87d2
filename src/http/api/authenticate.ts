import type { Clock } from '../../core/clock.js'
import { createRates, type Rates } from './rates.js'
import { ApiError, type Caller } from './route.js'
import { isSignedBy, parseSignature } from './signature.js'

/** A request before its body has been read. */
export interface RequestHead {
  method: string
  path: string
  query: string
  header(name: string): string | undefined
  /** The sender's address. */
  address: string
}

/** One way to tell who asks: an API key, later also a session of the console. */
export interface Authenticator {
  /**
   * Looks at the head. Undefined: it carries nothing of this kind. Else who asks is told once the body is there. Throws
   * ApiError 401, 403 or 429.
   */
  begin(head: RequestHead): Promise<((body: Buffer) => Promise<Caller>) | undefined>
}

/** A key as requests are checked against it. */
export interface ApiKey extends Caller {
  /** One, or two while it is being rotated. */
  secrets: readonly string[]
  perMinute: number
  /** Whether it may be used from this address. */
  allows(address: string): boolean
}

/** Where keys come from. */
export interface KeyPort {
  /** An active key; undefined for those that are unknown, revoked or expired. */
  find(id: string): Promise<ApiKey | undefined>
  /** A request was signed rightly with it; nobody waits for what this does. */
  used?(id: string): void
}

/** Remembers nonces over all processes. */
export interface NoncePort {
  /** False when the key used the nonce before; kept until `until` at least. */
  use(key: string, nonce: string, until: Date): Promise<boolean>
}

export interface SignaturePorts {
  keys: KeyPort
  nonces: NoncePort
  clock: Clock
  rates?: Rates
}

/** How far a request's time may be from ours. */
const WINDOW_MS = 300_000
const NONCE_MS = 600_000
/** Wrong signatures an address may send a minute before it is turned away unread. */
const FAILURES = 120
/** Stands in for the secrets of a key that does not exist, so that both refusals cost the same. */
const NOBODY = ['weloop-no-such-key']

/**
 * Callers by API key: HMAC-SHA256 over method, path, sorted query, time, nonce and body. A request is taken within five
 * minutes of our clock and once. What is wrong with it is told only as far as it helps nobody to guess.
 */
export function createSignatures(ports: SignaturePorts): Authenticator {
  const { keys, nonces, clock, rates = createRates() } = ports

  function refuse(head: RequestHead, code: string, message: string, fix: string): ApiError {
    rates.take(`failed:${head.address}`, FAILURES)
    return new ApiError(401, code, message, { problems: [{ field: 'Authorization', message, fix }] })
  }

  return {
    async begin(head) {
      const header = head.header('authorization')
      if (header === undefined || !header.startsWith('WXB1')) return undefined
      const failures = rates.peek(`failed:${head.address}`, FAILURES)
      if (!failures.ok) throw tooMany('too many wrong signatures from this address', failures.retryAfterSeconds)
      const given = parseSignature(header)
      if (!given) {
        const form = 'WXB1 keyId=<id>,ts=<10 digits>,nonce=<16 to 64 characters>,sig=<64 hex digits>'
        throw refuse(head, 'signature.form', 'the Authorization header has another form', `write it as ${form}`)
      }
      const now = clock.now().getTime()
      if (Math.abs(now - given.ts * 1000) > WINDOW_MS) {
        const fix = `set the clock; here it is ${Math.floor(now / 1000)} (${new Date(now).toISOString()})`
        throw refuse(head, 'signature.time', 'the request is more than five minutes from our clock', fix)
      }
      return async (body) => {
        const key = await keys.find(given.keyId)
        const { method, path, query } = head
        const { ts, nonce } = given
        const fits = isSignedBy(key?.secrets ?? NOBODY, { method, path, query, ts, nonce, body }, given.sig)
        if (!key || !fits) {
          const fix = 'compare with the example at /api/v1/docs#signing; `weloop key list` shows active keys'
          throw refuse(head, 'signature.wrong', 'the key is not active or the signature does not fit', fix)
        }
        if (!key.allows(head.address)) {
          throw new ApiError(403, 'address.forbidden', `the key may not be used from ${head.address}`)
        }
        const rate = rates.take(`key:${key.id}`, key.perMinute)
        if (!rate.ok) throw tooMany(`the key may send ${key.perMinute} requests a minute`, rate.retryAfterSeconds)
        if (!(await nonces.use(key.id, nonce, new Date(now + NONCE_MS)))) {
          throw refuse(head, 'signature.repeated', 'the nonce was used before', 'make a new one for every request')
        }
        const { id, scopes, shop, account } = key
        keys.used?.(id)
        return { id, scopes, shop, ...(account !== undefined && { account }) }
      }
    },
  }
}

const tooMany = (message: string, retryAfterSeconds: number) =>
  new ApiError(429, 'rate.exceeded', message, { retryAfterSeconds })
