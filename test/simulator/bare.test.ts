import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Bare, startBare } from '../../simulator/bare/bare.js'
import { createMoments } from '../../simulator/bare/moments.js'
import { createTable, hashOf } from '../../simulator/bare/table.js'

let bare: Bare
let token: string

beforeEach(async () => {
  bare = await startBare()
  token = String((await post('/cgi-bin/stable_token', { appid: 'wx1', secret: 's' }))['access_token'])
})
afterEach(() => bare.close())

async function post(path: string, body: unknown, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const init = { method: 'POST', body: JSON.stringify(body), ...(signal && { signal }) }
  const response = await fetch(`${bare.url}${path}${token === undefined ? '' : `?access_token=${token}`}`, init)
  return (await response.json()) as Record<string, unknown>
}
async function control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  return (await (await fetch(`${bare.url}/control${path}`, init)).json()) as Record<string, unknown>
}
const template = (touser: string, client_msg_id?: string) =>
  post('/cgi-bin/message/template/send', { touser, template_id: 'T', data: {}, client_msg_id })
const custom = (touser: string, content = '好') =>
  post('/cgi-bin/message/custom/send', { touser, msgtype: 'text', text: { content } })

describe('what everybody got', () => {
  test('is counted by person and product, and one message too many is named', async () => {
    await Promise.all(['o1', 'o2', 'o3'].map((openid) => template(openid)))
    await custom('o1', '第一条')
    await custom('o1', '第二条')
    const report = bare.tally.report()
    expect(report.products.template).toMatchObject({ messages: 3, people: 3, once: 3, more: {} })
    expect(report.products.custom).toMatchObject({ messages: 2, once: 0, more: { 2: 1 }, examples: { o1: 2 } })
    expect(report.all).toMatchObject({ messages: 5, people: 3, once: 2, more: { 3: 1 } })
    expect(report.sameBodyTwice).toBe(0)
    await custom('o2')
    await custom('o2')
    expect(bare.tally.report().sameBodyTwice).toBe(1)
  })

  test('is told over HTTP, by person, and forgotten on demand', async () => {
    await template('o1')
    const people = ['o1', 'o2']
    expect(await control('POST', '/bare/counts', { people })).toEqual({ counts: [1, 0] })
    expect(await control('POST', '/bare/counts', { people, of: 'custom' })).toEqual({ counts: [0, 0] })
    expect(await control('GET', '/bare')).toMatchObject({
      all: { messages: 1 },
      connections: { most: expect.any(Number) },
    })
    await control('DELETE', '/bare')
    expect(await control('POST', '/bare/counts', { people })).toEqual({ counts: [0, 0] })
    expect(await control('GET', '/nothing')).toHaveProperty('error')
    expect(await control('POST', '/bare/counts', { people: 'o1' })).toHaveProperty('error')
  })

  test('the same client_msg_id shows a template message once and gives the same msgid', async () => {
    const first = await template('o1', 'ship-1')
    const again = await template('o1', 'ship-1')
    const other = await template('o1', 'ship-2')
    expect(again['msgid']).toBe(first['msgid'])
    expect(other['msgid']).not.toBe(first['msgid'])
    expect(bare.tally.report().products.template).toMatchObject({ messages: 2, repeatedKeys: 1 })
    expect(await template('o1', 'x'.repeat(33))).toMatchObject({ errcode: 45067 })
  })

  test('a mass message counts for everybody of its list, once a clientmsgid', async () => {
    const body = { touser: ['o1', 'o2', 'o2'], msgtype: 'text', text: { content: '上新' }, clientmsgid: 'c-1' }
    const sent = await post('/cgi-bin/message/mass/send', body)
    expect(sent).toMatchObject({ errcode: 0 })
    expect(await post('/cgi-bin/message/mass/send', body)).toMatchObject({ errcode: 45066 })
    expect(bare.tally.counts(['o1', 'o2', 'o3'], 'mass')).toEqual([1, 1, 0])
    expect(await post('/cgi-bin/message/mass/send', { ...body, touser: ['o1'] })).toMatchObject({ errcode: 40130 })
  })
})

describe('tokens and faults', () => {
  test('a call without a valid token does nothing', async () => {
    bare.tokens.invalidate()
    expect(await custom('o1')).toMatchObject({ errcode: 40001 })
    token = 'nonsense'
    expect(await custom('o1')).toMatchObject({ errcode: 40014 })
    expect(bare.tally.counts(['o1'])).toEqual([0])
  })

  test('errcodes by probability hit their share', async () => {
    await bare.close()
    let at = 0
    bare = await startBare({ random: () => (at++ % 10) / 10 })
    token = String((await post('/cgi-bin/stable_token', {}))['access_token'])
    const fault = {
      side: 'api',
      kind: 'errcode',
      errcode: 45009,
      path: '/cgi-bin/message/*',
      probability: 0.3,
      times: -1,
    }
    await control('POST', '/faults', fault)
    const answers = []
    for (let n = 0; n < 20; n++) answers.push((await custom(`o${n}`))['errcode'])
    expect(answers.filter((code) => code === 45009)).toHaveLength(6)
    expect(bare.tally.report().all).toMatchObject({ people: 14, once: 14 })
    await control('DELETE', '/faults')
    expect(await custom('o99')).toMatchObject({ errcode: 0 })
  })

  test.each([
    ['reset-head', 0],
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('%s breaks the connection and %i message was shown', async (kind, shown) => {
    bare.faults.add({ side: 'api', kind, path: '/cgi-bin/message/custom/send' })
    await expect(custom('o1')).rejects.toThrow('fetch failed')
    expect(bare.tally.counts(['o1'])).toEqual([shown])
  })

  test('hang holds the answer back until the caller gives up; html, 502 and a cut answer are no JSON', async () => {
    bare.faults.add({ side: 'api', kind: 'hang', path: '/cgi-bin/message/custom/send' })
    await expect(post('/cgi-bin/message/custom/send', {}, AbortSignal.timeout(50))).rejects.toThrow()
    for (const kind of ['html', 'status', 'truncated'] as const) {
      bare.faults.add({ side: 'api', kind })
      await expect(custom('o1')).rejects.toThrow()
    }
    bare.faults.add({ side: 'api', kind: 'pretty' })
    expect(await custom('o1')).toMatchObject({ errcode: 0 })
  })

  test('an answer takes the latency that was set', async () => {
    await control('PATCH', '/bare', { latencyMs: 80 })
    const began = performance.now()
    await Promise.all(Array.from({ length: 20 }, (_, n) => custom(`o${n}`)))
    const ms = performance.now() - began
    expect(ms).toBeGreaterThanOrEqual(79)
    expect(ms).toBeLessThan(800)
  })
})

describe('the wire', () => {
  async function exchange(bytes: string[], answers: number): Promise<string> {
    const socket = connect(Number(new URL(bare.url).port), '127.0.0.1')
    await once(socket, 'connect')
    let got = ''
    for (const part of bytes) {
      socket.write(part)
      await new Promise((resolve) => setImmediate(resolve))
    }
    while (got.split('"errmsg"').length <= answers) got += String((await once(socket, 'data'))[0])
    socket.destroy()
    return got
  }
  const body = (openid: string) => JSON.stringify({ touser: openid, msgtype: 'text', text: { content: '你好' } })
  const request = (openid: string) =>
    `POST /cgi-bin/message/custom/send?access_token=${token} HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body(openid))}\r\n\r\n${body(openid)}`

  test('takes a request in any pieces, byte by byte even', async () => {
    await exchange([...request('o1')], 1)
    expect(bare.tally.counts(['o1'])).toEqual([1])
  })

  test('answers pipelined requests in their order', async () => {
    const got = await exchange([request('o1') + request('o2') + request('')], 3)
    expect([...got.matchAll(/"errcode":(\d+)/g)].map((match) => match[1])).toEqual(['0', '0', '40003'])
  })

  test('takes a chunked body', async () => {
    const text = body('o1')
    const head = `POST /cgi-bin/message/custom/send?access_token=${token} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n`
    const half = Math.floor(text.length / 2)
    const chunk = (part: string) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`
    await exchange([head, chunk(text.slice(0, half)), chunk(text.slice(half)), '0\r\n\r\n'], 1)
    expect(bare.tally.counts(['o1'])).toEqual([1])
  })
})

describe('the compact books', () => {
  test('a table counts as a Map does, over many growths', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 3000 }), (texts) => {
        const table = createTable()
        const map = new Map<string, number>()
        for (const text of texts) {
          map.set(text, (map.get(text) ?? 0) + 1)
          expect(table.add(hashOf(text))).toBe(map.get(text))
        }
        expect(table.size).toBe(map.size)
        expect([...table.values()].reduce((sum, value) => sum + value, 0)).toBe(texts.length)
        expect(table.get(hashOf('never seen'))).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  test('200,000 openids have 200,000 hashes', () => {
    const table = createTable()
    for (let n = 0; n < 200_000; n++) table.add(hashOf(`oBulkRecipient${String(n).padStart(14, '0')}`))
    expect(table.size).toBe(200_000)
    expect(new Set(table.values())).toEqual(new Set([1]))
  })

  test('the most calls in any second is found wherever the second starts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 }), (given) => {
        const times = given.toSorted((a, b) => a - b)
        const moments = createMoments()
        for (const time of times) moments.add(time)
        const slow = Math.max(...times.map((start) => times.filter((t) => t >= start && t < start + 1000).length))
        const rate = moments.rate()
        expect(rate.mostInASecond).toBe(slow)
        expect(rate.seconds.reduce((sum, value) => sum + value, 0)).toBe(times.length)
      }),
    )
  })
})
