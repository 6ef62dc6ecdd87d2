import type { Context } from 'koa'
import { ApiError, type ApiRequest, type Caller, type EventSink, isAllowed, type Route } from './route.js'

/** Streams of events that are open. */
export interface Streams {
  /** Answers a request with a stream. Throws ApiError 429 when its caller has too many, 503 while the server ends. */
  open(ctx: Context, route: Route, request: ApiRequest<unknown, unknown, unknown>): void
  /** Ends all of them; the followers come back to another process or to the next one. */
  close(): void
}

/** Times in ms, and bounds. */
export interface StreamLimits {
  /** A comment is written so often: proxies and our own server end connections on which nothing moves. */
  heartbeatMs: number
  /** So often it is asked whether the caller may still look. */
  askAgainMs: number
  /** Of one session or key. Browsers themselves allow six connections to a host without HTTP/2. */
  perCaller: number
  most: number
  /** A follower who does not read is let go at so many bytes; it comes back and is told what it missed. */
  unreadBytes: number
}

const LIMITS: StreamLimits = {
  heartbeatMs: 15_000,
  askAgainMs: 4000,
  perCaller: 4,
  most: 500,
  unreadBytes: 1_048_576,
}

/** Keeps streams (`text/event-stream`) open, watches over their callers, and ends them. */
export function createStreams(change: Partial<StreamLimits> = {}): Streams {
  const limits = { ...LIMITS, ...change }
  const open = new Map<() => void, string>()
  let over = false

  function admit(key: string): void {
    if (over) throw new ApiError(503, 'stream.ending', 'the server is ending', { retryAfterSeconds: 2 })
    const own = [...open.values()].filter((one) => one === key).length
    if (own >= limits.perCaller || open.size >= limits.most) {
      throw new ApiError(429, 'stream.too-many', `${own} streams are open already`, {
        retryAfterSeconds: 30,
        problems: [{ field: 'stream', message: `at most ${limits.perCaller} at once`, fix: 'close other windows' }],
      })
    }
  }

  return {
    open(ctx, route, request) {
      let caller: Caller = request.caller
      const key = caller.person?.token ?? caller.id
      admit(key)
      const { res } = ctx
      ctx.respond = false
      ctx.status = 200
      ctx.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
      res.flushHeaders()
      res.write('retry: 1000\n\n')

      const whenOver: (() => void)[] = []
      const beat = setInterval(() => write(':\n\n'), limits.heartbeatMs)
      const ask = setInterval(() => void stillMay(), limits.askAgainMs)
      function end(): void {
        if (!open.delete(end)) return
        clearInterval(beat)
        clearInterval(ask)
        for (const told of whenOver) told()
        res.end()
      }
      open.set(end, key)
      res.once('close', end)
      res.once('error', end)

      function write(text: string): void {
        if (!open.has(end)) return
        if (res.writableLength > limits.unreadBytes) end()
        else res.write(text)
      }

      async function stillMay(): Promise<void> {
        if (!caller.again) return
        const now = await caller.again().catch(() => caller)
        if (now && isAllowed(now.scopes, route.scope)) caller = now
        else end()
      }

      const sink: EventSink = {
        send({ id, event, data }) {
          const seen = caller.sees ? caller.sees(data) : data
          const line = id === undefined ? '' : `id: ${id}\n`
          write(`${line}event: ${event}\ndata: ${JSON.stringify(seen)}\n\n`)
        },
        end,
        onEnd: (told) => void whenOver.push(told),
      }
      route.stream?.(request, sink)
    },
    close() {
      over = true
      for (const end of [...open.keys()]) end()
    },
  }
}
