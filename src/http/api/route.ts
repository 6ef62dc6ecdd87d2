import type { ZodType, z } from 'zod'

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
  'desk:read',
  'desk:write',
  'operations:read',
  'operations:write',
  'admin',
] as const
export type Scope = (typeof SCOPES)[number]

/** True for a scope that there is. */
export const isScope = (word: string): word is Scope => SCOPES.some((scope) => scope === word)

/** Who asks: an API key, later also a person at the console. */
export interface Caller {
  /** The key's id; named in facts and in the log. */
  id: string
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
  /** What the caller sent as `Idempotency-Key`; derive the keys of durable effects from it and `caller.id`. */
  idempotencyKey?: string
  /** Aborted when the caller went away before the answer. */
  signal: AbortSignal
}

/** An answer; 200 unless said otherwise. */
export interface ApiAnswer<A> {
  status?: number
  body: A
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
  handle(request: ApiRequest<P, Q, B>): Promise<ApiAnswer<A>>
}

/** Makes a route with its types inferred from the schemas. Throw `ApiError` for anything but success. */
export function route<
  P extends ZodType = z.ZodUnknown,
  Q extends ZodType = z.ZodUnknown,
  B extends ZodType = z.ZodUnknown,
  A extends ZodType = z.ZodUnknown,
>(
  definition: Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'handle'> & {
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

  constructor(
    status: number,
    code: string,
    message: string,
    more: { problems?: ApiError['problems']; retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.problems = more.problems ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
  }
}
