import { createEventParser, type StreamEvent } from './parse.js'

/** What a stream needs of the page. */
export interface StreamPorts {
  fetch: typeof fetch
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** As `Session.reenter`; false ends the stream. */
  reenter(): Promise<boolean>
}

/** Where a stream is: `down` while it waits for the next try. */
export type StreamState = 'open' | 'down' | 'ended'

/**
 * Follows a stream of events until the signal aborts: opens it again when it breaks, with the id of the last event, so
 * that the server can send what was missed. Waits 1 s at first and 30 s at most. Its requests carry `X-Background`: an
 * open page alone keeps no session alive.
 */
export async function follow(
  path: string,
  ports: StreamPorts,
  { event, state, signal }: { event(event: StreamEvent): void; state(state: StreamState): void; signal: AbortSignal },
): Promise<void> {
  let last: string | undefined
  let least = 1000
  for (let failures = 0; !signal.aborted; ) {
    const response = await open(path, ports, last, signal)
    if (response?.status === 401) {
      if (await ports.reenter()) continue
      break
    }
    if (response?.status === 204 || response?.status === 403 || response?.status === 404) break
    if (response?.ok && response.body) {
      state('open')
      failures = 0
      const parse = createEventParser()
      const text = new TextDecoder()
      try {
        for await (const piece of pieces(response.body)) {
          const { events, retryMs } = parse(text.decode(piece, { stream: true }))
          if (retryMs !== undefined) least = retryMs
          for (const one of events) {
            last = one.id ?? last
            event(one)
          }
        }
      } catch (error) {
        if (!signal.aborted && !(error instanceof TypeError)) throw error
      }
    }
    if (signal.aborted) break
    state('down')
    await ports.pause(Math.min(30_000, least * 2 ** failures), signal).catch(() => undefined)
    failures++
  }
  state('ended')
}

async function open(path: string, ports: StreamPorts, last: string | undefined, signal: AbortSignal) {
  const headers = {
    Accept: 'text/event-stream',
    'X-Background': '1',
    ...(last !== undefined && { 'Last-Event-ID': last }),
  }
  return ports.fetch(path, { headers, signal, credentials: 'same-origin' }).catch(() => undefined)
}

async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}
