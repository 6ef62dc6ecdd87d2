import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import Koa from 'koa'
import { createMediaLinks, type MediaLinks } from '../../../src/desk/relay/links.js'
import { deskMedia } from '../../../src/http/desk-media.js'
import { movableClock } from '../../inbox/setup.js'

const clock = movableClock(new Date('2026-03-04T02:30:00Z'))
const fetched: string[] = []
const types = new Map([
  ['picture', 'image/png'],
  ['page', 'text/html; charset=utf-8'],
])
let server: Server
let links: MediaLinks
let origin: string

beforeAll(async () => {
  const app = new Koa()
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  links = createMediaLinks({
    publicUrl: `${origin}/`,
    secret: 'a secret of the product',
    clock,
    media: {
      async fetch(account, { mediaId = '' }) {
        fetched.push(`${account}/${mediaId}`)
        if (mediaId === 'gone') throw new Error('40007')
        return { bytes: Buffer.from('bytes'), contentType: types.get(mediaId) ?? 'application/pdf' }
      },
    },
  })
  app.use(deskMedia(links))
  server.on('request', app.callback())
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

const addressOf = (mediaId: string, name?: string) => links.of('shop', { mediaId }, name) ?? ''

test('an address opens the file it was given for, pictures in the browser, everything else as a download', async () => {
  const picture = await fetch(addressOf('picture'))
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect(picture.headers.get('content-disposition')).toMatch(/^inline/)
  const pdf = await fetch(addressOf('doc', '报价.pdf'))
  expect(await pdf.text()).toBe('bytes')
  expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('报价.pdf')}`)
  const page = await fetch(addressOf('page'))
  expect(page.headers.get('content-type')).toBe('application/octet-stream')
  for (const one of [picture, pdf, page]) {
    expect(one.headers.get('cache-control')).toBe('private, no-store')
    expect(one.headers.get('content-security-policy')).toContain('sandbox')
  }
})

test('a changed or foreign address opens nothing and asks no platform', async () => {
  fetched.length = 0
  const address = addressOf('picture')
  const [body = '', sign = ''] = address.split('/').at(-1)?.split('.') ?? []
  const other = Buffer.from(JSON.stringify({ a: 'shop', m: 'stolen', e: 9_999_999_999 })).toString('base64url')
  const wrong = [`${other}.${sign}`, `${body}.${'A'.repeat(43)}`, `${body}.${sign.slice(1)}A`]
  for (const token of wrong) expect((await fetch(`${origin}/desk/media/${token}`)).status).toBe(404)
  expect((await fetch(address, { method: 'POST' })).status).toBe(405)
  const elsewhere = createMediaLinks({
    publicUrl: origin,
    secret: 'another',
    clock,
    media: { fetch: async () => ({ bytes: Buffer.alloc(1), contentType: '' }) },
  })
  expect((await fetch(elsewhere.of('shop', { mediaId: 'picture' }) ?? '')).status).toBe(404)
  expect(fetched).toEqual([])
})

test('an address ends with the file: after three days, or when the platform has it no more', async () => {
  expect((await fetch(addressOf('gone'))).status).toBe(404)
  const address = addressOf('picture')
  clock.pass(3 * 86_400_000 - 1000)
  expect((await fetch(address)).status).toBe(200)
  clock.pass(2000)
  expect((await fetch(address)).status).toBe(404)
})

test('without a public address there is none, and what has an address keeps it', () => {
  const none = createMediaLinks({
    publicUrl: undefined,
    secret: 's',
    clock,
    media: { fetch: async () => Promise.reject(new Error('x')) },
  })
  expect(none.of('shop', { mediaId: 'm' })).toBeUndefined()
  expect(none.of('shop', { url: 'https://cdn.example/a.png' })).toBe('https://cdn.example/a.png')
})
