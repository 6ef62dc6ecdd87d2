import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { DEMO, miniAccounts, officialAccountSchema } from '../../src/config/accounts.js'
import { fromEnvironment } from '../../src/config/environment.js'
import { loadConfig, secretsOf } from '../../src/config/load.js'
import { ProblemsError } from '../../src/core/errors.js'
import { diagnoseMini } from '../../src/platforms/mini-program/doctor.js'
import type { HttpClient } from '../../src/platforms/shared/http-client.js'

const account = {
  platform: 'official-account',
  kind: 'service',
  verified: true,
  appid: 'wx0123456789abcdef',
  originalId: 'gh_0123456789ab',
  secret: 's',
  token: 'tok',
}

test('the secret of the mini program comes from the environment, when one is configured', () => {
  const env = { WELOOP_MY_TEA_MINI_SECRET: 'm' }
  const config = { accounts: { 'my-tea': { miniProgram: { appid: 'wx0123456789abcde0' } } } }
  expect(fromEnvironment(config, env)).toEqual({ accounts: { 'my-tea': { miniProgram: { secret: 'm' } } } })
  expect(fromEnvironment({ accounts: { 'my-tea': {} } }, env)).toEqual({})
})

test('no mini program, no trusted hosts and no subscription notices unless they are written', () => {
  expect(officialAccountSchema.parse(account)).toMatchObject({ mediaHosts: [], subscriptionNotices: false })
  const full = { ...account, mediaHosts: ['127.0.0.1:3001'], miniProgram: { appid: 'wx0123456789abcde0', secret: 'm' } }
  expect(officialAccountSchema.parse(full).miniProgram).toEqual({
    appid: 'wx0123456789abcde0',
    secret: 'm',
    apiBase: 'https://api.weixin.qq.com',
  })
  for (const wrong of ['https://cdn.example', 'a/b', 'Ä.example', '']) {
    expect(officialAccountSchema.safeParse({ ...account, mediaHosts: [wrong] }).success).toBe(false)
  }
})

test('token and keys of its callback come from the environment and are scrubbed; the demo has a door of its own', () => {
  const env = { WELOOP_SHOP_MINI_TOKEN: 'mini-token-1', WELOOP_SHOP_MINI_PREVIOUS_AES_KEY: 'B'.repeat(43) }
  const config = loadConfig({ root: process.cwd(), env })
  expect(miniAccounts(config)).toMatchObject([
    ['shop:mini', { token: 'mini-token-1', previousAesKey: 'B'.repeat(43), originalId: 'gh_weloopmini01' }],
  ])
  expect(secretsOf(config)).toEqual(expect.arrayContaining(['mini-token-1', 'B'.repeat(43)]))
})

test('half a callback, a secret in a file and the demo values in production are refused with the variable to set', () => {
  expect(problems({ originalId: 'null', token: 'null' })).toContainEqual(
    expect.stringMatching(/miniProgram\.token: .*WELOOP_SHOP_MINI_TOKEN/),
  )
  expect(problems({ originalId: 'null' })).toContainEqual(expect.stringContaining('miniProgram.originalId'))
  expect(problems({ token: 'my-own-token' })).toContainEqual(expect.stringContaining('WELOOP_SHOP_MINI_TOKEN'))
  const production = problems({}, { NODE_ENV: 'production' })
  for (const key of ['SECRET', 'TOKEN', 'AES_KEY']) {
    expect(production).toContainEqual(expect.stringContaining(`WELOOP_SHOP_MINI_${key}`))
  }
})

test('the doctor asks its token and its door, and says how to open one', async () => {
  const program = { appid: 'wx0123456789abcde0', secret: 'm', apiBase: 'https://api.weixin.qq.com' }
  const asked: string[] = []
  const http = {
    async request({ url }: { url: URL }) {
      asked.push(url.pathname)
      const right = url.searchParams.get('echostr') ?? ''
      return { end: 'answered', status: asked.length === 1 ? 200 : 403, body: Buffer.from(right) }
    },
  } as unknown as HttpClient
  const client = { tokens: { check: async () => undefined } } as never
  const about = { client, http, publicUrl: 'https://wx.example.com', now: () => new Date() }
  const none = await diagnoseMini('shop', program, { ...about, callback: undefined })
  expect(none.map(({ check, state }) => [check, state])).toEqual([
    ['mini.token', 'ok'],
    ['mini.callback', 'warn'],
  ])
  const callback = { ...program, originalId: 'gh_weloopmini01', token: DEMO.token, aesKey: DEMO.aesKey }
  const open = await diagnoseMini('shop', callback, { ...about, callback })
  expect(open.map(({ check, state }) => [check, state])).toEqual([
    ['mini.token', 'ok'],
    ['mini.callback', 'ok'],
  ])
  expect(asked).toEqual(['/wechat/shop/mini', '/wechat/shop/mini'])
})

/** What is said about a configuration whose mini program is changed in config/local.yaml. */
function problems(mini: Record<string, string>, env: NodeJS.ProcessEnv = {}): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'weloop-mini-config-'))
  try {
    mkdirSync(path.join(root, 'config'))
    writeFileSync(path.join(root, 'config/default.yaml'), readFileSync('config/default.yaml'))
    const lines = Object.entries(mini).map(([key, value]) => `      ${key}: ${value}\n`)
    if (lines.length > 0)
      writeFileSync(path.join(root, 'config/local.yaml'), `accounts:\n  shop:\n    miniProgram:\n${lines.join('')}`)
    loadConfig({ root, env })
    return []
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    return error.problems.map(({ field, message, fix }) => `${field}: ${message} ${fix}`)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
