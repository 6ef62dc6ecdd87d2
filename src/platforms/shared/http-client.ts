import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'

/** Where a request goes; every `URL` is one. Path and query must be percent-encoded already. */
export interface Address {
  readonly origin: string
  readonly pathname: string
  readonly search: string
}

/** One request. Nothing of it (address, headers, body) is ever put into a result's reason. */
export interface HttpRequest {
  method: 'GET' | 'POST'
  url: Address
  headers?: Record<string, string>
  body?: string | Buffer
  /** Reading stops with `uncertain` beyond this; standard 1 MiB. */
  maxBytes?: number
  /** The whole exchange, waiting for a free connection included; standard 15 s. */
  deadlineMs?: number
  signal?: AbortSignal
}

/** How an exchange ended. Only the end decides whether it may be repeated. */
export type HttpEnd =
  /** The other side answered in full, whatever the status. Redirects are not followed. */
  | { end: 'answered'; status: number; headers: Record<string, string>; body: Buffer }
  /** Nothing was written to a connection: DNS, refused, connect or TLS failure, no free connection in time. Safe to repeat. */
  | { end: 'not-sent'; reason: string }
  /** The request was (or may have been) written, and no whole answer came. */
  | { end: 'uncertain'; reason: string }

/** Keep-alive connections to a few origins, with every limit set. */
export interface HttpClient {
  /** Never rejects. */
  request(request: HttpRequest): Promise<HttpEnd>
  /** Ends idle and busy connections; requests under way end as they would when the line is cut. */
  close(): Promise<void>
}

export interface HttpClientOptions {
  /**
   * Connections to one origin, opened as they are needed; requests beyond wait. Throughput is connections / round trip
   * (64 at 150 ms: 420/s). Standard 600.
   */
  connections?: number
  connectTimeoutMs?: number
  /** From the request's last byte to the answer's headers. */
  headersTimeoutMs?: number
  /** Between two pieces of the answer. */
  bodyTimeoutMs?: number
  /** Passed to `net.connect` and `tls.connect`: own CA, own DNS look-up. */
  connect?: Pool.Options['connect']
}

/** A client; its pools open connections as they are needed. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const pools = new Map<string, Pool>()
  let closed = false
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known) return known
    const pool = new Pool(origin, {
      connections: options.connections ?? 600,
      pipelining: 1,
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      bodyTimeout: options.bodyTimeoutMs ?? 10_000,
      connect: { timeout: options.connectTimeoutMs ?? 5_000, ...options.connect },
    })
    pools.set(origin, pool)
    return pool
  }
  return {
    request: (request) => {
      if (closed) return Promise.resolve({ end: 'not-sent', reason: 'the client is closed' })
      return exchange(poolOf(request.url.origin), request)
    },
    close: async () => {
      closed = true
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

function exchange(pool: Pool, request: HttpRequest): Promise<HttpEnd> {
  const maxBytes = request.maxBytes ?? 1_048_576
  return new Promise((resolve) => {
    let started: Dispatcher.DispatchController | undefined
    let over = false
    let status = 0
    let received: Received = {}
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (end: HttpEnd) => {
      if (over) return
      over = true
      clearTimeout(deadline)
      request.signal?.removeEventListener('abort', onAbort)
      resolve(end)
    }
    const giveUp = (reason: string) => {
      if (over) return
      finish({ end: started ? 'uncertain' : 'not-sent', reason })
      started?.abort(new Error(reason))
    }
    const onAbort = () => giveUp('the caller gave up')
    const deadlineMs = request.deadlineMs ?? 15_000
    const deadline = setTimeout(() => giveUp(`no whole answer within ${deadlineMs} ms`), deadlineMs)
    if (request.signal?.aborted) return onAbort()
    request.signal?.addEventListener('abort', onAbort)

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (over) controller.abort(new Error('ended while waiting for a connection'))
        else started = controller
      },
      onResponseStart: (_, code, headers) => {
        status = code
        received = headers
        const announced = Number(headers['content-length'] ?? 0)
        if (announced > maxBytes) giveUp(`the answer is larger than ${maxBytes} bytes`)
      },
      onResponseData: (_, chunk) => {
        bytes += chunk.length
        if (bytes > maxBytes) giveUp(`the answer is larger than ${maxBytes} bytes`)
        else if (!over) chunks.push(chunk)
      },
      onResponseEnd: () => finish({ end: 'answered', status, headers: flatten(received), body: whole(chunks) }),
      onResponseError: (_, error) =>
        finish({ end: started ? 'uncertain' : 'not-sent', reason: reasonOf(error, started !== undefined) }),
    }
    try {
      pool.dispatch(
        {
          method: request.method,
          path: request.url.pathname + request.url.search,
          headers: request.headers ?? {},
          body: request.body ?? null,
        },
        handler,
      )
    } catch {
      finish({ end: 'not-sent', reason: 'the request is malformed' })
    }
  })
}

const whole = (chunks: Buffer[]): Buffer => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))

type Received = Record<string, string | string[] | undefined>

/** The library gives the names in small letters, and a list only where a name came twice. */
function flatten(headers: Received): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

/** Words for the codes of node and undici. The library's own text may hold an address, so only its code is used. */
const REASONS: Record<string, string> = {
  ENOTFOUND: 'the host name was not found (DNS)',
  EAI_AGAIN: 'the host name could not be looked up (DNS)',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'connecting took too long',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut short',
  UND_ERR_DESTROYED: 'the client was closed',
  UND_ERR_CLOSED: 'the client was closed',
}

function reasonOf(error: unknown, started: boolean): string {
  const code = codeOf(error)
  const known = REASONS[code]
  if (known) return known
  if (/^(CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return `TLS failed (${code})`
  if (/^HPE_/.test(code)) return `the answer is not HTTP (${code})`
  const what = started ? 'the exchange broke off' : 'no connection could be made'
  return code === '' ? what : `${what} (${code})`
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code.slice(0, 60)
  return 'errors' in error && Array.isArray(error.errors) ? codeOf(error.errors[0]) : ''
}
