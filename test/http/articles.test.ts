import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { request } from 'undici'
import { articles } from '../../src/http/articles.js'
import { startWeb, type Web } from '../helpers/web.js'

const folder = mkdtempSync(path.join(tmpdir(), 'weloop-media-'))
const page = '<!doctype html><title>退货</title><p style="color:#333">七天无理由</p>'
const files: Record<string, string> = {
  'cream.jpg': 'image/jpeg',
  'song.mp3': 'audio/mpeg',
  'evil.svg': 'image/svg+xml',
  'gone.png': 'image/png',
  '面霜.png': 'image/png',
}
const library = {
  page: (slug: string) => (slug === 'returns-guide' ? page : undefined),
  media: (name: string) => (name in files ? { path: path.join(folder, name), type: String(files[name]) } : undefined),
}

let web: Web
let framed: Web
beforeAll(async () => {
  for (const name of ['cream.jpg', 'song.mp3', 'evil.svg', '面霜.png'])
    writeFileSync(path.join(folder, name), '0123456789')
  web = await startWeb({ routes: [articles(library)] })
  framed = await startWeb({ routes: [articles(library, { allowFrames: 'http://127.0.0.1:3001' })] })
})
afterAll(async () => {
  await web.close()
  await framed.close()
  rmSync(folder, { recursive: true })
})

const get = (pathname: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(web.url + pathname, { headers, method })

/** Asks as browsers do; `fetch` adds no-cache to a conditional request. */
async function ask(pathname: string, etag: string): Promise<[number, string]> {
  const { statusCode, body } = await request(web.url + pathname, { headers: { 'If-None-Match': etag } })
  return [statusCode, await body.text()]
}

describe('an article', () => {
  test('is a page that can run nothing, be framed by nobody and load nothing foreign but pictures', async () => {
    const response = await get('/articles/returns-guide')
    expect([response.status, await response.text()]).toEqual([200, page])
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-frame-options')).toBe('DENY')
    const policy = String(response.headers.get('content-security-policy'))
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('script-src')
  })

  test('may be framed by the simulator when it is allowed', async () => {
    const response = await fetch(`${framed.url}/articles/returns-guide`)
    expect(response.headers.get('content-security-policy')).toContain('frame-ancestors http://127.0.0.1:3001')
    expect(response.headers.get('x-frame-options')).toBeNull()
  })

  test('is not sent again when the reader has it', async () => {
    const etag = String((await get('/articles/returns-guide')).headers.get('etag'))
    expect(await ask('/articles/returns-guide', etag)).toEqual([304, ''])
    expect(await ask('/articles/returns-guide', '"other"')).toEqual([200, page])
  })

  test('that does not exist is a short 404 in Chinese, never an echo of the address', async () => {
    const response = await get('/articles/%3Cscript%3E')
    expect([response.status, await response.text()]).toEqual([404, '没有这篇文章，可能已经下架。'])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('is only read', async () => {
    expect((await get('/articles/returns-guide', {}, 'POST')).status).toBe(405)
    expect(await (await get('/articles/returns-guide', {}, 'HEAD')).text()).toBe('')
  })
})

describe('a media file', () => {
  test('is sent with its type and length, once', async () => {
    const response = await get('/media/cream.jpg')
    expect([response.status, await response.text()]).toEqual([200, '0123456789'])
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('content-length')).toBe('10')
    expect(response.headers.get('content-disposition')).toBeNull()
    const etag = String(response.headers.get('etag'))
    expect(await ask('/media/cream.jpg', etag)).toEqual([304, ''])
    expect((await get(`/media/${encodeURIComponent('面霜.png')}`)).status).toBe(200)
  })

  test('that could run scripts is a download in a sandbox', async () => {
    const response = await get('/media/evil.svg')
    expect(response.headers.get('content-disposition')).toBe('attachment')
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    await response.text()
  })

  test.each([
    ['bytes=0-3', 206, 'bytes 0-3/10', '0123'],
    ['bytes=8-', 206, 'bytes 8-9/10', '89'],
    ['bytes=-2', 206, 'bytes 8-9/10', '89'],
    ['bytes=5-500', 206, 'bytes 5-9/10', '56789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=-0', 416, 'bytes */10', ''],
    ['bytes=0-1,4-5', 200, null, '0123456789'],
    ['lines=1-2', 200, null, '0123456789'],
  ])('is played in parts: %s', async (range, status, contentRange, body) => {
    const response = await get('/media/song.mp3', { Range: range })
    expect([response.status, response.headers.get('content-range'), await response.text()]).toEqual([
      status,
      contentRange,
      body,
    ])
  })

  test.each(['gone.png', 'nobody.jpg', '..%2f..%2fpackage.json', '%2e%2e', '.env', 'a%00.jpg', '%zz'])(
    '%s is not found',
    async (name) => {
      const response = await get(`/media/${name}`)
      expect(response.status).toBe(404)
      await response.text()
    },
  )
})
