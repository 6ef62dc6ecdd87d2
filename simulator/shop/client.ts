import type { Operations } from '../../src/client/operations.js'

/** What the shop tells the product, by the part of the API that takes it. */
export interface ShopBodies {
  identify: Operations['identify']['body']
  orders: Operations['putOrders']['body']
  events: Operations['sendEvents']['body']
}
export type ShopMessageKind = keyof ShopBodies

/** What came back from the product. */
export interface ShopAnswer {
  status: number
  body: unknown
  /** Seconds to wait, when the answer names them. */
  retryAfterSeconds?: number
}

/**
 * The product's public API as the shop uses it. Each call is one request without retries of its own; it rejects only
 * when no answer came. All three may be repeated by nature.
 */
export type ShopClient = { [K in ShopMessageKind]: (body: ShopBodies[K]) => Promise<ShopAnswer> }
