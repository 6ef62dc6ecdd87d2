import { miniProgramOf } from '../mini-program/mini-program.js'
import type { Platform } from '../platform.js'
import type { ShopClient } from './client.js'
import { connectProduct, type ProductAddress } from './connect.js'
import type { ShopRetry } from './outbox.js'
import { createShop, type Shop } from './shop.js'
import { shopWorld } from './world.js'

/** How the sample shop is connected; every field has a default. */
export interface ShopOptions {
  /** The product; without it (or a client) the shop sells, and what it has to tell waits. */
  product?: ProductAddress
  /** Instead of the typed client of `src/client`. */
  client?: ShopClient
  /** The account whose mini program it is; default the first with one. */
  account?: string
  appid?: string
  retry?: Partial<ShopRetry>
}

/** The shop in the mini program of an account; undefined when no account has a mini program with a secret. */
export function openShop(platform: Platform, options: ShopOptions = {}): { shop: Shop; account: string } | undefined {
  for (const account of platform.accounts.values()) {
    if (options.account !== undefined && account.options.id !== options.account) continue
    const mini = miniProgramOf(account, options.appid)
    if (!mini) continue
    const { id } = account.options
    const { appid } = mini.options
    const shop = createShop({
      appid,
      client: options.client ?? (options.product && connectProduct(options.product)),
      world: shopWorld(platform, id, appid),
      ...(options.retry && { retry: options.retry }),
      changed: (order) => platform.bus.publish({ type: 'shop', account: id, order }),
      told: (message) => platform.bus.publish({ type: 'shop-call', account: id, call: message }),
    })
    return { shop, account: id }
  }
  return undefined
}
