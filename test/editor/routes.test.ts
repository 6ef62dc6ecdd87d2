import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ROLES } from '../../src/access/roles.js'
import { contentRoutes } from '../../src/http/api/content.js'
import { type OpenConsole, openConsole } from '../http/console/open-console.js'
import { jpeg } from '../library/sample.js'
import { ARTICLE, type Bench, openBench } from './setup.js'

let bench: Bench
let console_: OpenConsole
const pushed: string[] = []
beforeAll(async () => {
  bench = await openBench()
  const { editor, shelf, library } = bench
  const routes = contentRoutes({
    editor,
    shelf,
    accounts: ['shop'],
    isLive: (slug) => library.hasArticle(slug),
    publishing: {
      async push(account, slug) {
        pushed.push(`${account}/${slug}`)
        return { state: 'created', notes: [] }
      },
      status: async () => undefined,
    },
  })
  console_ = await openConsole({ beside: routes })
})
afterAll(async () => {
  await console_.close()
  await bench.close()
})

test('those who may write content write, those who may read read, the others neither', async () => {
  const may = { read: [] as string[], write: [] as string[] }
  for (const role of ROLES) {
    const browser = await console_.as(`r-${role}`, role)
    if ((await browser.ask('GET', '/content/articles')).status === 200) may.read.push(role)
    const body = { content: { title: role }, rev: 0 }
    const { status, code } = await browser.ask('PUT', `/content/articles/of-${role}`, body)
    if (status === 200) may.write.push(role)
    else expect([status, code]).toEqual([403, 'scope.missing'])
  }
  expect(may.read).toEqual(['owner', 'admin', 'marketer', 'service', 'analyst', 'developer', 'auditor'])
  expect(may.write).toEqual(['owner', 'admin', 'marketer'])
})

test('a telephone number in an article is what its author wrote: shown whole, so that saving it changes nothing', async () => {
  const browser = await console_.as('chen', 'marketer')
  const content = { ...ARTICLE, body: '客服电话 13812345678' }
  await browser.ask('PUT', '/content/articles/phone', { content, rev: 0 })
  expect((await browser.ask('GET', '/content/articles/phone')).body['content']).toEqual(content)
})

test('the second editor gets 409 with what there is now', async () => {
  const [one, other] = [await console_.as('one', 'marketer'), await console_.as('other', 'marketer')]
  await one.ask('PUT', '/content/articles/race', { content: ARTICLE, rev: 0 })
  await one.ask('PUT', '/content/articles/race', { content: { ...ARTICLE, title: '一' }, rev: 1 })
  const late = await other.ask('PUT', '/content/articles/race', { content: { ...ARTICLE, title: '二' }, rev: 1 })
  expect([late.status, late.code]).toEqual([409, 'content.stale'])
  expect(late.body['current']).toMatchObject({ rev: 2, updatedBy: '名one', content: { title: '一' } })
})

test('published, listed, tried, its history read, rolled back, sent to WeChat, withdrawn, deleted', async () => {
  const browser = await console_.as('whole', 'marketer')
  const path = '/content/articles/whole'
  await browser.ask('PUT', path, { content: ARTICLE, rev: 0, live: true })
  await browser.ask('PUT', path, { content: { ...ARTICLE, digest: '改了' }, rev: 1 })
  const list = await browser.ask('GET', '/content/articles?owner=console&state=live&text=whole')
  expect(list.body['items']).toMatchObject([{ slug: 'whole', rev: 2, liveRev: 1 }])
  expect((await browser.ask('POST', `${path}/publish`, { rev: 2 })).body).toMatchObject({ rev: 3, liveRev: 3 })
  const versions = (await browser.ask('GET', `${path}/versions`)).body['versions']
  expect(versions).toMatchObject([{ act: 'published' }, { act: 'saved' }, { act: 'published', rev: 1 }])
  expect((await browser.ask('GET', `${path}/versions/1`)).body['content']).toEqual(ARTICLE)
  const back = await browser.ask('POST', `${path}/roll-back`, { version: 1, rev: 3, live: true })
  expect(back.body).toMatchObject({ rev: 4, liveRev: 4, content: ARTICLE })
  const draft = await browser.ask('POST', '/content-articles/whole/wechat-draft', { account: 'shop' })
  expect([draft.status, pushed]).toEqual([200, ['shop/whole']])
  expect((await browser.ask('GET', '/content-articles/whole/wechat')).body).toEqual({
    accounts: [{ account: 'shop', draft: 'none' }],
  })
  expect((await browser.ask('POST', `${path}/withdraw`, { rev: 4 })).body).toMatchObject({ state: 'draft' })
  expect((await browser.ask('POST', '/content-articles/whole/wechat-draft', { account: 'shop' })).code).toBe(
    'content.not-live',
  )
  expect((await browser.ask('DELETE', `${path}?rev=5`)).status).toBe(200)
  expect((await browser.ask('GET', path)).code).toBe('content.unknown')
  const tried = await browser.ask('POST', '/content-previews/replies/try', { text: '运费' })
  expect(tried.body['rule']).toMatchObject({ slug: 'faq.1', owner: 'file' })
})

test('problems come field by field, and what is no item is refused', async () => {
  const browser = await console_.as('fields', 'marketer')
  const bad = await browser.ask('PUT', '/content/articles/bad', { content: { title: '' }, rev: 0, live: true })
  expect([bad.status, bad.code]).toEqual([422, 'content.invalid'])
  expect(bad.body['errors']).toEqual(expect.arrayContaining([expect.objectContaining({ field: 'digest' })]))
  expect((await browser.ask('PUT', '/content/menus/x', { content: {}, rev: 0 })).status).toBe(400)
  expect((await browser.ask('PUT', '/content/articles/welcome', { content: ARTICLE, rev: 0 })).code).toBe(
    'content.read-only',
  )
})

test('a picture is put once per key, a script is not, and the log has neither whole', async () => {
  const browser = await console_.as('pictures', 'marketer')
  const data = jpeg(9000).toString('base64')
  const put = await browser.ask('POST', '/content-pictures', { name: 'a.jpg', data, use: 'body' })
  expect([put.status, put.body['bytes']]).toEqual([200, 9000])
  const big = jpeg(1_000_000).toString('base64')
  expect((await browser.ask('POST', '/content-pictures', { name: 'b.jpg', data: big })).status).toBe(200)
  const svg = Buffer.from('<svg onload="alert(1)"/>').toString('base64')
  const refused = await browser.ask('POST', '/content-pictures', { name: 'a.jpg', data: svg })
  expect([refused.status, refused.code]).toEqual([422, 'picture.kind'])
  expect((await browser.ask('POST', '/content-pictures', { name: 'a.jpg', data: 'no base64!' })).status).toBe(400)
  const log = await console_.access.audit.list({ action: 'putContentPicture', limit: 10 })
  expect(log.length).toBeGreaterThan(1)
  expect(Math.max(...log.map((entry) => JSON.stringify(entry).length))).toBeLessThan(2000)
})
