import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { renderJoinPage } from '../../src/groups/steer/page.js'
import { joinPage } from '../../src/http/join-page.js'
import { startWeb, type Web } from '../helpers/web.js'

const GOOD = `${'A'.repeat(20)}.tz0000.${'b'.repeat(22)}`
const OLD = `${'O'.repeat(20)}.tz0000.${'b'.repeat(22)}`
const open = {
  state: 'open',
  title: '<b>新人</b>群',
  group: '新人群1',
  qrCode: 'https://qr.example/1?a=1&b="2',
} as const
const opened: string[] = []
const port = {
  async page(token: string) {
    if (token === GOOD) return { html: renderJoinPage(open), live: true }
    return token === OLD ? { html: renderJoinPage({ state: 'expired', title: '新人群' }), live: false } : undefined
  },
  async opened(token: string) {
    opened.push(token)
  },
}
let web: Web
let framed: Web
beforeAll(async () => {
  web = await startWeb({ routes: [joinPage(port)] })
  const origin = 'http://127.0.0.1:3001'
  framed = await startWeb({ routes: [joinPage(port, { allowFrames: origin, pictures: origin })] })
})
afterAll(async () => {
  await web.close()
  await framed.close()
})
const get = (path: string, method = 'GET', at = web) => fetch(at.url + path, { method })

test('an invitation opens for the follower, is kept by nobody, and counts', async () => {
  const answer = await get(`/join/${GOOD}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  const html = await answer.text()
  expect(html).toContain('&#60;b&#62;新人&#60;/b&#62;群')
  expect(html).toContain('src="https://qr.example/1?a=1&#38;b=&#34;2"')
  expect(html).not.toMatch(/<script|<b>/)
  expect(opened).toEqual([GOOD])
})

test('a look without the page (HEAD) does not count; other methods are refused', async () => {
  opened.length = 0
  expect((await get(`/join/${GOOD}`, 'HEAD')).status).toBe(200)
  expect((await get(`/join/${GOOD}`, 'POST')).status).toBe(405)
  expect(opened).toEqual([])
})

test('an old invitation says so, an unknown one is not found; neither counts', async () => {
  const old = await get(`/join/${OLD}`)
  expect(old.status).toBe(410)
  expect(await old.text()).toContain('已经过期')
  expect((await get(`/join/${'x'.repeat(60)}`)).status).toBe(404)
  expect((await get('/join/..%2F..%2Fetc')).status).toBe(404)
  expect(opened).toEqual([])
})

test('the simulator’s phones may frame it and its codes may be shown', async () => {
  const policy = (await get(`/join/${GOOD}`, 'GET', framed)).headers.get('content-security-policy')
  expect(policy).toContain("img-src 'self' https: data: http://127.0.0.1:3001;")
  expect(policy).toContain('frame-ancestors http://127.0.0.1:3001')
})
