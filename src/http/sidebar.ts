import type { Middleware } from 'koa'
import { createSidebarApi } from './sidebar/api.js'
import { createCookies } from './sidebar/cookies.js'
import { createPages } from './sidebar/pages.js'
import { guardAnswer } from './sidebar/policy.js'
import type { SidebarOptions, SidebarPort } from './sidebar/port.js'

const API = '/sidebar/api'
const LOGIN = /^\/sidebar\/login\/([a-z][a-z0-9-]{0,31})$/
const FILE = /^\/sidebar\/page\/([a-z][a-z0-9-]{0,40}\.(?:js|css))$/

/**
 * `/sidebar`: the page that WeCom opens beside a chat (聊天工具栏), its files, the login of staff, and `/sidebar/api`.
 * The page holds no data; without a session nobody gets any.
 */
export function sidebar(port: SidebarPort, options: SidebarOptions): Middleware {
  const cookies = createCookies(options.publicUrl)
  const pages = createPages(port, options, cookies)
  const api = createSidebarApi(port, options, cookies)

  return async (ctx, next) => {
    const { path } = ctx
    if (path !== '/sidebar' && !path.startsWith('/sidebar/')) return next()
    guardAnswer(ctx)
    if (path.startsWith(`${API}/`)) return api(ctx, path.slice(API.length))
    if (ctx.method !== 'GET') {
      ctx.set('Allow', 'GET')
      ctx.status = 405
      ctx.body = ''
      return
    }
    const account = LOGIN.exec(path)?.[1]
    const name = FILE.exec(path)?.[1]
    if (path === '/sidebar') await pages.open(ctx)
    else if (account !== undefined) await pages.back(ctx, account)
    else if (name !== undefined) await pages.file(ctx, name)
    else return next()
  }
}
