/** One thing wrong in what was sent: where, what, and how to mend it. */
export interface FieldProblem {
  field: string
  message: string
  fix?: string
}

/** A refusal of the API (RFC 9457), or no answer at all (`status` 0, `no-answer`). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  /** The stable word: `conflict.person`, `session.ended`, `no-answer`. */
  readonly code: string
  readonly fields: readonly FieldProblem[]
  /** The id of the request in the server's log. */
  readonly instance: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** What the server has now, where somebody else was quicker. */
  readonly current: unknown

  constructor(
    status: number,
    code: string,
    message: string,
    more: { fields?: readonly FieldProblem[]; instance?: string; retryAfterSeconds?: number; current?: unknown } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = more.fields ?? []
    this.instance = more.instance
    this.retryAfterSeconds = more.retryAfterSeconds
    this.current = more.current
  }
}

const PREFIX = 'urn:weloop:problem:'

/** A problem from the answer's parts, whatever a proxy in between has made of them. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): ApiProblem {
  const given = isRecord(body) ? body : {}
  const type = textOf(given['type'])
  const code = type?.startsWith(PREFIX) ? type.slice(PREFIX.length) : `http.${status}`
  const message = textOf(given['detail']) ?? textOf(given['title']) ?? `HTTP ${status}`
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter)
  const instance = textOf(given['instance'])
  return new ApiProblem(status, code, message, {
    fields: Array.isArray(given['errors']) ? given['errors'].flatMap(fieldOf) : [],
    current: given['current'],
    ...(instance !== undefined && { instance }),
    ...(Number.isFinite(seconds) && { retryAfterSeconds: seconds }),
  })
}

function fieldOf(value: unknown): FieldProblem[] {
  if (!isRecord(value)) return []
  const message = textOf(value['message'])
  if (message === undefined) return []
  const fix = textOf(value['fix'])
  return [{ field: textOf(value['field']) ?? '', message, ...(fix !== undefined && { fix }) }]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
