import path from 'node:path'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { SCOPES } from '../http/api/route.js'
import { createShop, type Shop } from '../shop/shop.js'
import { type CommandContext, officialIds, openTools, type Tools } from './tools.js'

/** What commands about shops use. */
export interface ShopTools extends Tools {
  shop: Shop
}

/** Opens the shop's side of the product beside one that may be running on the same store. Sends nothing. */
export async function openShopTools(context: CommandContext): Promise<ShopTools> {
  const tools = await openTools(context)
  try {
    const { config, store, log, contacts, events } = tools
    const shop = await createShop({
      connection: store.connection,
      clock: systemClock,
      leaseClock: store.clock,
      log,
      contacts,
      events,
      masterKey: config.api.masterKey,
      dataDir: path.resolve(context.root, config.store.dir),
      production: context.env['NODE_ENV'] === 'production',
      scopes: SCOPES,
      accounts: officialIds(config),
      put: refuse,
      resolve: refuse,
      onOrderFacts: refuse,
    })
    await store.ensureIndexes()
    return { ...tools, shop }
  } catch (error) {
    await tools.close()
    throw error
  }
}

/** A command neither sends nor tells anybody. */
function refuse(): never {
  throw new AppError('bug.command', 'a command does not send')
}
