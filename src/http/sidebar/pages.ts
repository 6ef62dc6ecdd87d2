import type { Context } from 'koa'
import type { Cookies } from './cookies.js'
import { createPageFiles } from './files.js'
import { pagePolicy } from './policy.js'
import type { SidebarOptions, SidebarPort } from './port.js'
import { type RefusedWhy, refusedPage } from './refused.js'

/** The page itself, its files, and the way in. */
export interface Pages {
  /** `GET /sidebar`: the page for who is logged in, else the way to the platform's login; `login=1` always that. */
  open(ctx: Context): Promise<void>
  /** `GET /sidebar/login/:account`: back from there. */
  back(ctx: Context, account: string): Promise<void>
  /** `GET /sidebar/page/:name`. */
  file(ctx: Context, name: string): Promise<void>
}

/** The pages over the side bar. */
export function createPages(port: SidebarPort, options: SidebarOptions, cookies: Cookies): Pages {
  const home = `${options.publicUrl}/sidebar`
  const policy = pagePolicy(options)
  const files = createPageFiles(options.pageDir)

  function addressOf(account: string, query: Record<string, string> = {}): string {
    const more = new URLSearchParams({ ...(account === port.corpOf(undefined) ? {} : { corp: account }), ...query })
    return more.size === 0 ? home : `${home}?${more}`
  }

  function refuse(ctx: Context, why: RefusedWhy, account?: string): void {
    const { status, html } = refusedPage(why, account === undefined ? home : addressOf(account, { login: '1' }))
    ctx.set('Content-Security-Policy', policy)
    ctx.type = 'text/html; charset=utf-8'
    ctx.status = status
    ctx.body = html
  }

  function asked(ctx: Context): string | undefined {
    const corp = one(ctx.query['corp'])
    try {
      return port.corpOf(corp === '' ? undefined : corp)
    } catch {
      return undefined
    }
  }

  return {
    async open(ctx) {
      const account = asked(ctx)
      if (account === undefined) return refuse(ctx, 'unknown-corp')
      const session = one(ctx.query['login']) === '1' ? undefined : await port.session(cookies.token(ctx))
      if (session?.account !== account) {
        const { address, state } = port.logins.begin(account)
        cookies.setBegun(ctx, [...cookies.begun(ctx), state])
        ctx.redirect(address)
        return
      }
      const page = await files('index.html')
      ctx.set('Content-Security-Policy', policy)
      ctx.type = 'text/html; charset=utf-8'
      ctx.body = page?.bytes
    },
    async back(ctx, account) {
      const [state, code] = [one(ctx.query['state']), one(ctx.query['code'])]
      const begun = cookies.begun(ctx)
      const end = await port.logins.finish({ account, state, code, begun })
      if (begun.includes(state))
        cookies.setBegun(
          ctx,
          begun.filter((each) => each !== state),
        )
      if (end.outcome !== 'in') {
        const why = end.outcome === 'later' ? 'later' : end.reason
        return refuse(ctx, why, why === 'unknown-corp' ? undefined : account)
      }
      const before = cookies.token(ctx)
      if (before !== '') await port.logOut(before)
      cookies.setToken(ctx, end.token, end.lastsMs)
      ctx.redirect(addressOf(account))
    },
    async file(ctx, name) {
      const found = await files(name)
      if (!found || name.endsWith('.html')) {
        ctx.status = 404
        ctx.type = 'text/plain; charset=utf-8'
        ctx.body = '没有这个文件。'
        return
      }
      ctx.set('Cache-Control', 'no-cache')
      ctx.type = found.type
      ctx.etag = found.etag
      ctx.status = 200
      if (ctx.fresh) ctx.status = 304
      else ctx.body = found.bytes
    },
  }
}

/** A query's value that stands there once. */
const one = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '')
