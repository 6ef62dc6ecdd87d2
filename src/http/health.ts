import type { Middleware } from 'koa'

/** Whether the webhook would be answered now, and if not, why. */
export interface Readiness {
  ok: boolean
  problems: readonly string[]
}

/**
 * `/livez`: 200 while the event loop turns. `/readyz`: 200 only when the webhook would be answered, else 503 with the
 * problems; a `ready` that throws is a problem too.
 */
export function health(ready: () => Readiness | Promise<Readiness>): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/livez' && ctx.path !== '/readyz') return next()
    ctx.set('Cache-Control', 'no-store')
    if (ctx.path === '/livez') {
      ctx.body = { ok: true }
      return
    }
    const state = await read(ready)
    ctx.status = state.ok ? 200 : 503
    ctx.body = state
  }
}

async function read(ready: () => Readiness | Promise<Readiness>): Promise<Readiness> {
  try {
    const { ok, problems } = await ready()
    return { ok, problems }
  } catch {
    return { ok: false, problems: ['readiness could not be determined'] }
  }
}
