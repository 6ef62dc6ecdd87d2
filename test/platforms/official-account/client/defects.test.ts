import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { WeChatApi } from '../../../../src/platforms/official-account/client.js'
import { WeChatApiError } from '../../../../src/platforms/official-account/errors.js'
import { TokenProblem } from '../../../../src/platforms/shared/token.js'
import { rejectionOf, startWorld, type World } from './fixture.js'
import { APPID, SECRET } from './strict-wechat.js'

const SEND = '/cgi-bin/message/custom/send'
const hello = { type: 'text', content: '你好' } as const

let world: World
afterEach(() => world.close())

/** An answer with a content type and a body by hand. */
const raw = (status: number, type: string, body: string | Buffer) => (response: import('node:http').ServerResponse) => {
  response.writeHead(status, { 'content-type': type }).end(body)
}

describe('the errcode is looked for whatever the answer looks like', () => {
  test.each(['text/plain', 'text/html; charset=utf-8', 'image/jpeg', 'application/json'])(
    'an error served as %s is an error (A5, 8)',
    async (type) => {
      world = await startWorld()
      world.wechat.next(SEND, raw(200, type, '{"errcode":45015,"errmsg":"response out of time limit rid: 5f-6a-7b"}'))
      expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({
        class: 'window-closed',
        errcode: 45015,
        rid: '5f-6a-7b',
        endpoint: SEND,
      })
    },
  )

  test('a pretty-printed answer is understood, and so is a pretty-printed error in text/plain (A5, 7)', async () => {
    world = await startWorld()
    world.wechat.next(SEND, raw(200, 'application/json', '{\n  "errcode": 0,\n  "errmsg": "ok"\n}'))
    await world.client.messages.send('o1', hello)
    world.wechat.next(
      SEND,
      raw(200, 'text/plain', '{\n  "errcode": 45047,\n  "errmsg": "out of response count limit"\n}'),
    )
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({ class: 'window-used-up' })
  })

  test('a media download that answers an error as a file is an error', async () => {
    world = await startWorld()
    world.wechat.next('/cgi-bin/media/get', raw(200, 'image/jpeg', '{"errcode":40007,"errmsg":"invalid media_id"}'))
    expect(await rejectionOf(world.client.media.get('M1'))).toMatchObject({ class: 'media', errcode: 40007 })
  })

  test.each([
    [200, 'text/html', '<html>maintenance</html>', 'uncertain'],
    [200, 'application/json', '{"errcode":0', 'uncertain'],
    [502, 'text/html', '<html>bad gateway</html>', 'uncertain'],
    [503, 'application/json', '{}', 'uncertain'],
    [403, 'text/html', '<html>forbidden</html>', 'http'],
    [302, 'text/html', '', 'http'],
    [429, 'text/html', '', 'quota-minute'],
    [500, 'application/json', '{"errcode":-1,"errmsg":"system error"}', 'busy'],
  ])('HTTP %i %s %s is %s', async (status, type, body, cls) => {
    world = await startWorld()
    world.wechat.next(SEND, raw(status, type, body))
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({ class: cls })
  })

  test('a code the table does not know is an error with that code', async () => {
    world = await startWorld()
    world.wechat.next(SEND, { errcode: 99999, errmsg: 'new' })
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({
      class: 'unknown',
      errcode: 99999,
    })
  })

  test('a compressed answer is not mistaken for success', async () => {
    world = await startWorld()
    world.wechat.next(SEND, raw(200, 'application/json', gzipSync('{"errcode":45015}')))
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({ class: 'uncertain' })
  })
})

describe('classes (A3, 12)', () => {
  test.each([
    [-1, 'busy'],
    [45009, 'quota-day'],
    [45011, 'quota-minute'],
    [43004, 'not-following'],
    [43019, 'blocked'],
    [48002, 'blocked'],
    [40003, 'identity'],
    [48001, 'permission'],
  ])('errcode %i is of class %s, with words in both languages and a fix', async (errcode, cls) => {
    world = await startWorld()
    world.wechat.next(SEND, { errcode, errmsg: 'x' })
    const error = await rejectionOf(world.client.messages.send('o1', hello))
    expect(error).toBeInstanceOf(WeChatApiError)
    expect(error).toMatchObject({ class: cls, errcode })
    const { reason, remedy } = error as WeChatApiError
    expect(reason.zh).toMatch(/\p{Script=Han}/u)
    expect(reason.en).toMatch(/^[\x20-\x7e]+$/)
    expect(remedy.zh.length * remedy.en.length).toBeGreaterThan(0)
  })
})

describe('ids and values', () => {
  test('a message id beyond 2^53 is a string with every digit (A6, 9)', async () => {
    world = await startWorld()
    const send = '/cgi-bin/message/template/send'
    world.wechat.next(send, raw(200, 'application/json', '{"errcode":0,"errmsg":"ok","msgid":3557254367693750277}'))
    const message = { to: 'o1', templateId: 'T1', data: { thing1: '顺丰' } }
    expect(await world.client.templates.send(message)).toBe('3557254367693750277')
    world.wechat.next(send, { errcode: 0, msgid: 200228332 })
    expect(await world.client.templates.send(message)).toBe('200228332')
  })

  test('query values are percent-encoded (A9, 13)', async () => {
    world = await startWorld()
    world.wechat.always('/cgi-bin/user/info', { subscribe: 0, openid: 'o' })
    world.wechat.always('/cgi-bin/user/get', { total: 0, count: 0, next_openid: '' })
    await world.client.users.info('o+&x=1')
    await world.client.users.list('o/?=&+')
    await world.client.media.get('M+/=').catch(() => undefined)
    const queries = world.wechat.calls.map((call) => call.query)
    expect(queries).toContainEqual(expect.objectContaining({ openid: 'o+&x=1', lang: 'zh_CN' }))
    expect(queries).toContainEqual(expect.objectContaining({ next_openid: 'o/?=&+' }))
    expect(queries).toContainEqual(expect.objectContaining({ media_id: 'M+/=' }))
  })

  test('the address of a code picture carries its ticket encoded (13)', async () => {
    world = await startWorld()
    const address = world.client.codes.imageUrl('gQH47j+/a==')
    expect(new URL(address).searchParams.get('ticket')).toBe('gQH47j+/a==')
    expect(address).not.toMatch(/[+]|==$/)
  })

  test("a __proto__ key in an answer sets nobody's prototype (10)", async () => {
    world = await startWorld()
    world.wechat.next(
      '/cgi-bin/get_current_selfmenu_info',
      raw(200, 'application/json', '{"__proto__":{"admin":true},"is_menu_open":1}'),
    )
    const menu = await world.client.menus.current()
    expect(menu['admin']).toBeUndefined()
    expect(Object.getPrototypeOf(menu)).toBe(Object.prototype)
  })

  test('text goes out as raw UTF-8 without escapes: no half characters, no control characters', async () => {
    world = await startWorld()
    await world.client.messages.send('o1', { type: 'text', content: '行1\n行2\t\u0001\u000b\ud83d 😀 C:\\users' })
    const body = world.wechat.calls.at(-1)?.body.toString() ?? ''
    expect(body).not.toMatch(/[^\\]\\u/)
    expect(JSON.parse(body)).toMatchObject({ text: { content: '行1\n行2\t\ufffd 😀 C:\\users' } })
    expect(world.wechat.calls.at(-1)?.headers['content-type']).toBe('application/json')
  })

  test('client_msg_id reaches the platform and colours do not (A10, 15)', async () => {
    world = await startWorld()
    await world.client.templates.send({
      to: 'o1',
      templateId: 'T1',
      data: { thing1: '顺丰' },
      clientMsgId: 'ship-1',
      miniProgram: { appid: 'wx1', pagePath: 'pages/o?id=1' },
    })
    expect(world.wechat.sent('/cgi-bin/message/template/send')).toEqual([
      {
        touser: 'o1',
        template_id: 'T1',
        client_msg_id: 'ship-1',
        miniprogram: { appid: 'wx1', pagepath: 'pages/o?id=1' },
        data: { thing1: { value: '顺丰' } },
      },
    ])
  })
})

describe('transport', () => {
  test('a file larger than the limit is not read to its end (A7)', async () => {
    world = await startWorld()
    let written = 0
    world.wechat.next('/cgi-bin/media/get', (response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' })
      const more = () => {
        written += 65_536
        if (written > 200 * 1_048_576 || response.destroyed) response.end()
        else if (response.write(Buffer.alloc(65_536))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const error = await rejectionOf(world.client.media.get('M1', { maxBytes: 1_000_000 }))
    expect(error).toMatchObject({ class: 'uncertain', message: expect.stringContaining('larger than 1000000 bytes') })
    expect(written).toBeLessThan(50 * 1_048_576)
  })

  test('no answer after the request was sent is uncertain and is not repeated (A8, 11)', async () => {
    world = await startWorld({ http: { headersTimeoutMs: 1000 } })
    world.wechat.next(SEND, (response) => response.destroy())
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({ class: 'uncertain' })
    expect(world.wechat.sent(SEND)).toHaveLength(1)
  })

  test('a platform that cannot be reached is not-sent', async () => {
    world = await startWorld()
    await world.client.messages.send('o1', hello)
    await world.wechat.close()
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({
      class: expect.stringMatching(/not-sent|uncertain/),
    })
    expect(await rejectionOf(world.client.messages.send('o1', hello))).toMatchObject({ class: 'not-sent' })
  })

  test('clear http is refused for every host but this machine (A9, 18)', async () => {
    world = await startWorld()
    const { createClient } = await import('../../../../src/platforms/official-account/client.js')
    const options = {
      appid: APPID,
      secret: SECRET,
      http: world.http,
      tokenStore: world.store,
      clock: world.clock,
      log: world.log,
    }
    expect(() => createClient({ ...options, apiBase: 'http://api.weixin.qq.com' })).toThrow(/not https/)
    expect(() => createClient({ ...options, apiBase: 'http://127.0.0.1.example.com' })).toThrow(/not https/)
    expect(() => createClient({ ...options, apiBase: 'https://api.weixin.qq.com' })).not.toThrow()
  })

  test('a base below a path keeps it', async () => {
    world = await startWorld()
    const api = apiOf(world, '/api/')
    world.wechat.always('/api/cgi-bin/getcallbackip', { ip_list: ['203.0.113.1'] })
    expect(await api.getIp()).toEqual({ ip_list: ['203.0.113.1'] })
  })
})

describe('co-wechat-api inside our class', () => {
  test('methods that name a host of the platform themselves come to our base with our token (19)', async () => {
    world = await startWorld()
    const api = apiOf(world)
    await api.request('http://file.api.weixin.qq.com/cgi-bin/media/uploadvideo?access_token=old', {
      method: 'POST',
      data: '{}',
    })
    await api.request('https://api.weixin.qq.com/customservice/kfaccount/add?access_token=old', {
      method: 'POST',
      data: '{}',
    })
    const last = world.wechat.calls.slice(-2)
    expect(last.map((call) => call.path)).toEqual(['/cgi-bin/media/uploadvideo', '/customservice/kfaccount/add'])
    expect(last.every((call) => call.query['access_token'] === world.wechat.token())).toBe(true)
  })

  test("a host that is not the platform's is refused before anything is sent", async () => {
    world = await startWorld()
    const before = world.wechat.calls.length
    expect(await rejectionOf(apiOf(world).request('https://evil.example/cgi-bin/x?access_token=t'))).toMatchObject({
      class: 'request',
    })
    expect(world.wechat.calls).toHaveLength(before)
  })

  test('its form upload survives a token that was replaced (5)', async () => {
    world = await startWorld()
    const api = apiOf(world)
    await api.getIp()
    world.wechat.rotate()
    world.wechat.always('/cgi-bin/media/upload', { type: 'image', media_id: 'M9' })
    expect(await api.uploadMedia(Buffer.from('bytes of a picture'), 'image', 'a.png', 'image/png')).toEqual({
      type: 'image',
      media_id: 'M9',
    })
    const uploads = world.wechat.calls.filter((call) => call.path === '/cgi-bin/media/upload')
    expect(uploads.map((call) => call.body.length)).toEqual([uploads[0]?.body.length, uploads[0]?.body.length])
    expect(uploads[1]?.body.toString()).toContain('bytes of a picture')
    expect(uploads[1]?.query).toMatchObject({ type: 'image' })
  })

  test('it never holds the app secret, and its own token loop is off (4)', async () => {
    world = await startWorld()
    expect(inspect(apiOf(world), { depth: 5, showHidden: true })).not.toContain(SECRET)
    world.wechat.tokenFails({ errcode: 40125, errmsg: 'invalid appsecret' })
    expect(await rejectionOf(world.client.menus.current())).toBeInstanceOf(TokenProblem)
    expect(world.wechat.tokenCalls).toHaveLength(1)
  })

  test('nothing is printed, in production either (20)', async () => {
    world = await startWorld()
    const printed: unknown[] = []
    const original = { warn: console.warn, log: console.log, env: process.env['NODE_ENV'] }
    console.warn = console.log = (...words: unknown[]) => printed.push(words)
    process.env['NODE_ENV'] = 'production'
    try {
      await world.client.menus.current()
    } finally {
      console.warn = original.warn
      console.log = original.log
      process.env['NODE_ENV'] = original.env
    }
    expect(printed).toEqual([])
  })
})

describe('secrets (A4, 6)', () => {
  test('no error and no log line ever holds the secret, a token, a query or a body', async () => {
    world = await startWorld({ secret: SECRET })
    const seen: unknown[] = []
    const fail = async (promise: Promise<unknown>) => seen.push(await rejectionOf(promise))
    world.wechat.tokenFails(
      { errcode: 40125, errmsg: `invalid appsecret ${SECRET}` },
      raw(502, 'text/html', `secret=${SECRET}`),
      raw(200, 'text/plain', SECRET),
      (response: import('node:http').ServerResponse) => response.destroy(),
      { access_token: '', expires_in: 0, echo: SECRET },
    )
    for (let at = 0; at < 5; at += 1) {
      await fail(world.client.messages.send('o1', hello))
      world.client.tokens.recheck()
    }
    await world.client.messages.send('o1', { type: 'text', content: 'canary-content' })
    const token = world.wechat.token()
    world.wechat.next(
      SEND,
      { errcode: 40003, errmsg: `invalid openid access_token=${token} secret ${SECRET} canary-content` },
      raw(502, 'text/html', `https://api/?access_token=${token}`),
      raw(200, 'text/html', `access_token=${token}`),
      (response: import('node:http').ServerResponse) => response.destroy(),
      { errcode: 12345, errmsg: token },
    )
    for (let at = 0; at < 5; at += 1)
      await fail(world.client.messages.send('o1', { type: 'text', content: 'canary-content' }))
    expect(seen).toHaveLength(10)
    const everything = [
      ...seen.map((error) => inspect(error, { depth: 10, showHidden: true })),
      ...seen.map((error) => JSON.stringify(error)),
      ...seen.map((error) => (error instanceof Error ? `${error.message} ${error.stack}` : '')),
      ...world.log.lines,
    ].join('\n')
    expect(everything).not.toMatch(/canary-(secret|token|content)/)
    expect(world.log.lines.length).toBeGreaterThan(0)
  })
})

function apiOf(from: World, path = ''): WeChatApi {
  return new WeChatApi(new URL(from.wechat.base + path), APPID, from.http, from.client.tokens)
}
