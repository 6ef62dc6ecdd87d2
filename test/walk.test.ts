import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { DEMO } from '../src/config/accounts.js'
import { systemClock } from '../src/core/clock.js'
import { silentLogger } from '../src/core/log.js'
import { createClient } from '../src/platforms/official-account/client.js'
import { createHttpClient } from '../src/platforms/shared/http-client.js'
import { createMemoryTokenStore } from '../src/platforms/shared/token-store.js'
import { type Product, startProduct } from './helpers/product.js'

/** What a marketer does on the first day, with the commands of the README, beside the running product. */
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-walk-'))
let product: Product

beforeAll(async () => {
  product = await startProduct(dir)
}, 30_000)
afterAll(async () => {
  await product.end()
  rmSync(dir, { recursive: true, force: true })
})

function weloop(...args: string[]): Promise<{ code: number; out: string }> {
  const env = {
    PATH: process.env['PATH'],
    PORT: new URL(product.url).port,
    SIMULATOR_PORT: new URL(product.simulator).port,
    WELOOP_DATA_DIR: dir,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/src/cli.js', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? 1 : 0, out: out + err }),
    )
  })
}

async function control<T>(route: string, body?: object): Promise<T> {
  const request = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  const answer = await fetch(`${product.simulator}/control${route}`, request)
  return (await answer.json()) as T
}

interface Entry {
  n: number
  content: { kind: string; text?: string; title?: string }
}

/** The thread's entries once one of them has these words. */
async function seen(follower: string, words: string): Promise<Entry[]> {
  for (let after = 0; ; ) {
    const { entries } = await control<{ entries: Entry[] }>(`/followers/${follower}/thread?after=${after}&wait=10000`)
    if (entries.length === 0) throw new Error(`'${words}' never came`)
    if (JSON.stringify(entries).includes(words)) return entries
    after = entries.at(-1)?.n ?? after
  }
}

test('a code is made and scanned, an article published, the menu pushed, a template message sent', async () => {
  const code = await weloop(
    'scene',
    'create',
    'shelf-1',
    '--name',
    '货架',
    '--placement',
    'shelf',
    '--text',
    '货架有礼',
  )
  expect(code).toMatchObject({ code: 0 })
  const svg = path.join(dir, 'shelf.svg')
  expect(await weloop('scene', 'qr', 'shelf-1', svg)).toMatchObject({ code: 0 })
  expect(readFileSync(svg, 'utf8')).toContain('<svg')
  const { id } = await control<{ id: string }>('/followers', { name: '小红', following: false })
  await control(`/followers/${id}/scan`, { scene: 'shelf-1' })
  await seen(id, '货架有礼')
  expect((await weloop('scene', 'show', 'shelf-1')).out).toMatch(/1/)

  expect(await weloop('article', 'publish', 'returns-guide')).toMatchObject({ code: 0 })
  let status = await weloop('article', 'status', 'returns-guide', '--json')
  for (let tries = 0; tries < 10 && !status.out.includes('"published"'); tries++) {
    status = await weloop('article', 'status', 'returns-guide', '--json')
  }
  expect(status.out).toContain('"published"')

  const pushed = await weloop('menu', 'push', '--yes')
  expect(pushed.code).toBe(0)
  expect((await weloop('menu', 'diff')).code).toBe(0)

  const http = createHttpClient()
  const client = createClient({
    ...DEMO,
    account: 'shop',
    kind: 'service',
    verified: true,
    apiBase: product.simulator,
    http,
    tokenStore: createMemoryTokenStore(systemClock),
    clock: systemClock,
    log: silentLogger,
  })
  await client.templates.send({
    to: id,
    templateId: 'TPL_SHIP_demo',
    clientMsgId: 'walk-1',
    data: { character_string1: 'SO20260101', thing2: '顺丰速运', time3: '2026-01-01 10:00' },
  })
  const entries = await seen(id, 'SO20260101')
  expect(entries.some(({ content }) => content.kind === 'notice')).toBe(true)
  await client.close()
  await http.close()
}, 90_000)
