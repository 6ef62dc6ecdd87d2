import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Update } from '../core/update.js'
import type { Envelope, Platform, Received, WebhookRequest } from '../platforms/platform.js'
import { endUnread, readBody } from './body.js'
import { clientAddress } from './client-address.js'
import { createRefusalLog } from './refusals.js'
import { type Answer, createRelease } from './release.js'

/** Where verified updates go. */
export interface InboxPort {
  /**
   * Takes an update durably and resolves to the response body (already built by `Platform.answer`). `'unavailable'`, or
   * an error, means that it was not taken: the platform is told 503 and sends again.
   */
  accept(platform: Platform, update: Update, envelope: Envelope): Promise<string> | string
}

/** The door: what answers `/wechat/:account`, `/wechat/:account/mini` and `/wecom/:account`, on plain `node:http` in front of Koa. */
export interface Webhooks {
  /** True for the paths of the door, of known accounts or not. */
  owns(path: string): boolean
  handle(request: IncomingMessage, response: ServerResponse): void
  close(): void
}

export interface WebhookParts {
  /** The accounts by path, e.g. `/wechat/shop`. */
  platforms: ReadonlyMap<string, Platform>
  inbox: InboxPort
  clock: Clock
  log: Logger
  trustedProxies?: number
  /** Send the answers of one event-loop turn together; saves a third of the time under load. */
  releaseTogether?: boolean
  /** How many refusals are logged singly in a window, and how long that is. */
  refusalLog?: { perWindow?: number; windowMs?: number }
}

/** The most a push may weigh; the largest real ones are a few kilobytes. */
export const MAX_BODY_BYTES = 262_144

const UNAVAILABLE = 'unavailable'
const DOOR = /^\/(?:wechat|wecom)\//
const ACCOUNT = /^[a-z][a-z0-9-]{0,31}(?:\/mini)?$/
/** Every refusal looks like this one, whatever the reason: unknown account, signature, size, padding. */
const REFUSED: Answer = { status: 403, type: 'text/plain; charset=utf-8', body: 'forbidden' }
const NOT_TAKEN: Answer = { status: 503, type: 'text/plain; charset=utf-8', body: 'try again later' }

/**
 * Reads the raw body itself (256 KiB while reading), lets the platform verify it, hands it to the inbox and answers.
 * Refusals are logged once with their reason and stored nowhere; nothing here ever answers 500.
 */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const { platforms, inbox, clock, log } = parts
  const refusals = createRefusalLog(log, parts.refusalLog)
  const release = createRelease(parts.releaseTogether ?? true)

  function refuse(request: IncomingMessage, reason: string): Answer {
    const name = pathOf(request.url).replace(DOOR, '')
    const account = ACCOUNT.test(name) ? name : 'unnamed'
    refusals.add({ account, reason, remote: clientAddress(request, parts.trustedProxies ?? 0) })
    return REFUSED
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '' } = request
    const mark = url.indexOf('?')
    const platform = platforms.get(mark < 0 ? url : url.slice(0, mark))
    if (platform === undefined) refuseUnread(request, response, 'unknown account')
    else if (method !== 'GET' && method !== 'POST') refuseUnread(request, response, `the method ${method}`)
    else {
      readBody(request, MAX_BODY_BYTES, (body) => {
        if (body.type === 'read') {
          const query = mark < 0 ? '' : url.slice(mark + 1)
          answer(platform, { method, query, body: body.bytes, now: clock.now() }, request, response)
        } else if (body.unread) refuseUnread(request, response, body.reason)
        else refuse(request, body.reason)
      })
    }
  }

  function answer(platform: Platform, push: WebhookRequest, request: IncomingMessage, response: ServerResponse): void {
    try {
      const answered = answerTo(platform, platform.receive(push), request)
      if ('status' in answered) release(response, answered)
      else {
        answered.then(
          (body) => release(response, answerOf(body)),
          (error: unknown) => notTaken(request, response, error),
        )
      }
    } catch (error) {
      notTaken(request, response, error)
    }
  }

  /** The whole answer, or the promise of its body: without `async`, because most of the way needs no turn. */
  function answerTo(platform: Platform, received: Received, request: IncomingMessage): Answer | Promise<string> {
    switch (received.type) {
      case 'refused':
        return refuse(request, received.reason)
      case 'echo':
        return { status: 200, type: 'text/plain; charset=utf-8', body: received.text }
      case 'update': {
        const body = inbox.accept(platform, received.update, received.envelope)
        return typeof body === 'string' ? answerOf(body) : body
      }
    }
  }

  function notTaken(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    log.error({ path: pathOf(request.url), error: messageOf(error) }, 'update was not taken')
    release(response, NOT_TAKEN)
  }

  function refuseUnread(request: IncomingMessage, response: ServerResponse, reason: string): void {
    const { status, type, body } = refuse(request, reason)
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
    })
    response.write(body)
    endUnread(request, response)
  }

  return {
    owns: (path) => path.startsWith('/wechat/') || path.startsWith('/wecom/'),
    handle(request, response) {
      try {
        serve(request, response)
      } catch (error) {
        notTaken(request, response, error)
      }
    },
    close: () => refusals.close(),
  }
}

function pathOf(url = ''): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

function answerOf(body: string): Answer {
  return body === UNAVAILABLE ? NOT_TAKEN : { status: 200, type: typeOf(body), body }
}

function typeOf(body: string): string {
  if (body.startsWith('<')) return 'application/xml; charset=utf-8'
  return body.startsWith('{') ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
}
