import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import Koa, { type Context } from 'koa'
import { officialAccountSchema } from '../src/config/accounts.js'
import { systemClock } from '../src/core/clock.js'
import { silentLogger } from '../src/core/log.js'
import { text } from '../src/core/message.js'
import { createServer, type ServerLimits } from '../src/http/server.js'
import { createWebhooks, type InboxPort } from '../src/http/webhooks.js'
import { createOfficialAccount } from '../src/platforms/official-account/index.js'
import type { Platform } from '../src/platforms/platform.js'
import type { Target } from './attack-list.js'
import { account } from './attack-push.js'

/** A running target. */
export type Running = Target & { close(): Promise<void> }

type CoWechat = (config: object) => {
  middleware(handle: (message: { Content?: string }) => Promise<string>): (ctx: Context) => Promise<void>
}

/** WeLoop's own server, with an inbox in memory that handles each update once. */
export async function startWeLoop(limits?: Partial<ServerLimits>): Promise<Running> {
  const seen = new Map<string, string>()
  const inbox: InboxPort = {
    accept(platform, update, envelope) {
      const known = seen.get(update.id)
      if (known !== undefined) return known
      const reply = update.kind === 'message.text' ? text(update.text) : undefined
      const answer = platform.answer(update, envelope, reply, systemClock.now())
      seen.set(update.id, answer)
      return answer
    },
  }
  const platforms = new Map<string, Platform>([
    ['/wechat/safe', weLoopAccount('safe', { aesKey: account.aesKey })],
    ['/wechat/plain', weLoopAccount('plain', {})],
  ])
  const webhooks = createWebhooks({ platforms, inbox, clock: systemClock, log: silentLogger })
  const server = createServer({ webhooks, routes: [], log: silentLogger, ...(limits && { limits }) })
  const port = await server.listen(0, '127.0.0.1')
  const patienceMs = (limits?.requestTimeoutMs ?? 10_000) + 2000
  return { name: 'weloop', port, patienceMs, handled: () => seen.size, close: () => server.close() }
}

/** co-wechat on Koa as its readme shows it, nothing added. */
export async function startCoWechat(patienceMs = 12_000): Promise<Running> {
  const coWechat: CoWechat = createRequire(import.meta.url)('co-wechat')
  let handled = 0
  const handle = async (message: { Content?: string }) => {
    handled += 1
    return message.Content ?? ''
  }
  const { token, appid, aesKey } = account
  const serve = {
    '/wechat/safe': coWechat({ token, appid, encodingAESKey: aesKey }).middleware(handle),
    '/wechat/plain': coWechat({ token, appid }).middleware(handle),
  }
  const app = new Koa()
  app.silent = true
  app.use((ctx) => (ctx.path in serve ? serve[ctx.path as keyof typeof serve](ctx) : undefined))
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { name: 'co-wechat', port, patienceMs, handled: () => handled, close }
}

function weLoopAccount(id: string, key: { aesKey?: string }): Platform {
  const { token, appid, originalId } = account
  const config = { platform: 'official-account', kind: 'service', verified: true, secret: 'none' }
  const parsed = officialAccountSchema.parse({ ...config, token, appid, originalId, ...key })
  return createOfficialAccount(
    { ...parsed, id },
    {
      deliver: async () => ({ state: 'failed', reason: 'nothing is sent here' }),
      warm: async () => {},
      close: async () => {},
    },
  )
}
