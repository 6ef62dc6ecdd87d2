import type { IncomingMessage, ServerResponse } from 'node:http'
import { ZodError } from 'zod'
import type { Control } from '../control/control.js'
import { ControlError } from '../control/person.js'
import { problems, route } from '../control/routes.js'
import { compactJson } from '../json.js'
import type { Platform } from '../platform.js'
import { readBody } from './body.js'

const MAX_BODY = 24 * 1024 * 1024
const HEARTBEAT_MS = 15_000

/** Serves one request of the control API. Bodies must be JSON, so that no foreign web page can send one. */
export async function serveControl(control: Control, request: IncomingMessage, response: ServerResponse, url: URL) {
  const raw = await readBody(request, MAX_BODY)
  if (raw === undefined) return reply(response, 413, { error: 'the body is too long' })
  const method = request.method ?? 'GET'
  if (method !== 'GET' && !(request.headers['content-type'] ?? '').startsWith('application/json')) {
    return reply(response, 415, { error: 'send the body as application/json' })
  }
  try {
    const body: unknown = raw.length === 0 ? undefined : JSON.parse(raw.toString())
    const path = url.pathname.split('/').slice(2).map(decodeURIComponent)
    const answer = route(control, { method, path, query: url.searchParams, body })
    if (answer === undefined) return reply(response, 404, { error: `there is no ${method} ${url.pathname}` })
    return reply(response, 200, await answer)
  } catch (error) {
    if (error instanceof ControlError) return reply(response, error.status, { error: error.message })
    if (error instanceof ZodError) return reply(response, 400, { error: problems(error) })
    if (error instanceof SyntaxError || error instanceof URIError) return reply(response, 400, { error: error.message })
    throw error
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = compactJson(body)
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  response.end(text)
}

/** Streams what happens, as server-sent events, until the page goes away. A page that cannot keep up is cut off. */
export function serveEvents(platform: Platform, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    Connection: 'keep-alive',
  })
  response.write(': open\n\n')
  const end = platform.bus.subscribe((happening) => {
    if (response.writableLength > 4 * 1024 * 1024) response.destroy()
    else response.write(`data: ${compactJson(happening)}\n\n`)
  })
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS)
  request.on('close', () => {
    clearInterval(heartbeat)
    end()
  })
}
