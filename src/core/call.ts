import type { Context } from './context.js'
import { AppError, messageOf } from './errors.js'
import type { Reply } from './message.js'

/** A reply, at once or later: handlers that do not wait for anything cost no promise. */
export type Answered = Reply | Promise<Reply>

/** Goes on with the handlers that follow. */
export type Rest = () => Answered

/** A handler failed. `handler` says which; `cause` is what it threw. */
export class HandlerError extends AppError {
  override readonly name = 'HandlerError'
  /** The handler as it was registered, e.g. `faq > hears(退货)`. */
  readonly handler: string

  constructor(handler: string, code: string, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(code, `handler ${handler}: ${message}`, options)
    this.handler = handler
  }
}

/** The error as a HandlerError; one that names a handler already (an inner one) is left alone. */
export function named(error: unknown, handler: string): HandlerError {
  if (error instanceof HandlerError) return error
  return new HandlerError(handler, 'handler.failed', messageOf(error), { cause: error })
}

/** True for promises of any realm and other thenables. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * Calls one handler. What it returns is the reply; when it returns nothing after calling `next()`, the reply of the
 * rest stands. A rest that was started is always waited for, so no error of it is lost. `next()` may be called once.
 * Throws (or rejects with) a HandlerError.
 */
export function call<C extends Pick<Context, 'log' | 'update'>>(
  handler: (ctx: C, next: () => Promise<Reply>) => Answered,
  name: string,
  ctx: C,
  rest: Rest,
): Answered {
  let downstream: Promise<Reply> | undefined
  let settled = false
  let reply: Reply
  let finished = false

  const next = (): Promise<Reply> => {
    if (downstream !== undefined) {
      throw new HandlerError(name, 'handler.next-twice', 'called next() twice', {
        fix: 'call next() once and keep its result in a variable',
      })
    }
    if (finished) {
      ctx.log.error({ update: ctx.update.id, handler: name }, 'next() was called after the handler had returned')
      return Promise.resolve(undefined)
    }
    downstream = started(rest)
    downstream.then(
      (value) => {
        settled = true
        reply = value
      },
      () => {
        settled = true
      },
    )
    return downstream
  }

  const end = (own: Reply): Answered => {
    finished = true
    if (downstream === undefined) return own
    if (settled) return own === undefined ? reply : own
    return own === undefined ? downstream : downstream.then(() => own)
  }

  const fail = (error: unknown): never => {
    finished = true
    throw named(error, name)
  }

  let answer: Answered
  try {
    answer = handler(ctx, next)
  } catch (error) {
    return fail(error)
  }
  return isPromise(answer) ? answer.then(end, fail) : end(answer)
}

async function started(rest: Rest): Promise<Reply> {
  return rest()
}
