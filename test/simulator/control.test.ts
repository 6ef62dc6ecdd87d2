import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { clearReply, type FakeProduct, seal, startFakeProduct, text } from './fake-product.js'

let product: FakeProduct
let simulator: Simulator

beforeAll(async () => {
  product = await startFakeProduct()
  simulator = await startSimulator({ port: 0, keep: 20, accounts: [{ ...demoAccount, callbackUrl: product.url }] })
})
beforeEach(() => {
  simulator.control.reset()
  product.pushes.length = 0
  product.answer = (push) => seal(clearReply(push, text(`收到${push.field('Content')}`)))
})
afterAll(async () => {
  await simulator.close()
  await product.close()
})

const control = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${simulator.url}/control${path}`, { method, headers, ...init })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('the control API', () => {
  test('lets a person follow, talk and wait for the answer over HTTP', async () => {
    const { body: ming } = await control('POST', '/followers', { name: '小明', openid: 'oMing' })
    expect(ming).toMatchObject({ id: 'oMing', following: false })
    expect((await control('POST', '/followers/oMing/say', { text: '早' })).status).toBe(409)
    const followed = await control('POST', '/followers/oMing/follow?wait', { scene: 'ch_01' })
    expect(followed.body).toMatchObject({ result: { kind: 'event.subscribe', state: 'replied' } })
    const waiting = control('GET', '/followers/oMing/thread?after=2&wait=5000')
    await control('POST', '/followers/oMing/say', { text: '你好' })
    await waiting
    const thread = await control('GET', '/followers/oMing/thread?after=2&wait=5000')
    expect(thread.body['entries']).toEqual(
      expect.arrayContaining([expect.objectContaining({ content: { kind: 'text', text: '收到你好' } })]),
    )
  })

  test('a waiting read comes back empty when its time is over', async () => {
    await control('POST', '/followers', { openid: 'oMing' })
    expect((await control('GET', '/followers/oMing/thread?after=0&wait=20')).body).toEqual({ entries: [] })
  })

  test('sends every known event and any other with its own fields', async () => {
    await control('POST', '/followers', { openid: 'oMing', following: true })
    const { body } = await control('GET', '/knownevents')
    const names = body['events'] as string[]
    for (const event of [...names, 'some_new_event']) {
      await control('POST', '/push?wait', { follower: 'oMing', event, fields: { Extra: { Item: ['a', 'b'] } } })
    }
    expect(product.pushes.map((push) => push.field('Event'))).toEqual([...names, 'some_new_event'])
    expect(product.pushes.at(-1)?.xml).toContain('<Extra><Item><![CDATA[a]]></Item><Item><![CDATA[b]]></Item></Extra>')
    expect(product.pushes.find((push) => push.field('Event') === 'user_authorization_revoke')?.field('OpenID')).toBe(
      'oMing',
    )
  })

  test('sends each kind of message', async () => {
    await control('POST', '/followers', { openid: 'oMing', following: true })
    const kinds: object[] = [
      { kind: 'image' },
      { kind: 'voice', recognition: '你好' },
      { kind: 'video' },
      { kind: 'shortvideo' },
      { kind: 'location', lat: 23.1, lon: 113.3, label: '客村' },
      { kind: 'link', title: 't', url: 'http://127.0.0.1/' },
    ]
    for (const utterance of kinds)
      expect((await control('POST', '/followers/oMing/say?wait', utterance)).status).toBe(200)
    expect(product.pushes.map((push) => push.field('MsgType'))).toEqual([
      'image',
      'voice',
      'video',
      'shortvideo',
      'location',
      'link',
    ])
    const picture = await fetch(product.pushes[0]?.field('PicUrl') ?? '')
    expect(picture.headers.get('content-type')).toBe('image/png')
  })

  test('logs an exchange with request, signature, clear XML, answer in both forms and later calls', async () => {
    const ming = simulator.control.addFollower({ following: true }).id
    const act = simulator.control.say(ming, '你好')
    await act.done
    const { body } = await control('GET', `/exchanges/${act.exchange?.id}`)
    expect(body).toMatchObject({
      kind: 'text',
      state: 'replied',
      xml: expect.stringContaining('你好'),
      body: expect.stringContaining('<Encrypt>'),
      signature: [{ name: 'signature' }, { name: 'msg_signature' }],
      attempts: [
        { status: 200, raw: expect.stringContaining('<Encrypt>'), clear: expect.stringContaining('收到你好') },
      ],
    })
  })

  test('keeps no more exchanges than it should', async () => {
    const ming = simulator.control.addFollower({ following: true }).id
    for (let n = 0; n < 60; n++) await simulator.control.say(ming, String(n)).done
    expect((await simulator.control.exchanges()).length).toBe(20)
    expect((await simulator.control.thread(ming)).length).toBe(20)
  })

  test('says what is wrong with a request', async () => {
    expect(await control('POST', '/followers', { nam: 'x' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('nam') },
    })
    expect((await control('GET', '/followers/oNobody')).status).toBe(404)
    expect((await control('GET', '/nothing')).status).toBe(404)
  })

  test('takes no body that a foreign web page could send, and no foreign host name', async () => {
    const plain = await fetch(`${simulator.url}/control/reset`, { method: 'POST', body: '{}' })
    expect(plain.status).toBe(415)
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${simulator.url}/control/state`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject).end()
    })
    expect(status).toBe(403)
  })

  test('streams what happens', async () => {
    const abort = new AbortController()
    const stream = await fetch(`${simulator.url}/control/events`, { signal: abort.signal })
    simulator.control.addFollower({ name: '小明' })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    while (!seen.includes('"follower"')) seen += (await reader?.read())?.value ?? ''
    expect(seen).toContain('小明')
    abort.abort()
  })

  test('serves the page with a strict policy', async () => {
    const page = await fetch(`${simulator.url}/`)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'; style-src 'self'/)
    expect((await fetch(`${simulator.url}/page/..%2f..%2fpackage.json`)).status).toBe(404)
  })
})
