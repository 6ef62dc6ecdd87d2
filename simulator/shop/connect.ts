import { createClient, WeLoopError } from '../../src/client/client.js'
import type { ShopAnswer, ShopClient } from './client.js'

/** Where the product is and which key the shop has (`weloop key create --scope events:write,orders:write,contacts:write`). */
export interface ProductAddress {
  /** `https://wx.example.com`, without `/api/v1`. */
  url: string
  keyId: string
  secret: string
}

const TIMEOUT_MS = 10_000

/** The shop's way to a product by its typed client. Trying again is the outbox' affair, so each call is one attempt. */
export function connectProduct(address: ProductAddress): ShopClient {
  /** A client for one call, so that what it was answered can be told from its neighbours'. */
  async function asking(ask: (client: ReturnType<typeof createClient>) => Promise<unknown>): Promise<ShopAnswer> {
    const seen: { status: number; wait: string | null } = { status: 0, wait: null }
    const client = createClient({
      ...address,
      attempts: 1,
      timeoutMs: TIMEOUT_MS,
      fetch: async (input, init) => {
        const answer = await fetch(input, init)
        seen.status = answer.status
        seen.wait = answer.headers.get('retry-after')
        return answer
      },
    })
    try {
      const body = await ask(client)
      return { status: seen.status, body }
    } catch (error) {
      if (!(error instanceof WeLoopError) || error.status === 0) throw error
      const { status, code, message, errors } = error
      return { status, body: { code, message, errors }, ...pauseOf(seen.wait) }
    }
  }
  return {
    identify: (body) => asking((client) => client.call('identify', { body })),
    orders: (body) => asking((client) => client.call('putOrders', { body })),
    events: (body) => asking((client) => client.call('sendEvents', { body })),
  }
}

const pauseOf = (wait: string | null) =>
  wait === null || !(Number(wait) >= 0) ? {} : { retryAfterSeconds: Number(wait) }
