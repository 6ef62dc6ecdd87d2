import type { ZodError } from 'zod'
import { AppError } from '../../core/errors.js'
import { splitReason } from '../../library/problem.js'
import { ApiError } from './route.js'

/** The one form of an error answer (RFC 9457), `application/problem+json`. */
export interface Problem {
  /** `urn:weloop:problem:` and a stable word. */
  type: string
  title: string
  status: number
  detail: string
  /** The request, as it stands in the log. */
  instance: string
  /** What there is now, where somebody else was quicker. */
  current?: unknown
  errors?: readonly { field: string; message: string; fix?: string }[]
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** First words of AppError codes that have a status of their own. */
const STATUS: Readonly<Record<string, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  throttled: 429,
  store: 503,
  unavailable: 503,
}

/** Whatever was thrown as a refusal. An AppError was written for people and is shown; anything else says nothing. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof AppError && !error.code.startsWith('bug.')) {
    const status = STATUS[error.code.split('.', 1)[0] ?? ''] ?? 422
    if (status === 503) return new ApiError(503, error.code, 'cannot be done just now', { retryAfterSeconds: 5 })
    if (status === 429) {
      const retryAfterSeconds = 'retryAfterSeconds' in error ? Number(error.retryAfterSeconds) : 60
      return new ApiError(429, error.code, error.message, { retryAfterSeconds })
    }
    const problems = error.fix === undefined ? [] : [{ field: '', message: error.message, fix: error.fix }]
    return new ApiError(status, error.code, error.message, { problems })
  }
  return new ApiError(500, 'failed', 'the server could not do this; its log says why')
}

/** The body of a refusal. */
export function problemOf(error: ApiError, instance: string): Problem {
  return {
    type: `urn:weloop:problem:${error.code}`,
    title: TITLES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    instance,
    ...(error.current !== undefined && { current: error.current }),
    ...(error.problems.length > 0 && { errors: error.problems }),
  }
}

/** What a schema found wrong, field by field: `orders[3].items[0].qty`. */
export function describeIssues(error: ZodError, at = ''): { field: string; message: string; fix?: string }[] {
  return error.issues.slice(0, 50).map((issue) => {
    const field = issue.path.reduce<string>((path, key) => {
      if (typeof key === 'number') return `${path}[${key}]`
      return path === '' ? String(key) : `${path}.${String(key)}`
    }, at)
    if (issue.code !== 'unrecognized_keys') {
      const { message, fix } = splitReason(issue.message, '')
      return { field, message, ...(fix !== '' && { fix }) }
    }
    const message = `unknown: ${issue.keys.join(', ').slice(0, 200)}`
    return { field, message, fix: 'remove it or look up its spelling at /api/v1/docs' }
  })
}
