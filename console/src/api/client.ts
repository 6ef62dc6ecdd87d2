import { OPERATIONS, type Operations } from './operations.js'
import { ApiProblem, problemOf } from './problem.js'

/** An operation of the API by its name. */
export type OperationName = keyof Operations
/** What an operation answers. */
export type Answer<K extends OperationName> = Operations[K]['answer']

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { [P in Key]?: undefined }
  : Partial<Value> extends Value
    ? { [P in Key]?: Value }
    : { [P in Key]: Value }

/** What an operation takes, and how it is to be asked. */
export type Input<K extends OperationName> = Part<'params', Operations[K]['params']> &
  Part<'query', Operations[K]['query']> &
  Part<'body', Operations[K]['body']> & {
    signal?: AbortSignal
    /** No person asked for it: it does not prolong the session. */
    background?: true
    /** The answer to a session that ended is thrown, nobody is asked to sign in. */
    alone?: true
    /** Names the request, so that pressing twice does it once; a new one unless given. */
    key?: string
  }

/** Asks the API. Rejects with ApiProblem, or with the signal's reason. */
export type Call = <K extends OperationName>(name: K, input: Input<K>) => Promise<Answer<K>>

/** What the client needs of the page. */
export interface ClientPorts {
  fetch: typeof fetch
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>
  /** The token that shows that a page of ours asks. */
  csrf(): string | undefined
  /**
   * Asks the person to sign in again; true when the same person did, so that the request may go on. `csrf`: the token at
   * the time of the request, by which a refusal that comes late is told from a new end.
   */
  reenter(csrf: string | undefined): Promise<boolean>
  /** Reads the session anew (another tab may have signed in); true when its token is another one now. */
  renew(): Promise<boolean>
  /** Told of every answer and of every failure to get one. */
  reachable(up: boolean): void
  newKey(): string
}

const BASE = '/api/v1'
const DOWN: ReadonlySet<number> = new Set([502, 503, 504])

/**
 * The browser's client. What may be repeated (reading; writing under an Idempotency-Key) is repeated until the server
 * answers or the caller aborts; other writes fail with `no-answer`, for nobody knows whether they were done. When the
 * session has ended, requests wait for the person to sign in again.
 */
export function createClient(ports: ClientPorts): Call {
  return async (name, input) => {
    const operation = OPERATIONS[name]
    const safe = operation.idempotency === 'safe'
    const key = safe || operation.idempotency === 'none' ? undefined : (input.key ?? ports.newKey())
    const repeatable = safe || key !== undefined
    let renewed = false
    for (let attempt = 0; ; attempt++) {
      const csrf = ports.csrf()
      const response = await send(ports.fetch, operation, input as Asked, {
        key,
        csrf: operation.method === 'GET' ? undefined : csrf,
      })
      if (response === undefined || DOWN.has(response.status)) {
        const problem = response ? await refusal(response) : undefined
        const said = problem !== undefined && !problem.code.startsWith('http.')
        ports.reachable(said)
        if (!repeatable) throw said ? problem : new ApiProblem(0, 'no-answer', 'no answer')
        await ports.pause(
          problem?.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : backoffMs(attempt),
          input.signal,
        )
        continue
      }
      ports.reachable(true)
      if (response.ok) return (await response.json()) as never
      const problem = await refusal(response)
      if (problem.status === 401 && problem.code.startsWith('session.') && !input.alone) {
        if (await ports.reenter(csrf)) continue
      } else if (problem.status === 403 && problem.code.startsWith('csrf') && !renewed) {
        renewed = true
        if (await ports.renew()) continue
      }
      throw problem
    }
  }
}

/** 0.5 s, doubled each time, at most 8 s. */
export const backoffMs = (attempt: number) => Math.min(8000, 500 * 2 ** attempt)

interface Asked {
  params?: object
  query?: object
  body?: unknown
  signal?: AbortSignal
  background?: true
}

/** The answer; undefined when there was none. */
async function send(
  fetch: ClientPorts['fetch'],
  { method, path }: { method: string; path: string },
  input: Asked,
  { key, csrf }: { key: string | undefined; csrf: string | undefined },
): Promise<Response | undefined> {
  const headers = {
    Accept: 'application/json',
    ...(input.body !== undefined && { 'Content-Type': 'application/json' }),
    ...(csrf !== undefined && { 'X-CSRF-Token': csrf }),
    ...(key !== undefined && { 'Idempotency-Key': key }),
    ...(input.background && { 'X-Background': '1' }),
  }
  try {
    return await fetch(`${BASE}${addressOf(path, input.params, input.query)}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      ...(input.signal && { signal: input.signal }),
    })
  } catch (error) {
    input.signal?.throwIfAborted()
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** A path with its parameters and query filled in. Throws RangeError when a parameter is missing. */
export function addressOf(path: string, params: object | undefined, query: object | undefined): string {
  const given = new Map<string, unknown>(Object.entries(params ?? {}))
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = given.get(name)
    if (typeof value !== 'string' || value === '') throw new RangeError(`'${name}' of ${path} is missing`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${filled}?${search}` : filled
}

async function refusal(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => undefined)
  return problemOf(response.status, body, response.headers.get('Retry-After'))
}
