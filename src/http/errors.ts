import type { Context, Middleware } from 'koa'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'

/** The one form of an error answer: `{"error":{"code":"not-found","message":"...","fix":"..."}}`. */
export interface ErrorAnswer {
  error: { code: string; message: string; fix?: string }
}

/** Errors whose message was made for the person who asked, by the first word of their code. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['invalid', 400],
  ['unauthenticated', 401],
  ['forbidden', 403],
  ['not-found', 404],
  ['conflict', 409],
  ['too-large', 413],
  ['too-many', 429],
  ['unavailable', 503],
])

/**
 * Turns whatever is thrown below it into the one JSON answer. AppErrors whose code begins with a word of the table
 * (`not-found`, `invalid.name`) are shown; everything else is a 500 that says nothing and is logged.
 */
export function answerErrors(log: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined)
        answerError(ctx, new AppError('not-found', 'there is nothing here'))
    } catch (error) {
      answerError(ctx, error)
      if (ctx.status >= 500) log.error({ path: ctx.path, error: messageOf(error) }, 'request failed')
    }
  }
}

function answerError(ctx: Context, error: unknown): void {
  const status = error instanceof AppError ? STATUS.get(error.code.split('.', 1)[0] ?? '') : undefined
  const answer: ErrorAnswer =
    error instanceof AppError && status !== undefined
      ? { error: { code: error.code, message: error.message, ...(error.fix !== undefined && { fix: error.fix }) } }
      : { error: { code: 'failed', message: 'the server could not do this; its log says why' } }
  ctx.status = status ?? 500
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Cache-Control', 'no-store')
  ctx.body = answer
}
