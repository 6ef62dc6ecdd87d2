import type { ZodType, z } from 'zod'
import type { RequestHead } from './authenticate.js'

/** What a key may do. `admin` may everything. */
export const SCOPES = [
  'events:write',
  'orders:write',
  'contacts:read',
  'contacts:write',
  'messages:send',
  'segments:read',
  'segments:write',
  'campaigns:read',
  'campaigns:write',
  'deliveries:read',
  'deliveries:write',
  'groups:read',
  'groups:write',
  'content:read',
  'content:write',
  'desk:read',
  'desk:write',
  'operations:read',
  'operations:write',
  'admin',
] as const

/** What only people at the console may do: no API key has these, not even one with `admin`. */
export const PERSON_SCOPES = ['account:own', 'people:read', 'people:write', 'audit:read', 'personal:reveal'] as const

/** `anyone`: the route tells callers apart by itself (signing in). */
export type Scope = (typeof SCOPES)[number] | (typeof PERSON_SCOPES)[number] | 'anyone'

/** True for a scope that an API key may have. */
export const isScope = (word: string): word is (typeof SCOPES)[number] => SCOPES.some((scope) => scope === word)

const isPersonScope = (word: Scope) => PERSON_SCOPES.some((scope) => scope === word)

/** Whether somebody with `scopes` may do what needs `scope`. */
export function isAllowed(scopes: readonly Scope[], scope: Scope): boolean {
  return scope === 'anyone' || scopes.includes(scope) || (!isPersonScope(scope) && scopes.includes('admin'))
}

/** Who asks: an API key, or a person at the console. */
export interface Caller {
  /** The key's or the person's id; named in facts and in the log. */
  id: string
  /** A person at the console: her name, and her session's token. */
  person?: { name: string; token: string }
  /** Who asks as of now, for what lasts longer than a request; undefined: they may no more. Absent: that cannot change. */
  again?(): Promise<Caller | undefined>
  /** What the caller may see of an answer; all of it unless given. */
  sees?(answer: unknown): unknown
  scopes: readonly Scope[]
  /** The shop a key belongs to; the `source` of its facts with `shop-` in front. */
  shop: string
  /** The account whose openids the shop means where it names none. */
  account?: string
}

/** A request whose parts have been checked against the route's schemas. */
export interface ApiRequest<P, Q, B> {
  params: P
  query: Q
  body: B
  caller: Caller
  /** The request as it came, for what is not in the body: cookies, the sender's address. */
  head: RequestHead
  /** What the caller sent as `Idempotency-Key`; derive the keys of durable effects from it and `caller.id`. */
  idempotencyKey?: string
  /** Aborted when the caller went away before the answer. */
  signal: AbortSignal
}

/** An answer; 200 unless said otherwise. */
export interface ApiAnswer<A> {
  status?: number
  /** Further header fields; not kept with an `Idempotency-Key`. */
  headers?: Readonly<Record<string, string | string[]>>
  body: A
}

/** Where a stream's events go. */
export interface EventSink {
  /** `data` is sent as JSON, as far as the caller may see it; `id` is what a follower names when it comes back. */
  send(event: { id?: string; event: string; data: unknown }): void
  end(): void
  /** Told once when it is over, whoever ended it. */
  onEnd(told: () => void): void
}

/** One operation of `/api/v1`: the OpenAPI page, the checks and the typed client all come from it. */
export interface Route<P = unknown, Q = unknown, B = unknown, A = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`, with parameters as `:name`: `/contacts/:id/why`. */
  path: string
  /** The name of the client's method: `explainContact`. */
  id: string
  /** One line for the page. */
  summary: string
  /** More for the page, in Markdown. */
  description?: string
  tag: string
  scope: Scope
  params?: ZodType<P>
  query?: ZodType<Q>
  body?: ZodType<B>
  answer: ZodType<A>
  /** Status codes other than the answer's own, with what they mean; 400, 401, 403 and 429 need not be named. */
  errors?: Readonly<Record<number, string>>
  /**
   * True: an `Idempotency-Key` is taken (all POSTs but those that are idempotent by nature); `required`: and without
   * one the request is refused. A handler that was cut short runs again under the same key: its effects must be
   * idempotent themselves.
   */
  idempotent?: boolean | 'required'
  /** The answer is given whole to those whose eyes are spared personal data elsewhere; the audit log tells of it. */
  unmasked?: true
  /** What it answers was written by staff for everybody to read: it is nobody's personal data and given as it is. */
  ownWords?: true
  /** The largest body in bytes where 1 MiB is not enough. */
  maxBody?: number
  /** The handler writes into the audit log itself. */
  audited?: true
  /** It only looks, although it is a POST: the audit log does not tell of it. */
  looks?: true
  /** Answers with a stream of events (`text/event-stream`) instead; each is as `answer` says. `handle` is not asked. */
  stream?(request: ApiRequest<P, Q, B>, sink: EventSink): void
  handle(request: ApiRequest<P, Q, B>): Promise<ApiAnswer<A>>
}

/** Makes a route with its types inferred from the schemas. Throw `ApiError` for anything but success. */
export function route<
  P extends ZodType = z.ZodUnknown,
  Q extends ZodType = z.ZodUnknown,
  B extends ZodType = z.ZodUnknown,
  A extends ZodType = z.ZodUnknown,
>(
  definition: Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'handle' | 'stream'> & {
    stream?(request: ApiRequest<z.output<P>, z.output<Q>, z.output<B>>, sink: EventSink): void
    params?: P
    query?: Q
    body?: B
    answer: A
    handle(request: ApiRequest<z.output<P>, z.output<Q>, z.output<B>>): Promise<ApiAnswer<z.input<A>>>
  },
): Route {
  return definition as unknown as Route
}

/** A refusal in words for the caller (RFC 9457 problem details). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** A stable word: `order.stale`, becomes the last part of the problem's type. */
  readonly code: string
  /** What is wrong where, and how to mend it. */
  readonly problems: readonly { field: string; message: string; fix?: string }[]
  readonly retryAfterSeconds: number | undefined
  /** What there is now, for a caller who was not the first. */
  readonly current: unknown

  constructor(
    status: number,
    code: string,
    message: string,
    more: { problems?: ApiError['problems']; retryAfterSeconds?: number; current?: unknown } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.problems = more.problems ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
    this.current = more.current
  }
}
