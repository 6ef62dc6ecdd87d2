import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import Koa, { type Middleware } from 'koa'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { DirectRequest } from './body.js'
import { answerErrors } from './errors.js'
import type { Webhooks } from './webhooks.js'

/** Limits against slow and greedy senders. WeChat itself needs milliseconds. */
export interface ServerLimits {
  /** A request's headers must be complete by then. */
  headersTimeoutMs: number
  /** A whole request, body included, must be complete by then. */
  requestTimeoutMs: number
  /** How often the two are looked at. */
  checkEveryMs: number
  /** An idle connection is closed then; longer than the 60 s that proxies keep theirs. */
  keepAliveMs: number
  /** A connection on which nothing moves at all. */
  idleMs: number
  maxHeaderBytes: number
  /** Further connections are refused by the system. */
  maxConnections: number
  /** How long `close` waits for requests under way. */
  graceMs: number
}

export interface ServerParts {
  webhooks: Webhooks
  /** Everything that is not the door, in order. */
  routes: readonly Middleware[]
  log: Logger
  trustedProxies?: number
  limits?: Partial<ServerLimits>
}

export interface WebServer {
  /** Port 0 takes a free one; resolves to the port. */
  listen(port: number, host: string): Promise<number>
  /** Takes no more requests, lets those under way end, and closes. */
  close(): Promise<void>
}

export const serverLimits: ServerLimits = {
  headersTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
  checkEveryMs: 1000,
  keepAliveMs: 65_000,
  idleMs: 120_000,
  maxHeaderBytes: 16_384,
  maxConnections: 4096,
  graceMs: 10_000,
}

/**
 * The product's one HTTP server. The door (`webhooks`) stands on `node:http` itself, because Koa would cost it a third of
 * its throughput; all other paths go through Koa.
 */
export function createServer(parts: ServerParts): WebServer {
  const limits = { ...serverLimits, ...parts.limits }
  const koa = createKoa(parts).callback()
  const server = createHttpServer(
    {
      IncomingMessage: DirectRequest,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveMs,
      maxHeaderSize: limits.maxHeaderBytes,
      noDelay: true,
    },
    (request, response) => {
      if (parts.webhooks.owns(request.url ?? '')) parts.webhooks.handle(request, response)
      else void koa(request, response)
    },
  )
  server.maxConnections = limits.maxConnections
  server.timeout = limits.idleMs
  server.on('clientError', turnAway)

  return {
    listen: (port, host) => listen(server, port, host),
    async close() {
      await closeServer(server, limits.graceMs)
      parts.webhooks.close()
    },
  }
}

function createKoa(parts: ServerParts): Koa {
  const proxies = parts.trustedProxies ?? 0
  const app = new Koa({ proxy: proxies > 0, maxIpsCount: proxies })
  app.on('error', (error: unknown) => parts.log.error({ error: messageOf(error) }, 'request failed'))
  app.use(answerErrors(parts.log))
  for (const route of parts.routes) app.use(route)
  return app
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const force = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearInterval(idle)
  clearTimeout(force)
}

/** Answers what is not HTTP, or came too slowly, without a word about why. */
function turnAway(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
