import type { AddressInfo } from 'node:net'
import { type ApiFault, createFaults, type Faults } from '../faults.js'
import { createTokens, type Tokens } from '../official-account/tokens.js'
import { createAnswers, refused } from './answers.js'
import { controlBare } from './control.js'
import { createPacer } from './pacer.js'
import { createTally, type Tally } from './tally.js'
import { createWireServer, type WireReply, type WireRequest } from './wire.js'

/** How the bare platform is started; every field has a default. */
export interface BareOptions {
  /** Default 0, any free port. Always on 127.0.0.1. */
  port?: number
  /** How long an answer takes, ms; default 0. */
  latencyMs?: number
  /** Up to so much longer, spread evenly; default 0. */
  jitterMs?: number
  /** Default 7200 s, and 5 minutes in which a replaced token still works. */
  tokens?: { lifeMs?: number; overlapMs?: number }
  /** Decides faults with a probability; default Math.random. */
  random?: () => number
}

/** Settings that can be changed while it runs. */
export interface BareSettings {
  latencyMs: number
  jitterMs: number
}

/** A running bare platform. */
export interface Bare {
  /** `http://127.0.0.1:<port>`, the base address of the API and of the control API. */
  url: string
  settings: BareSettings
  tally: Tally
  faults: Faults
  tokens: Tokens
  /** Makes all tokens invalid again and again, every so many ms; 0 ends it. */
  invalidateEvery(everyMs: number): void
  /** Connections open now, and the most at once. */
  connections(): { now: number; most: number }
  /** Counts and keys as at the start; settings and faults stay. */
  clear(): void
  close(): Promise<void>
}

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/**
 * A platform without phones: it takes template, customer-service, subscription and mass messages at well over 10,000 a
 * second, answers after `latencyMs`, and counts what every person got. Tokens, keys (client_msg_id, clientmsgid) and
 * faults are as in the whole simulator; quotas, followers and windows are not kept, and no receipt is pushed.
 */
export async function startBare(options: BareOptions = {}): Promise<Bare> {
  const settings: BareSettings = { latencyMs: options.latencyMs ?? 0, jitterMs: options.jitterMs ?? 0 }
  const tokens = createTokens(options.tokens?.lifeMs ?? 7_200_000, options.tokens?.overlapMs)
  const tally = createTally()
  const faults = createFaults(options.random)
  const answers = createAnswers(tokens, tally)
  const pacer = createPacer()
  let most = 0
  let invalidation: NodeJS.Timeout | undefined
  const server = createWireServer({
    head: (path) => (faults.forHead(path) ? 'reset' : 'read'),
    request: (request, reply) => {
      if (request.path.startsWith('/control/')) controlBare(bare, request, reply)
      else take(request, reply)
    },
  })
  server.on('connection', () => {
    most = Math.max(most, server.sockets.size)
  })

  function take(request: WireRequest, reply: WireReply): void {
    const now = Date.now()
    const product = answers.productOf(request.path)
    if (product) tally.arrived(product, performance.timeOrigin + performance.now())
    const fault = faults.forCall(request.path, '')
    const applied = !fault || fault.applied === true || APPLIED.has(fault.kind)
    const answer = applied ? answers.answer(request, now) : ''
    const waitMs = settings.latencyMs + (settings.jitterMs > 0 ? Math.random() * settings.jitterMs : 0)
    const ms = waitMs + extraMs(fault)
    if (ms > 0) pacer.later(ms, () => respond(reply, fault, answer))
    else respond(reply, fault, answer)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  const bare: Bare = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    settings,
    tally,
    faults,
    tokens,
    invalidateEvery: (everyMs) => {
      clearInterval(invalidation)
      if (everyMs > 0) invalidation = setInterval(() => tokens.invalidate(), everyMs)
    },
    connections: () => ({ now: server.sockets.size, most }),
    clear: () => {
      tally.clear()
      answers.clear()
      most = server.sockets.size
    },
    close: () => {
      clearInterval(invalidation)
      pacer.stop()
      for (const socket of server.sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return bare
}

const APPLIED = new Set<ApiFault['kind']>(['reset-after', 'slow', 'drip', 'pretty'])

function extraMs(fault: ApiFault | undefined): number {
  if (fault?.kind === 'hang') return fault.ms ?? 600_000
  return fault?.kind === 'slow' || fault?.kind === 'drip' ? (fault.ms ?? 1000) : 0
}

function respond(reply: WireReply, fault: ApiFault | undefined, answer: string): void {
  switch (fault?.kind) {
    case 'errcode':
      reply.send(200, refused(fault.errcode ?? -1))
      break
    case 'status':
      reply.send(fault.status ?? 502, HTML, 'text/html')
      break
    case 'html':
      reply.send(200, HTML, 'text/html')
      break
    case 'hang':
    case 'reset-head':
    case 'reset-before':
    case 'reset-after':
      reply.reset()
      break
    case 'pretty':
      reply.send(200, JSON.stringify(JSON.parse(answer), null, 2), 'text/plain')
      break
    case 'truncated':
      reply.raw(cutShort(answer))
      break
    case 'huge':
      reply.send(200, `{"x":"${'x'.repeat(fault.bytes ?? 8 * 1024 * 1024)}"}`)
      break
    default:
      reply.send(200, answer)
  }
}

/** Half of an answer under the length of the whole. */
function cutShort(answer: string): string {
  const whole = answer === '' ? '{"errcode":0,"errmsg":"ok"}' : answer
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(whole)}\r\n\r\n`
  return head + whole.slice(0, Math.floor(whole.length / 2))
}
