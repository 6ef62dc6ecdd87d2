import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Control } from '../control/control.js'
import type { Platform } from '../platform.js'
import { serveApi } from './api.js'
import { serveArticle } from './article.js'
import { serveAuthorize, serveConsent } from './consent.js'
import { serveControl, serveEvents } from './control.js'
import { serveCode, serveFile } from './files.js'
import { servePage, serveSdk } from './pages.js'
import { servePicture } from './picture.js'
import { serveCorpCode, serveCorpLogin, serveDeskLink } from './wecom.js'

const PAGES = new Set(['/', '/phone', '/simulator'])
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** The platform's web server: the API, files, the control API and the page. */
export function createWebServer(platform: Platform, control: Control, allowedHosts: string[] | undefined): Server {
  const server = createServer((request, response) => {
    serve(platform, control, allowedHosts, request, response).catch((error: unknown) => {
      platform.log(`simulator: ${error instanceof Error ? error.message : String(error)}`)
      if (response.headersSent) response.destroy()
      else plain(response, 500, 'the simulator failed; see its log')
    })
  })
  server.keepAliveTimeout = 30_000
  return server
}

async function serve(
  platform: Platform,
  control: Control,
  allowedHosts: string[] | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator.invalid')
  const { pathname } = url
  if (pathname.startsWith('/cgi-bin/')) {
    if (pathname !== '/cgi-bin/showqrcode') return serveApi(platform, request, response, url)
    const shown = serveCode(platform, response, url.searchParams.get('ticket') ?? '')
    return shown ? undefined : plain(response, 404, 'no such code, or it has expired')
  }
  if (pathname.startsWith('/s/')) {
    return serveArticle(platform, response, url) ? undefined : plain(response, 404, 'no such article')
  }
  if (serveCorpLogin(platform, response, url)) return
  if (pathname === '/connect/oauth2/authorize') return serveAuthorize(platform, response, url)
  if (pathname === '/mp/subscribemsg') return serveConsent(platform, response, url)
  if (pathname.startsWith('/mmbiz/') || pathname.startsWith('/wwmedia/')) {
    return serveFile(platform, response, pathname) ? undefined : plain(response, 404, 'no such file')
  }
  if (pathname.startsWith('/wwqr/')) {
    return serveCorpCode(platform, response, pathname) ? undefined : plain(response, 404, 'no such live code')
  }
  if (pathname.startsWith('/kf/')) {
    return serveDeskLink(platform, response, pathname) ? undefined : plain(response, 404, 'no such link')
  }
  if (pathname === '/jssdk-stand-in.js') return serveSdk(response)
  if (pathname.startsWith('/shop/pictures/')) {
    return servePicture(response, pathname) ? undefined : plain(response, 404, 'no such picture')
  }
  const own = pathname.startsWith('/control/') || PAGES.has(pathname) || pathname.startsWith('/page/')
  if (!own) return serveApi(platform, request, response, url)
  if (allowedHosts && !isAllowed(request.headers.host, allowedHosts)) return plain(response, 403, 'unknown host name')
  if (pathname === '/control/events') return serveEvents(platform, request, response)
  if (pathname.startsWith('/control/')) return serveControl(control, request, response, url)
  const file = PAGES.has(pathname) ? 'index.html' : pathname.slice('/page/'.length)
  return (await servePage(response, file)) ? undefined : plain(response, 404, 'no such page')
}

/** A page of another site may name our address as its own host (DNS rebinding); only known names are served. */
function isAllowed(host: string | undefined, allowed: string[]): boolean {
  const name = (host ?? '').replace(/:\d+$/, '')
  return LOOPBACK.includes(name) || allowed.includes(name)
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
  response.end(text)
}
