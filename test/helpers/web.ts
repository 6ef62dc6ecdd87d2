import { EventEmitter, once } from 'node:events'
import { createConnection } from 'node:net'
import type { Middleware } from 'koa'
import { systemClock } from '../../src/core/clock.js'
import type { Logger } from '../../src/core/log.js'
import { text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import { createServer, type ServerLimits } from '../../src/http/server.js'
import { createWebhooks, type InboxPort, type WebhookParts } from '../../src/http/webhooks.js'
import { createOfficialAccount } from '../../src/platforms/official-account/index.js'
import { plainShop, shop } from './door.js'

/** A line that was logged. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
  fields: Record<string, unknown>
}

/** A logger that keeps its lines and tells of each. */
export function recordingLogger(lines: LogLine[] = [], onLine = () => {}): Logger & { lines: LogLine[] } {
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } })
    onLine()
  }
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { lines, ...logger, child: () => recordingLogger(lines, onLine) }
}

/** The server on a free port of this machine, with an inbox in memory that echoes text. */
export interface Web {
  url: string
  port: number
  /** What the inbox took, resends left out. */
  updates: Update[]
  lines: LogLine[]
  /** Resolves once something has been logged. */
  logged(): Promise<void>
  close(): Promise<void>
}

export interface WebOptions extends Partial<Pick<WebhookParts, 'releaseTogether' | 'refusalLog' | 'trustedProxies'>> {
  inbox?: InboxPort
  routes?: Middleware[]
  limits?: Partial<ServerLimits>
}

/** Starts the server with two accounts: `shop` in safe mode and `plain` without an AES key. */
export async function startWeb(options: WebOptions = {}): Promise<Web> {
  const loggedOnce = new EventEmitter()
  const log = recordingLogger([], () => loggedOnce.emit('line'))
  const logged = async () => {
    if (log.lines.length === 0) await once(loggedOnce, 'line')
  }
  const updates: Update[] = []
  const sender = {
    deliver: async () => ({ state: 'failed', reason: 'no API in this test' }) as const,
    warm: async () => {},
    close: async () => {},
  }
  const platforms = new Map([
    ['/wechat/shop', createOfficialAccount(shop, sender)],
    ['/wechat/plain', createOfficialAccount({ ...plainShop, id: 'plain' }, sender)],
  ])
  const inbox: InboxPort = {
    async accept(platform, update, envelope) {
      if (!updates.some(({ id }) => id === update.id)) updates.push(update)
      const reply = update.kind === 'message.text' ? text(`收到：${update.text}`) : undefined
      return platform.answer(update, envelope, reply, systemClock.now())
    },
  }
  const { routes = [], limits, inbox: own, ...more } = options
  const webhooks = createWebhooks({ platforms, inbox: own ?? inbox, clock: systemClock, log, ...more })
  const server = createServer({ webhooks, routes, log, ...(limits && { limits }) })
  const port = await server.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${port}`, port, updates, lines: log.lines, logged, close: () => server.close() }
}

/** Writes pieces to a raw connection and resolves to everything that came back until it closed. */
export function talk(port: number, ...pieces: string[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = createConnection(port, '127.0.0.1')
    for (const piece of pieces) socket.write(piece)
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}
