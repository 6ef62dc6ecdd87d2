import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiFault } from '../faults.js'
import { compactJson, parseRecord, text } from '../json.js'
import type { Account } from '../official-account/account.js'
import { type Answer, errcodeOf, fail, type RawAnswer } from '../official-account/api/answer.js'
import { accountOf, answerCall, type Request } from '../official-account/api/index.js'
import { type Platform, pause } from '../platform.js'
import { corpFail } from '../wecom/api/answer.js'
import { answerCorpCall, corpOfCall } from '../wecom/api/index.js'
import type { Corp } from '../wecom/corp.js'
import { readBody } from './body.js'

const MAX_BODY = 32 * 1024 * 1024
const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'

/** Serves one call of the API, with the fault that is set for it. */
export async function serveApi(platform: Platform, request: IncomingMessage, response: ServerResponse, url: URL) {
  const started = performance.now()
  const early = platform.faults.forHead(url.pathname)
  const body = early ? undefined : await readBody(request, MAX_BODY)
  const call: Request = {
    platform,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: body ?? Buffer.alloc(0),
    contentType: request.headers['content-type'] ?? '',
    ip: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    now: platform.clock.now(),
  }
  const corp = corpOfCall(platform, call)
  const account = corp ? undefined : accountOf(platform, call)
  const owner = corp?.options.id ?? account?.options.id ?? ''
  const fault = early ?? platform.faults.forCall(call.path, owner)
  const carriedOut = body !== undefined && (!fault || fault.applied === true || APPLIED.has(fault.kind))
  const answer = carriedOut ? await (corp ? answerCorpCall(call, corp) : answerCall(call, account)) : fail(45001)
  const note = { started, owner, corp, account, call, answer, ...(fault ? { fault } : {}) }
  if (fault) await misbehave(platform, response, fault, note)
  else send(response, answer, platform, note)
}

/** Faults under which the call is carried out anyway. */
const APPLIED = new Set<ApiFault['kind']>(['reset-after', 'slow', 'drip', 'pretty'])

interface Note {
  started: number
  /** Id of the account or corporation that was called. */
  owner: string
  corp: Corp | undefined
  account: Account | undefined
  call: Request
  answer: Answer
  fault?: ApiFault
}

function send(response: ServerResponse, answer: Answer, platform: Platform, note: Note): void {
  if (isRaw(answer)) {
    const name = encodeURIComponent(answer.filename ?? 'file')
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`)
    finish(response, 200, answer.contentType, answer.raw)
    record(platform, note, 200, `(${answer.contentType}, ${answer.raw.length} bytes)`)
    return
  }
  const json = compactJson(answer)
  finish(response, 200, 'application/json; encoding=utf-8', json)
  record(platform, note, 200, json, errcodeOf(answer))
}

function finish(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

async function misbehave(platform: Platform, response: ServerResponse, fault: ApiFault, note: Note): Promise<void> {
  const full = isRaw(note.answer) ? note.answer.raw.toString('latin1') : compactJson(note.answer)
  switch (fault.kind) {
    case 'errcode':
      return send(response, (note.corp ? corpFail : fail)(fault.errcode ?? -1), platform, note)
    case 'status':
      finish(response, fault.status ?? 502, 'text/html', HTML)
      return record(platform, note, fault.status ?? 502, HTML)
    case 'html':
      finish(response, 200, 'text/html', HTML)
      return record(platform, note, 200, HTML)
    case 'pretty': {
      const pretty = isRaw(note.answer) ? full : compactJson(note.answer, 2)
      finish(response, 200, 'text/plain', pretty)
      return record(platform, note, 200, pretty)
    }
    case 'huge':
      finish(response, 200, 'application/json', `{"x":"${'x'.repeat(fault.bytes ?? 8 * 1024 * 1024)}"}`)
      return record(platform, note, 200, '(huge)')
    case 'hang':
      await Promise.race([pause(platform, fault.ms ?? 600_000), once(response, 'close')])
      response.destroy()
      return record(platform, note, 0, '(no answer)')
    case 'reset-head':
    case 'reset-before':
    case 'reset-after':
      if (response.socket) response.socket.resetAndDestroy()
      else response.destroy()
      return record(platform, note, 0, '(connection broken)')
    case 'slow':
      await pause(platform, fault.ms ?? 1000)
      return send(response, note.answer, platform, note)
    case 'drip':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(full) })
      for (const character of full) {
        if (response.destroyed) break
        response.write(character)
        await pause(platform, fault.ms ?? 100)
      }
      response.end()
      return record(platform, note, 200, full)
    case 'truncated':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(full) })
      response.write(full.slice(0, Math.floor(full.length / 2)), () => response.destroy())
      return record(platform, note, 200, full.slice(0, Math.floor(full.length / 2)))
  }
}

function isRaw(answer: Answer): answer is RawAnswer {
  return Buffer.isBuffer(answer['raw' as keyof Answer])
}

function record(platform: Platform, note: Note, status: number, response: string, errcode = 0): void {
  const { call, owner, fault } = note
  const { about, exchange } = subjectOf(note)
  const shownQuery = new URLSearchParams(call.query)
  for (const name of SECRET) if (shownQuery.has(name)) shownQuery.set(name, '***')
  platform.exchanges.call({
    at: call.now,
    ms: Math.round((performance.now() - note.started) * 10) / 10,
    account: owner,
    method: call.method,
    path: call.path,
    query: shownQuery.toString(),
    request: call.contentType.startsWith('multipart/') ? `(multipart, ${call.body.length} bytes)` : requestText(call),
    status,
    errcode,
    response,
    ...(about === undefined ? {} : { follower: about }),
    ...(exchange === undefined ? {} : { exchange }),
    ...(fault ? { fault: fault.kind } : {}),
  })
}

const SECRET = ['access_token', 'secret', 'corpsecret', 'key']

/** Who or what a call is about, and the newest push about it. */
function subjectOf({ corp, account, call, fault }: Note): { about?: string; exchange?: number } {
  const named = (call as { follower?: string }).follower ?? (fault ? text(bodyRecord(call), 'touser') : undefined)
  if (named === undefined) return {}
  if (corp) {
    const exchange = corp.lastExchange.get(named)
    const about = corp.robots.has(named) ? 'robot' : named
    return exchange === undefined ? { about } : { about, exchange }
  }
  const follower = account?.followers.get(named)
  if (!follower) return {}
  const { openid, exchange } = follower
  return exchange === undefined ? { about: openid } : { about: openid, exchange }
}

function bodyRecord(call: Request) {
  return call.contentType.startsWith('multipart/') ? undefined : parseRecord(call.body.toString())
}

function requestText(call: Request): string {
  const text = call.body.toString('utf8', 0, 8192)
  return call.path.endsWith('token') ? text.replace(/("secret"\s*:\s*)"[^"]*"/, '$1"***"') : text
}
