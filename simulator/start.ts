import type { AddressInfo } from 'node:net'
import { type Control, createControl } from './control/control.js'
import { createWebServer } from './http/server.js'
import type { SimulatorOptions } from './options.js'
import { createPlatform } from './platform.js'
import type { Shop } from './shop/shop.js'
import { openShop } from './shop/start.js'

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:3001`: page, control API and the platform's API. */
  url: string
  /** The control API without HTTP, for tests in the same process. */
  control: Control
  /** The sample shop; undefined when no account has a mini program with a secret. */
  shop: Shop | undefined
  /** Cuts every push and connection and frees the port. */
  close(): Promise<void>
}

/**
 * Starts a fake WeChat platform with its page and control API. It knows a product only by its callback URL. Rejects
 * when the port is taken or an account is not complete.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1'
  const platform = createPlatform(options)
  const opened = openShop(platform, options.shop)
  const control = createControl(platform, opened)
  const loopback = host === '127.0.0.1' || host === 'localhost' || host === '::1'
  const server = createWebServer(platform, control, loopback ? (options.allowedHosts ?? []) : options.allowedHosts)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 3001, host, () => resolve())
  })
  const { port } = server.address() as AddressInfo
  platform.baseUrl = `http://${host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  platform.log(`simulator: phones at ${platform.baseUrl}`)
  return {
    url: platform.baseUrl,
    control,
    shop: opened?.shop,
    close: async () => {
      opened?.shop.stop()
      platform.stop.abort()
      for (const request of platform.sending) request.abort()
      platform.bus.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await Promise.allSettled(platform.pending)
      await platform.agent.destroy()
    },
  }
}

export type { Control } from './control/control.js'
export type { AccountOptions, PushMode, SimulatorOptions } from './options.js'
export type { ShopClient } from './shop/client.js'
export type { Shop } from './shop/shop.js'
export type { ShopOptions } from './shop/start.js'
