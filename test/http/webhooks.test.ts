import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { decrypt } from '@wecom/crypto'
import { parseXml } from '../../src/platforms/shared/xml.js'
import { freshNonce, type PushOptions, push, shop, textPush } from '../helpers/door.js'
import { startWeb, talk, type Web } from '../helpers/web.js'

let web: Web
beforeAll(async () => {
  web = await startWeb({
    refusalLog: { perWindow: 1000 },
    limits: { requestTimeoutMs: 600, headersTimeoutMs: 400, checkEveryMs: 50 },
  })
})
afterAll(() => web.close())
beforeEach(() => {
  web.updates.length = 0
  web.lines.length = 0
})

const seconds = () => String(Math.floor(Date.now() / 1000))
const signed = (clear: string, options: PushOptions = {}) => push(clear, { timestamp: seconds(), ...options })

function post(path: string, { query, body }: { query: string; body: Buffer | string }, more: RequestInit = {}) {
  return fetch(`${web.url}${path}?${query}`, { method: 'POST', body: Buffer.from(body), ...more })
}

describe('a real push', () => {
  test('in safe mode is taken and answered, encrypted', async () => {
    const response = await post('/wechat/shop', signed(textPush('你好')))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/xml; charset=utf-8')
    const fields = parseXml(await response.text()) as Record<string, string>
    expect(decrypt(String(shop.aesKey), String(fields['Encrypt'])).message).toContain('收到：你好')
    expect(web.updates).toHaveLength(1)
    expect(web.lines).toEqual([])
  })

  test('in plain mode too, and an event is acknowledged as `success`', async () => {
    const hello = await post('/wechat/plain', signed(textPush('你好'), { mode: 'plain' }))
    expect(await hello.text()).toContain('<Content><![CDATA[收到：你好]]></Content>')
    const event = textPush('')
      .replace('<![CDATA[text]]>', 'event')
      .replace(/<Content>.*/, '<Event>LOL</Event></xml>')
    const response = await post('/wechat/plain', signed(event, { mode: 'plain' }))
    expect([response.status, await response.text()]).toEqual([200, 'success'])
    expect(web.updates.map(({ kind }) => kind)).toEqual(['message.text', 'unknown'])
  })

  test('sent again is the same update', async () => {
    const request = signed(textPush('你好'))
    for (let delivery = 0; delivery < 3; delivery++) expect((await post('/wechat/shop', request)).status).toBe(200)
    expect(web.updates).toHaveLength(1)
  })

  test('in many pieces is put together', async () => {
    const { query, body } = signed(textPush('一件一件来'.repeat(500)))
    const head = `POST /wechat/shop?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`
    const pieces = Array.from({ length: 20 }, (_, n) =>
      body.toString('latin1').slice((n * body.length) / 20, ((n + 1) * body.length) / 20),
    )
    expect(await talk(web.port, head, ...pieces)).toContain('HTTP/1.1 200 OK')
  })

  test('W6: the URL check answers text that no browser takes for a page', async () => {
    const { query } = signed('', { mode: 'plain' })
    const response = await fetch(`${web.url}/wechat/shop?${query}&echostr=5936258129934262112`)
    expect([response.status, await response.text()]).toEqual([200, '5936258129934262112'])
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('what is not from WeChat', () => {
  const hello = textPush('你好')
  const cut = () => {
    const request = signed(hello)
    return { ...request, body: request.body.subarray(0, -40) }
  }
  const attacks: Record<string, () => Promise<Response>> = {
    'a bad signature': () => post('/wechat/shop', signed(hello, { token: 'stranger' })),
    'no signature at all': () => post('/wechat/shop', { query: '', body: hello }),
    'a foreign appid': () => post('/wechat/shop', signed(hello, { appid: 'wx00000000000demo9' })),
    'cut padding': () => post('/wechat/shop', cut()),
    'a clear body to a safe account': () => post('/wechat/shop', signed(hello, { mode: 'plain' })),
    'an encrypted body to a plain account': () => post('/wechat/plain', signed(hello)),
    'an old timestamp': () => post('/wechat/shop', signed(hello, { timestamp: '1000000000' })),
    'no XML': () => post('/wechat/plain', signed('hello', { mode: 'plain' })),
    'bytes that are no text': () =>
      post('/wechat/plain', { ...signed('', { mode: 'plain' }), body: Buffer.of(0xff, 0) }),
    'an entity': () =>
      post('/wechat/plain', signed('<!DOCTYPE a [<!ENTITY b "c">]><xml><a>&b;</a></xml>', { mode: 'plain' })),
    'an unknown account': () => post('/wechat/nobody', signed(hello)),
    'a path below an account': () => post('/wechat/shop/../plain/x', signed(hello)),
    'another method': () => post('/wechat/shop', signed(hello), { method: 'PUT' }),
    'a body above 256 KiB': () => post('/wechat/shop', signed('x'.repeat(300_000), { mode: 'plain' })),
    'a compressed body': () => post('/wechat/shop', signed(hello), { headers: { 'Content-Encoding': 'gzip' } }),
    'a URL check with a bad signature': () => fetch(`${web.url}/wechat/shop?signature=0&timestamp=1&nonce=1&echostr=1`),
  }

  test.each(Object.entries(attacks))(
    '%s gets the one refusal, is logged once and stored nowhere',
    async (_, attack) => {
      const response = await attack()
      expect([response.status, await response.text()]).toEqual([403, 'forbidden'])
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(web.updates).toEqual([])
      expect(web.lines).toHaveLength(1)
      expect(web.lines[0]).toMatchObject({
        level: 'warn',
        message: 'webhook request refused',
        fields: { remote: '127.0.0.1' },
      })
      expect(String(web.lines[0]?.fields['reason'])).not.toBe('')
    },
  )

  test('a captured push with another body is refused', async () => {
    const captured = signed(hello, { mode: 'plain', nonce: freshNonce() })
    expect((await post('/wechat/plain', captured)).status).toBe(200)
    const forged = await post('/wechat/plain', { ...captured, body: textPush('转账') })
    expect(forged.status).toBe(403)
    expect(web.updates).toHaveLength(1)
    expect(web.lines.map(({ fields }) => fields['reason'])).toEqual(['a signature that came with another body before'])
  })

  test('neither secrets nor words of people reach the log', async () => {
    await post('/wechat/shop', signed(textPush('我的手机号 13800000000'), { token: 'stranger' }))
    await post('/wechat/shop', { ...signed(hello), query: 'signature=PLANTED&timestamp=1&nonce=PLANTED' })
    await post('/wechat/%3Cscript%3E', signed(hello))
    const logged = JSON.stringify(web.lines)
    for (const secret of [shop.token, shop.aesKey, shop.secret, '13800000000', 'PLANTED', 'script']) {
      expect(logged).not.toContain(secret)
    }
  })

  test('a body of no declared length is cut off while it is read', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const { query } = signed('', { mode: 'plain' })
    const head = `POST /wechat/shop?${query} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    const answer = await talk(web.port, head, ...Array<string>(8).fill(chunk), '0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 403 /)
    expect(answer).toMatch(/forbidden$/)
    expect(web.lines).toHaveLength(1)
    expect(web.lines[0]?.fields['reason']).toContain('262144 bytes')
  })
})

describe('slow and vanishing senders', () => {
  test('a body that drips is cut off, logged once, and others are served meanwhile', async () => {
    const { query } = signed('', { mode: 'plain' })
    const started = Date.now()
    const slow = talk(web.port, `POST /wechat/shop?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>`)
    expect((await post('/wechat/shop', signed(textPush('你好')))).status).toBe(200)
    const answer = await slow
    expect(Date.now() - started).toBeLessThan(3000)
    expect(answer).not.toContain('200')
    await web.logged()
    expect(web.lines.map(({ fields }) => fields['reason'])).toEqual(['the sender went away or was too slow'])
  })

  test('headers that never end are cut off long before a whole request must be there', async () => {
    const patient = await startWeb({ limits: { requestTimeoutMs: 60_000, headersTimeoutMs: 200, checkEveryMs: 50 } })
    const answer = await talk(patient.port, 'POST /wechat/shop HTTP/1.1\r\nHost: x\r\n', 'X-Slow: 1\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    await patient.close()
  })

  test('headers that are too large, and what is not HTTP, are turned away', async () => {
    expect(await talk(web.port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /)
    expect(await talk(web.port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  })

  test('one that hangs up in the middle leaves nothing behind', async () => {
    const socket = createConnection(web.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('POST /wechat/shop?a=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>', () =>
      socket.destroy(),
    )
    await once(socket, 'close')
    expect((await post('/wechat/shop', signed(textPush('你好')))).status).toBe(200)
    expect(web.updates).toHaveLength(1)
  })
})

describe('a flood', () => {
  test('of refusals fills a few lines and one sum', async () => {
    const flooded = await startWeb({ refusalLog: { perWindow: 5, windowMs: 60_000 } })
    const bad = signed(textPush('你好'), { token: 'stranger' })
    for (let round = 0; round < 10; round++) {
      const many = Array.from({ length: 20 }, () =>
        fetch(`${flooded.url}/wechat/shop?${bad.query}`, { method: 'POST', body: 'x' }),
      )
      for (const response of await Promise.all(many))
        expect([response.status, await response.text()]).toEqual([403, 'forbidden'])
    }
    expect(flooded.lines).toHaveLength(5)
    await flooded.close()
    expect(flooded.lines).toHaveLength(6)
    expect(flooded.lines[5]).toMatchObject({
      message: 'further webhook requests were refused',
      fields: { refused: 195, reasons: { 'wrong signature: another token, or a stranger': 195 } },
    })
  })
})
