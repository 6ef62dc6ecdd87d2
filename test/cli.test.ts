import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Product, startProduct } from './helpers/product.js'

const FIXTURES = 'test/fixtures/official-account'
const made: string[] = []
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true })
})

interface Ended {
  code: number
  out: string
  err: string
}

/** `weloop ...` from dist/ (build first). */
function weloop(args: string[], env: Record<string, string> = {}, cli = 'dist/src/cli.js'): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], ...env }, maxBuffer: 16_000_000 }
    execFile(process.execPath, [cli, ...args], options, (error, out, err) => {
      const code = error ? Number((error as { code?: number }).code ?? 1) : 0
      resolve({ code, out, err })
    })
  })
}

/** A project of its own with the built code, whose content and configuration a test may spoil. */
function project(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'weloop-cli-'))
  made.push(root)
  for (const file of ['package.json', 'config', 'content', 'dist'])
    cpSync(file, path.join(root, file), { recursive: true })
  symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'))
  return root
}

describe('weloop replay', () => {
  test('takes every fixture through the whole flow without a network', async () => {
    const files = readdirSync(FIXTURES).map((file) => `${FIXTURES}/${file}`)
    const { code, out, err } = await weloop(['replay', '--json', ...files])
    expect(err).toBe('')
    expect(code).toBe(0)
    const results = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; update: { kind: string }; answer: string; sends: unknown[] })
    expect(results).toHaveLength(files.length)
    for (const { file, update, answer } of results) {
      expect(path.basename(file).startsWith(update.kind)).toBe(true)
      expect(answer === 'success' || answer.startsWith('<xml>') || answer.startsWith('{')).toBe(true)
    }
    const follow = results.find(({ file }) => file.endsWith('event.subscribe.xml'))
    expect(follow?.answer).toContain('欢迎来到微环小店')
    expect(follow?.sends).toHaveLength(1)
  }, 60_000)

  test('says which file cannot be read, and goes on', async () => {
    const bad = path.join(project(), 'bad.xml')
    writeFileSync(bad, '<xml><ToUserName>gh_weloopdemo01</ToUserName>')
    const { code, out, err } = await weloop(['replay', bad, `${FIXTURES}/message.text.xml`])
    expect(code).toBe(1)
    expect(err).toContain('bad.xml')
    expect(out).toContain('message.text')
  })
})

describe('weloop content check', () => {
  test('passes on the sample content', async () => {
    const { code, out } = await weloop(['content', 'check'])
    expect(out).toContain('检查通过')
    expect(code).toBe(0)
  })

  test('fails with file, line and field on a mistake', async () => {
    const root = project()
    writeFileSync(path.join(root, 'content/cards/broken.yaml'), 'title: 没有缩略图的卡片\nappid: nonsense\n')
    const { code, out } = await weloop(['content', 'check'], {}, path.join(root, 'dist/src/cli.js'))
    expect(code).toBe(1)
    expect(out).toContain('content/cards/broken.yaml:2')
    expect(out).toContain('appid')
    expect(out).toContain('thumb')
  })
})

describe('weloop config check', () => {
  test('lists everything wrong at once with key and fix, exit 1', async () => {
    const root = project()
    mkdirSync(path.join(root, 'config'), { recursive: true })
    writeFileSync(path.join(root, 'config/local.yaml'), 'http: { port: many }\ninbox: { replyBudget: 9s }\nnope: 1\n')
    const { code, err } = await weloop(['config', 'check'], {}, path.join(root, 'dist/src/cli.js'))
    expect(code).toBe(1)
    for (const word of ['http.port', 'nope', 'Fix:']) expect(err).toContain(word)
  })

  test('production refuses the demo secrets', async () => {
    const { code, err } = await weloop(['web'], { NODE_ENV: 'production', PORT: '0' })
    expect(code).toBe(1)
    expect(err).toContain('accounts.shop')
    expect(err).not.toContain('weloop-demo-secret')
  })
})

describe('weloop doctor', () => {
  let product: Product
  const dir = mkdtempSync(path.join(tmpdir(), 'weloop-doctor-'))
  made.push(dir)
  beforeAll(async () => {
    product = await startProduct(dir)
  }, 30_000)
  afterAll(async () => {
    await product.end()
  })
  const ports = () => ({ PORT: new URL(product.url).port, SIMULATOR_PORT: new URL(product.simulator).port })

  test('finds the demo account well', async () => {
    const { code, out } = await weloop(['doctor', '--json'], ports())
    const { shop } = JSON.parse(out) as { shop: { check: string; state: string }[] }
    expect(shop.filter(({ state }) => state === 'fail')).toEqual([])
    expect(shop.length).toBeGreaterThan(6)
    expect(code).toBe(0)
  })

  test('a wrong secret, token or key is named with what to change, and never printed', async () => {
    const wrong = await weloop(['doctor'], { ...ports(), WELOOP_SHOP_SECRET: 'canary-secret-value' })
    expect(wrong.code).toBe(1)
    expect(wrong.out).toMatch(/40125|secret/i)
    expect(wrong.out + wrong.err).not.toContain('canary-secret-value')
    const token = await weloop(['doctor'], { ...ports(), WELOOP_SHOP_TOKEN: 'another-token' })
    expect(token.code).toBe(1)
    expect(token.out).toMatch(/✗ callback/)
  })
})
