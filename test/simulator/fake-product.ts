import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import { demoAccount } from '../../simulator/options.js'

/** What a push held, opened with @wecom/crypto and so not with the simulator's own code. */
export interface Received {
  method: string
  query: URLSearchParams
  body: string
  xml: string
  field(name: string): string | undefined
}

/** Answers one push; what it returns is sent as it is. */
export type Answerer = (push: Received) => string | Promise<string> | { status: number; body: string }

/** A call of the product's public API. */
export interface ApiRequest {
  path: string
  /** The Authorization header. */
  signed: string
  body: Record<string, unknown>
}

/** Answers one call of the public API; undefined is 202 with every item accepted. */
export type ApiAnswerer = (
  request: ApiRequest,
) => { status: number; body?: object; headers?: Record<string, string> } | 'hang up' | undefined

/** A product of a few lines: opens pushes, checks signatures, answers what the test says. */
export interface FakeProduct {
  url: string
  /** Where its public API is, and the key of the shop there. */
  api: { url: string; keyId: string; secret: string }
  pushes: Received[]
  answer: Answerer
  /** Calls of the public API, in their order. */
  requests: ApiRequest[]
  answerApi: ApiAnswerer
  close(): Promise<void>
}

const { token, appid, originalId } = demoAccount
const aesKey = demoAccount.aesKey ?? ''

/** Starts it on any port of 127.0.0.1. */
export async function startFakeProduct(): Promise<FakeProduct> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://product.invalid')
    const query = url.searchParams
    if (request.method === 'GET') {
      if (query.has('echostr')) return void response.end(query.get('echostr'))
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return void response.end('<h1>退换货指南全文</h1>')
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    if (url.pathname.startsWith('/api/v1/')) return takeCall(request, url.pathname, body, response)
    const sealed = field(body, 'Encrypt')
    const xml = sealed === undefined ? body : decrypt(aesKey, sealed).message
    const push = { method: 'POST', query, body, xml, field: (name: string) => field(xml, name) }
    product.pushes.push(push)
    const answer = await product.answer(push)
    if (typeof answer === 'string') response.end(answer)
    else response.writeHead(answer.status).end(answer.body)
  }
  const takeCall = (request: IncomingMessage, path: string, body: string, response: ServerResponse) => {
    const call: ApiRequest = {
      path: path.slice('/api/v1'.length),
      signed: request.headers.authorization ?? '',
      body: JSON.parse(body) as Record<string, unknown>,
    }
    product.requests.push(call)
    const answer = product.answerApi(call)
    if (answer === 'hang up') return void response.destroy()
    const { status, body: content = acceptedAll(call.body), headers = {} } = answer ?? { status: 202 }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const product: FakeProduct = {
    url: `${origin}/wechat/shop`,
    api: { url: origin, keyId: 'fake-shop-key', secret: 'fake-shop-secret' },
    requests: [],
    answerApi: () => undefined,
    pushes: [],
    answer: () => 'success',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return product
}

function acceptedAll(body: Record<string, unknown>): object {
  const items = Object.values(body).find(Array.isArray) ?? [body]
  return { results: items.map((_, index) => ({ index, result: 'accepted' })) }
}

/** Text of a field of a flat XML document. */
export function field(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(xml)?.[1]
}

/** A clear reply to a push. */
export function clearReply(
  push: Received,
  inner: string,
  over: { to?: string; from?: string; time?: string } = {},
): string {
  const to = over.to ?? push.field('FromUserName') ?? ''
  const time = over.time ?? String(Math.floor(Date.now() / 1000))
  return `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName><![CDATA[${over.from ?? originalId}]]></FromUserName><CreateTime>${time}</CreateTime>${inner}</xml>`
}

/** Encrypts a reply as a product does in safe mode. */
export function seal(xml: string, over: { appid?: string; timestamp?: string; signature?: string } = {}): string {
  const sealed = encrypt(aesKey, xml, over.appid ?? appid)
  const timestamp = over.timestamp ?? String(Math.floor(Date.now() / 1000))
  const signature = over.signature ?? getSignature(token, timestamp, 'nonce42', sealed)
  return `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[nonce42]]></Nonce></xml>`
}

/** Elements of a text reply. */
export function text(content: string): string {
  return `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content>`
}

/** Elements of a news reply with so many articles. */
export function news(count = 1): string {
  const item =
    '<item><Title><![CDATA[退换货指南]]></Title><Description><![CDATA[七天无理由]]></Description><PicUrl><![CDATA[http://127.0.0.1:9/cover.png]]></PicUrl><Url><![CDATA[http://127.0.0.1:9/a/returns]]></Url></item>'
  return `<MsgType><![CDATA[news]]></MsgType><ArticleCount>${count}</ArticleCount><Articles>${item.repeat(count)}</Articles>`
}
