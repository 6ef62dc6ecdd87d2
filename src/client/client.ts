import { randomUUID } from 'node:crypto'
import { OPERATIONS, type Operations } from './operations.js'
import { authorization, type ClientKey } from './sign.js'

/** How the client calls. */
export interface ClientOptions extends ClientKey {
  /** Where the product is: `https://wx.example.com`. */
  url: string
  /** How often a call is made at most, the first included; 6 unless given, over about 30 s. */
  attempts?: number
  /** How long one attempt may take; 30 s unless given. */
  timeoutMs?: number
  fetch?: typeof fetch
  /** For tests: the clock in ms, a pause. */
  now?: () => number
  pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

/** A refusal of the API, with what is wrong and how to mend it. */
export class WeLoopError extends Error {
  override readonly name = 'WeLoopError'
  /** 0: no answer came. */
  readonly status: number
  /** A stable word: `signature.wrong`. */
  readonly code: string
  readonly errors: readonly { field: string; message: string; fix?: string }[]
  /** The request, as it stands in the product's log. */
  readonly request: string

  constructor(status: number, problem: ProblemBody, cause?: unknown) {
    super(problem.detail ?? `the API answered ${status}`, cause === undefined ? undefined : { cause })
    this.status = status
    this.code = problem.type?.split(':').at(-1) ?? 'failed'
    this.errors = problem.errors ?? []
    this.request = problem.instance ?? ''
  }
}

/** The parts of one call; what an operation does not take is left out. */
export type CallParts<K extends keyof Operations> = Given<'params', Operations[K]['params']> &
  Given<'query', Operations[K]['query']> &
  Given<'body', Operations[K]['body']> & {
    /** Required by operations that are not idempotent by nature where you repeat calls yourself; made up otherwise. */
    idempotencyKey?: string
    signal?: AbortSignal
  }

type Given<N extends string, T> = T extends undefined ? { [name in N]?: never } : { [name in N]: T }

type Answer<K extends keyof Operations> = Operations[K]['answer']
type Batch = Answer<'sendEvents'>

/** The shop's side of the API. */
export interface Client {
  /**
   * Signs and sends one operation. What may have been lost on the way is sent again: under the same Idempotency-Key where
   * the operation takes one, while all others can be repeated by nature. Rejects with WeLoopError.
   */
  call<K extends keyof Operations>(operation: K, parts: CallParts<K>): Promise<Answer<K>>
  /** Events of any number, in batches that the API takes; results in the same order. */
  events(events: readonly Operations['sendEvents']['body']['events'][number][]): Promise<Batch['results']>
  /** Orders of any number, each whole. */
  orders(orders: readonly Operations['putOrders']['body']['orders'][number][]): Promise<Batch['results']>
  /** People of any number. */
  identify(people: readonly Operations['identify']['body']['people'][number][]): Promise<Batch['results']>
  /** One message to one person; `key` names it for 24 hours: sent again it is not sent twice. */
  send(message: Operations['sendMessage']['body'], key: string): Promise<Answer<'sendMessage'>>
}

interface ProblemBody {
  type?: string
  detail?: string
  instance?: string
  errors?: { field: string; message: string; fix?: string }[]
}

const BATCH = 500
/** Below the API's 1 MiB, with room for the frame around the items. */
const BATCH_BYTES = 1_000_000

/** A client for a shop's server; never ship a secret inside a mini program or a page. */
export function createClient(options: ClientOptions): Client {
  const { attempts = 6, timeoutMs = 30_000, now = Date.now, pause = sleep } = options
  const send = options.fetch ?? fetch
  const base = options.url.replace(/\/+$/, '')
  /** What our clock is behind the product's, in ms; learnt when it refuses our time. */
  let offset = 0

  async function call<K extends keyof Operations>(operation: K, parts: CallParts<K>): Promise<Answer<K>> {
    const { method, path, idempotency } = OPERATIONS[operation]
    const { params, query, body, signal, idempotencyKey } = parts as Loose
    const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')))
    const url = new URL(`${base}/api/v1${filled}`)
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const text = body === undefined ? '' : JSON.stringify(body)
    const key = idempotency === 'safe' || idempotency === 'none' ? undefined : (idempotencyKey ?? randomUUID())
    let corrected = false
    for (let attempt = 1; ; attempt++) {
      const ended = await attemptOnce({ method, url, text, key, signal })
      if ('answer' in ended) return ended.answer as Answer<K>
      const { error, retryAfterMs, date } = ended
      signal?.throwIfAborted()
      if (error.code === 'signature.time' && !corrected && date !== undefined) {
        offset = date - now()
        corrected = true
        attempt -= 1
        continue
      }
      if (attempt >= attempts || !mayRepeat(error)) throw error
      await pause(retryAfterMs ?? Math.min(15_000, 250 * 2 ** attempt) * (0.5 + Math.random() / 2), signal)
    }
  }

  async function attemptOnce(request: {
    method: string
    url: URL
    text: string
    key: string | undefined
    signal: AbortSignal | undefined
  }): Promise<{ answer: unknown } | { error: WeLoopError; retryAfterMs?: number; date?: number }> {
    const { method, url, text, key, signal } = request
    const unsigned = { method, path: url.pathname, query: url.searchParams, body: text }
    const headers = {
      accept: 'application/json',
      authorization: authorization(options, unsigned, now() + offset),
      ...(text !== '' && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    }
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const response = await send(url, {
        method,
        headers,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(text !== '' && { body: text }),
      })
      const answer = (await response.json()) as unknown
      if (response.ok) return { answer }
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
      const date = Date.parse(response.headers.get('date') ?? '')
      return {
        error: new WeLoopError(response.status, answer as ProblemBody),
        ...(Number.isFinite(retryAfter) && { retryAfterMs: retryAfter * 1000 }),
        ...(Number.isFinite(date) && { date }),
      }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return { error: new WeLoopError(0, { type: 'no-answer', detail: `no answer came: ${detail}` }, error) }
    }
  }

  async function batches<T>(items: readonly T[], one: (part: T[]) => Promise<Batch>): Promise<Batch['results']> {
    const results: Batch['results'] = []
    for (const part of partsOf(items)) {
      const from = results.length
      const answer = await one(part)
      for (const result of answer.results) results.push({ ...result, index: from + result.index })
    }
    return results
  }

  return {
    call,
    events: (items) => batches(items, (events) => call('sendEvents', { body: { events } })),
    orders: (items) => batches(items, (orders) => call('putOrders', { body: { orders } })),
    identify: (items) => batches(items, (people) => call('identify', { body: { people } })),
    send: (message, key) => call('sendMessage', { body: message, idempotencyKey: key }),
  }
}

interface Loose {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  idempotencyKey?: string
  signal?: AbortSignal
}

/** No answer, or one that says: later. A request under way with the same key will have an answer soon. */
function mayRepeat({ status, code }: WeLoopError): boolean {
  return status === 0 || status === 429 || status >= 500 || code === 'idempotency.running'
}

function partsOf<T>(items: readonly T[]): T[][] {
  const parts: T[][] = []
  let part: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1
    if (part.length === BATCH || (part.length > 0 && bytes + size > BATCH_BYTES)) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(item)
    bytes += size
  }
  if (part.length > 0) parts.push(part)
  return parts
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}
