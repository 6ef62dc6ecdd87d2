import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { operationsRoutes } from '../../src/api-routes.js'
import { createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import { systemClock } from '../../src/core/clock.js'
import type { Plugin } from '../../src/core/composer.js'
import { deliveryRoutes } from '../../src/http/api/deliveries.js'
import { openConsole } from '../http/console/open-console.js'

/** The product without its server, its API beside the console's, and a handler that can be broken and mended. */
export async function openOperations() {
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-operations-'))
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: { store: { dir }, content: { watch: false } },
  })
  let broken = true
  let runs = 0
  const handler: Plugin = (bot) => {
    bot.hears('查优惠券', () => {
      runs += 1
      if (broken) throw new Error('coupon service: token=abc123 refused')
      return '你有一张八折券'
    })
    bot.on('message.text', () => '你好')
  }
  const app = await createApp(config, { root: process.cwd(), handlers: [handler], store: { inProcess: true } })
  const { push, outbox, operations } = app
  const beside = [
    ...operationsRoutes({ push, outbox, operations, config, clock: systemClock }),
    ...deliveryRoutes(outbox),
  ]
  const console_ = await openConsole({ beside })
  const shop = config.accounts['shop']
  const originalId = shop?.platform === 'official-account' ? shop.originalId : ''
  let count = 0
  return {
    app,
    console: console_,
    beside,
    mend() {
      broken = false
    },
    runs: () => runs,
    /** A push as the platform writes it; gives the update's id. */
    async says(text: string, openid = 'oABCDEFGHIJKLMNOPQRSTUVWXYZ12') {
      count += 1
      const at = Math.floor(Date.now() / 1000)
      const body = `<xml><ToUserName><![CDATA[${originalId}]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>${at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${9_000_000_000_000_000n + BigInt(count)}</MsgId></xml>`
      const platform = app.platform('shop')
      const update = platform.decode(body)
      await app.inbox.accept(platform, update, { body, mode: 'safe', format: 'xml' })
      return `shop:${update.id}`
    },
    async close() {
      await console_.close()
      await app.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Asks again until it is so; fails with what was seen last. */
export async function until<T>(ask: () => Promise<T>, so: (found: T) => boolean): Promise<T> {
  for (let time = 0; ; time += 1) {
    const found = await ask()
    if (so(found)) return found
    if (time > 200) throw new Error(`it never came to that: ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
