import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import Koa from 'koa'
import { consoleFiles, NONCE_PLACE } from '../../src/http/console-files.js'

const root = mkdtempSync(path.join(tmpdir(), 'weloop-files-'))
const dir = path.join(root, 'console')
let url: string
const closers: (() => void)[] = []

beforeAll(async () => {
  mkdirSync(path.join(dir, 'assets'), { recursive: true })
  writeFileSync(path.join(root, 'secret.js'), 'secret')
  writeFileSync(path.join(dir, 'index.html'), `<script nonce="${NONCE_PLACE}"></script><meta nonce="${NONCE_PLACE}">`)
  writeFileSync(path.join(dir, 'icon.svg'), '<svg/>')
  writeFileSync(path.join(dir, 'notes.txt'), 'not served')
  writeFileSync(path.join(dir, 'assets', 'index-abcd1234.js'), `${'let a = 1;'.repeat(500)}`)
  url = await serve(dir)
})
afterAll(() => {
  for (const close of closers) close()
  rmSync(root, { recursive: true, force: true })
})

async function serve(folder: string, publicUrl = ''): Promise<string> {
  const app = new Koa()
  app.use(consoleFiles({ dir: folder, publicUrl }))
  app.use((ctx) => {
    ctx.status = 404
    ctx.body = 'another route'
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends a path as it is, which `fetch` would tidy up. */
const raw = (target: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { path: target }, (response) => {
      let body = ''
      response.on('data', (piece) => {
        body += String(piece)
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', reject)
    asked.end()
  })

describe('the console’s files', () => {
  test.each(['/console', '/console/', '/console/campaigns/recall?x=1', '/console/index.html'])(
    '%s is a page with a nonce of its own that the policy names',
    async (address) => {
      const nonces = await Promise.all(
        [1, 2].map(async () => {
          const response = await fetch(url + address)
          expect(response.status).toBe(200)
          const policy = response.headers.get('content-security-policy') ?? ''
          expect(policy).not.toMatch(/unsafe/)
          expect(response.headers.get('cache-control')).toBe('no-store')
          expect(response.headers.get('x-frame-options')).toBe('DENY')
          const found = [...(await response.text()).matchAll(/nonce="([^"]+)"/g)].map(([, nonce]) => nonce)
          expect(new Set(found).size).toBe(1)
          expect(policy).toContain(`style-src 'self' 'nonce-${found[0]}'`)
          return found[0]
        }),
      )
      expect(nonces[0]).not.toBe(nonces[1])
    },
  )

  test('files named by their content are kept for ever, others are asked about again', async () => {
    const asset = await fetch(`${url}/console/assets/index-abcd1234.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(asset.headers.get('content-type')).toContain('javascript')
    expect(asset.headers.get('content-encoding')).toBe('gzip')
    expect((await asset.text()).length).toBe(5000)
    const icon = await fetch(`${url}/console/icon.svg`)
    expect(icon.headers.get('cache-control')).toBe('no-cache')
    const again = await fetch(`${url}/console/icon.svg`, {
      headers: { 'If-None-Match': icon.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' },
    })
    expect(again.status).toBe(304)
    const plain = await fetch(`${url}/console/assets/index-abcd1234.js`, { headers: { 'Accept-Encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })

  test.each([
    '/console/../secret.js',
    '/console/..%2fsecret.js',
    '/console/assets/../../secret.js',
    '/console/assets/..%5c..%5csecret.js',
    '/console/%2e%2e/secret.js',
    '/console/notes.txt',
    '/console//etc/passwd',
    '/console/assets/__proto__',
    '/console/constructor',
  ])('%s gives nothing but a page or a 404', async (target) => {
    const { status, body } = await raw(target)
    expect([200, 404]).toContain(status)
    expect(body).not.toMatch(/^secret|not served|root:/)
    if (status === 200) expect(body).toContain('<script nonce=')
  })

  test('a file of an older build is told apart from a page; other methods and paths are not ours', async () => {
    const old = await fetch(`${url}/console/assets/index-zzzz9999.js`)
    expect(old.status).toBe(404)
    expect(await old.text()).toContain('刷新')
    const posted = await fetch(`${url}/console/`, { method: 'POST' })
    expect(posted.status).toBe(405)
    expect(await (await fetch(`${url}/consoles`)).text()).toBe('another route')
  })

  test('says how to build what was not built, and serves it as soon as it is there', async () => {
    const late = path.join(root, 'late')
    const where = await serve(late, 'https://shop.example.com')
    const missing = await fetch(`${where}/console/`)
    expect(missing.status).toBe(503)
    expect(missing.headers.get('strict-transport-security')).toContain('max-age')
    expect(await missing.text()).toContain('npm run build:console')
    mkdirSync(late)
    writeFileSync(path.join(late, 'index.html'), 'here')
    const there = await fetch(`${where}/console/`)
    expect([there.status, await there.text()]).toEqual([200, 'here'])
  })
})
