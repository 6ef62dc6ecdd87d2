import { createConnection } from 'node:net'
import { account, nonce, plain, type Signed, safe, spoiledEnvelope, textMessage, timestamp } from './attack-push.js'

/** A server under attack: one account in safe mode, one without an AES key; both echo text. */
export interface Target {
  name: string
  port: number
  /** How many messages reached the shop's code so far. */
  handled(): number
  /** How long a slow sender may take before it should have been cut off. */
  patienceMs: number
}

/** How an attack ended: held off, and what was seen. */
export interface Verdict {
  held: boolean
  saw: string
}

export interface Attack {
  /** The row of the list of known defects. */
  id: string
  title: string
  run(target: Target): Promise<Verdict>
}

type Account = 'safe' | 'plain'

/** The attacks, each with the answer it should get. The first three are held off by everybody. */
export const attacks: readonly Attack[] = [
  refused('-', 'a wrong signature', 'plain', () => withParams(plain(textMessage('a')), { signature: '0'.repeat(40) })),
  refused('-', 'no signature', 'plain', () => withParams(plain(textMessage('a')), { signature: '' })),
  refused('-', 'a flipped bit in an encrypted push', 'safe', () => flipped(safe(textMessage('a')))),
  refused('W1', 'a clear push to an account with an AES key', 'safe', () => plain(textMessage('downgrade'))),
  refused('W2', 'a signature of the year 2001', 'plain', () => plain(textMessage('old'), '1000000000')),
  {
    id: 'W2',
    title: 'a captured signature with another body',
    async run(target) {
      const captured = plain(textMessage('first'))
      await send(target, 'plain', captured)
      return judge(target, 'plain', { ...captured, body: Buffer.from(textMessage('forged')) })
    },
  },
  refused('W3', 'a push encrypted for another appid', 'safe', () =>
    safe(textMessage('a'), { appid: 'wx99999999999evil9' }),
  ),
  refused('W3', 'a push addressed to another account', 'plain', () => plain(textMessage('a', 'gh_somebodyelse'))),
  {
    id: 'W4',
    title: 'text that closes its CDATA section in the reply',
    async run(target) {
      const evil = ']]]]><![CDATA[></Content><MsgType>image</MsgType><Content>'
      const { status, text } = await send(target, 'plain', plain(textMessage(evil)))
      const found = text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '').match(/<MsgType>/g)?.length ?? 0
      return { held: status === 200 && found === 1, saw: `${status}, ${found} MsgType fields` }
    },
  },
  {
    id: 'W5',
    title: 'the same message three times',
    async run(target) {
      const before = target.handled()
      const message = textMessage('once')
      for (let delivery = 0; delivery < 3; delivery++) await send(target, 'safe', safe(message))
      const times = target.handled() - before
      return { held: times === 1, saw: `handled ${times} times` }
    },
  },
  {
    id: 'W6',
    title: 'markup as echostr',
    async run(target) {
      const { params } = plain('')
      const query = new URLSearchParams({ ...params, echostr: '<script>alert(1)</script>' })
      const response = await fetch(`http://127.0.0.1:${target.port}/wechat/plain?${query}`)
      const [type, body] = [response.headers.get('content-type') ?? '', await response.text()]
      return { held: !body.includes('<script>') || !type.includes('html'), saw: `${response.status} ${type}` }
    },
  },
  refused('W7', 'a signed body that is no XML', 'plain', () => plain('hello')),
  refused('W7', 'a signed empty body', 'plain', () => plain('')),
  refused('W7', 'a DOCTYPE with an entity', 'plain', () =>
    plain(`<!DOCTYPE x [<!ENTITY a "b">]>${textMessage('a').replace('CDATA[a]', 'CDATA[&a;]')}`),
  ),
  refused('W7', 'an encrypted push to an account without a key', 'plain', () => safe(textMessage('a'))),
  {
    id: 'W8',
    title: 'an honest push: the reply`s time is in seconds',
    async run(target) {
      const { text } = await send(target, 'plain', plain(textMessage('time')))
      const time = /<CreateTime>(?:<!\[CDATA\[)?(\d+)/.exec(text)?.[1] ?? ''
      return { held: time.length === 10, saw: `CreateTime ${time}` }
    },
  },
  cheap('W9', 'XML 60,000 elements deep, unsigned', 60, () =>
    withParams(safe(''), { signature: '0'.repeat(40) }, '<a>'.repeat(60_000)),
  ),
  cheap('G6', 'an unsigned body of 1 MB', 60, () => withParams(safe(''), { signature: '0'.repeat(40) }, bigXml())),
  refused('C2', 'wrong padding', 'safe', () => safe('', { encrypted: spoiledEnvelope(textMessage('a'), { pad: 0 }) })),
  refused('C3', 'a length field beyond the end', 'safe', () =>
    safe('', { encrypted: spoiledEnvelope(textMessage('a'), { length: 0x7fffffff }) }),
  ),
  refused('C5', 'a captured signature cut at another place', 'plain', () => {
    const [at, once] = [timestamp(), nonce()]
    return withParams(plain(textMessage('resplit'), at, once), { timestamp: at + once, nonce: '' })
  }),
  refused('C7', 'a signed envelope that is no base64', 'safe', () => safe('', { encrypted: '!!!! no base64 !!!!' })),
  refused('C7', 'bytes that are no UTF-8', 'plain', () => {
    const { params, body } = plain(textMessage('a?b'))
    const at = body.indexOf('a?b')
    body[at + 1] = 0xff
    return { params, body }
  }),
  refused('X1', 'a field that comes twice', 'plain', () =>
    plain(textMessage('a').replace('<MsgType>', '<FromUserName>oVictim</FromUserName><MsgType>')),
  ),
  {
    id: 'F12',
    title: 'a body that never ends',
    run: (target) =>
      new Promise((resolve) => {
        const { params } = safe('')
        const started = Date.now()
        const socket = createConnection(target.port, '127.0.0.1')
        const head = `POST /wechat/safe?${new URLSearchParams(params)} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n`
        socket.write(`${head}<xml>`)
        const end = (held: boolean) => {
          clearTimeout(patience)
          socket.destroy()
          resolve({ held, saw: held ? 'cut off' : `still open after ${Date.now() - started} ms` })
        }
        const patience = setTimeout(() => end(false), target.patienceMs)
        socket.on('error', () => {})
        socket.on('close', () => end(true))
        socket.resume()
      }),
  },
]

/** An attack that must be refused: no server error (the follower would be shown one), and nothing handled. */
function refused(id: string, title: string, to: Account, make: () => Signed): Attack {
  return { id, title, run: (target) => judge(target, to, make()) }
}

/** An attack that must be refused for little: CPU of this process, which client and server share. */
function cheap(id: string, title: string, limitMs: number, make: () => Signed): Attack {
  return {
    id,
    title,
    async run(target) {
      const request = make()
      await send(target, 'safe', withParams(safe(''), { signature: '0'.repeat(40) }))
      const before = process.cpuUsage()
      const { status } = await send(target, 'safe', request).catch(() => ({ status: 0 }))
      const { user, system } = process.cpuUsage(before)
      const ms = Math.round((user + system) / 1000)
      return { held: status < 500 && ms <= limitMs, saw: `${status || 'closed'}, ${ms} ms of CPU` }
    },
  }
}

async function judge(target: Target, to: Account, request: Signed): Promise<Verdict> {
  const before = target.handled()
  const { status } = await send(target, to, request)
  const handled = target.handled() - before
  return {
    held: handled === 0 && status >= 400 && status < 500,
    saw: `${status}, ${handled === 0 ? 'not handled' : 'HANDLED'}`,
  }
}

async function send(target: Target, to: Account, { params, body }: Signed): Promise<{ status: number; text: string }> {
  const url = `http://127.0.0.1:${target.port}/wechat/${to}?${new URLSearchParams(params)}`
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'Content-Type': 'text/xml' },
  })
  return { status: response.status, text: await response.text() }
}

function withParams(request: Signed, params: Record<string, string>, body?: string): Signed {
  return { params: { ...request.params, ...params }, body: body === undefined ? request.body : Buffer.from(body) }
}

function flipped(request: Signed): Signed {
  const body = Buffer.from(request.body)
  const at = body.indexOf(account.originalId) + 200
  body[at] = body[at] === 65 ? 66 : 65
  return { ...request, body }
}

function bigXml(): string {
  return `<xml>${'<a><![CDATA[x]]></a>'.repeat(50_000)}</xml>`
}
