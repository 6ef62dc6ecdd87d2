import type { Middleware } from 'koa'

/**
 * What lies below `prefix`, loaded by the first request for it; requests that come meanwhile wait for the same loading.
 * A loading that failed is tried again by the next request, and the failed ones reject with its error.
 */
export function lazily(prefix: string, load: () => Promise<Middleware>): Middleware {
  let loaded: Promise<Middleware> | undefined
  return async (ctx, next) => {
    const [path] = (ctx.req.url ?? '').split('?', 1)
    if (path !== prefix && !path?.startsWith(`${prefix}/`)) return next()
    loaded ??= load()
    try {
      await loaded
    } catch (error) {
      loaded = undefined
      throw error
    }
    return (await loaded)(ctx, next)
  }
}
