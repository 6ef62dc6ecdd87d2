import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import type { CorpControl } from '../../simulator/control/corp.js'
import { type CorpOptions, demoAccount, demoCorp, type SimulatorOptions } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { field } from './fake-product.js'

/** A push as the product got it, opened with the reference implementation. */
export interface CorpPush {
  query: URLSearchParams
  body: string
  xml: string
  /** Text of a field. */
  get(name: string): string | undefined
  /** Texts of a repeated field. */
  all(name: string): string[]
}

/** The simulator with one corporation, and a product of a few lines that only listens. */
export interface CorpWorld {
  simulator: Simulator
  corp: CorpControl
  pushes: CorpPush[]
  /** What the product answers; an empty 200 unless a test says otherwise. */
  answer: (push: CorpPush) => { status: number; body: string }
  /** Calls the API with a token: POST with a body, GET without. */
  api(path: string, body?: object, query?: Record<string, string>): Promise<Record<string, unknown>>
  /** Pushes of this event and change, after all are over. */
  events(change: string): Promise<CorpPush[]>
  close(): Promise<void>
}

const { token, aesKey, corpid } = demoCorp

/** Starts it; every field of the demo corporation can be changed. */
export async function startCorpWorld(
  over: Partial<CorpOptions> = {},
  options: SimulatorOptions = {},
): Promise<CorpWorld> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://product.invalid')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'GET') {
        const echo = decrypt(aesKey, url.searchParams.get('echostr') ?? '')
        return response.end(echo.message)
      }
      const body = Buffer.concat(chunks).toString()
      if (!url.pathname.startsWith('/wecom/')) return response.end()
      const pushed = open(body, url.searchParams)
      world.pushes.push(pushed)
      const { status, body: text } = world.answer(pushed)
      return response.writeHead(status).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: `${origin}/wechat/shop` }],
    corps: [{ ...demoCorp, detailDelayMs: 0, dispatchMs: 0, ...over, callbackUrl: `${origin}/wecom/corp` }],
    ...options,
  })
  const call = async (path: string, query: Record<string, string>, body?: object) => {
    const response = await fetch(`${simulator.url}${path}?${new URLSearchParams(query)}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
    return (await response.json()) as Record<string, unknown>
  }
  const corp = simulator.control.corp()
  const world: CorpWorld = {
    simulator,
    corp,
    pushes: [],
    answer: () => ({ status: 200, body: '' }),
    api: async (path, body, query = {}) => {
      const issued = await call('/cgi-bin/gettoken', { corpid, corpsecret: demoCorp.secret })
      return call(`/cgi-bin${path}`, { access_token: String(issued['access_token']), ...query }, body)
    },
    events: async (change) => {
      await simulator.control.settled()
      return world.pushes.filter((one) =>
        [one.get('UpdateDetail'), one.get('ChangeType'), one.get('Event')].includes(change),
      )
    },
    close: async () => {
      await simulator.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return world
}

function open(body: string, query: URLSearchParams): CorpPush {
  const sealed = field(body, 'Encrypt') ?? ''
  const signature = getSignature(token, query.get('timestamp') ?? '', query.get('nonce') ?? '', sealed)
  if (signature !== query.get('msg_signature')) throw new Error('the signature is wrong')
  const { message: xml, id } = decrypt(aesKey, sealed)
  if (id !== corpid) throw new Error(`sealed for ${id}`)
  const all = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 'gs'))].map(
      (match) => match[1] ?? '',
    )
  return { query, body, xml, get: (name) => field(xml, name), all }
}

/** A passive reply as a product seals it. */
export function corpReply(push: CorpPush, inner: string): { status: number; body: string } {
  const to = push.get('FromUserName') ?? ''
  const time = String(Math.floor(Date.now() / 1000))
  const xml = `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName><![CDATA[${corpid}]]></FromUserName><CreateTime>${time}</CreateTime>${inner}</xml>`
  const sealed = encrypt(aesKey, xml, corpid)
  const signature = getSignature(token, time, 'nonce42', sealed)
  const body = `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${time}</TimeStamp><Nonce><![CDATA[nonce42]]></Nonce></xml>`
  return { status: 200, body }
}
