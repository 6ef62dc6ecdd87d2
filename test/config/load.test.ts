import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { officialAccounts } from '../../src/config/accounts.js'
import { loadConfig, secretsOf } from '../../src/config/load.js'
import { ProblemsError } from '../../src/core/errors.js'

const DEFAULT = readFileSync('config/default.yaml', 'utf8')

function project(local?: string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'weloop-config-'))
  mkdirSync(path.join(root, 'config'))
  writeFileSync(path.join(root, 'config/default.yaml'), DEFAULT)
  if (local !== undefined) writeFileSync(path.join(root, 'config/local.yaml'), local)
  return root
}

function problemsOf(local: string, env: NodeJS.ProcessEnv = {}) {
  try {
    loadConfig({ root: project(local), env })
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems
    throw error
  }
  return []
}

describe('loading the configuration', () => {
  test('the defaults alone are a working demo', () => {
    const config = loadConfig({ root: project(), env: {} })
    expect(config.publicUrl).toBe('http://127.0.0.1:3000')
    expect(config.inbox.replyBudget).toBe(4500)
    expect(config.accounts['shop']).toMatchObject({ appid: 'wx00000000000demo1', apiBase: 'http://127.0.0.1:3001' })
  })

  test('the environment sets ports, the store and secrets', () => {
    const config = loadConfig({
      root: project(
        'accounts:\n  shop: null\n  corp: null\n  kf: null\n  my-tea:\n    platform: official-account\n    kind: service\n    verified: true\n    appid: wx0123456789abcdef\n    originalId: gh_0123456789ab\n',
      ),
      env: {
        PORT: '8080',
        SIMULATOR_PORT: '8081',
        MONGODB_URI: 'mongodb://user:p%40ss@db/x',
        WELOOP_MY_TEA_SECRET: 's3cret-value',
        WELOOP_MY_TEA_TOKEN: 'token-value',
        WELOOP_MY_TEA_AES_KEY: 'A'.repeat(43),
      },
    })
    expect(config.http.port).toBe(8080)
    expect(Object.keys(config.accounts)).toEqual(['my-tea'])
    expect(config.accounts['my-tea']).toMatchObject({ secret: 's3cret-value', apiBase: 'https://api.weixin.qq.com' })
    expect(secretsOf(config)).toEqual(
      expect.arrayContaining(['s3cret-value', 'token-value', 'A'.repeat(43), 'p%40ss', 'p@ss']),
    )
  })

  test('robots come from the environment only, under the name it gives them, and their keys are secrets', () => {
    const key = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa'
    const address = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${key}`
    const config = loadConfig({ root: project(), env: { WELOOP_ROBOT_AFTER_SALES: address } })
    expect(config.alerts.robots).toEqual({ 'after-sales': key })
    expect(secretsOf(config)).toContain(key)
    const [problem] = problemsOf(`alerts:\n  robots:\n    ops: ${key}\n`)
    expect(problem).toMatchObject({ field: 'alerts.robots.ops', line: 3 })
    expect(problem?.fix).toContain('WELOOP_ROBOT_OPS')
  })

  test('every problem is listed at once, with file, line, key and fix', () => {
    const found = problemsOf(
      [
        'inbox:',
        '  replyBudget: soon',
        '  speed: fast',
        'accounts:',
        '  shop:',
        '    appid: nonsense',
        '    token: my-own-secret-token',
      ].join('\n'),
      { PORT: 'abc' },
    )
    const fields = found.map((problem) => problem.field)
    expect(fields).toEqual(
      expect.arrayContaining([
        'inbox.replyBudget',
        'inbox.speed',
        'accounts.shop.appid',
        'accounts.shop.token',
        'http.port',
      ]),
    )
    expect(found.find((problem) => problem.field === 'inbox.replyBudget')).toMatchObject({
      file: 'config/local.yaml',
      line: 2,
    })
    expect(found.find((problem) => problem.field === 'inbox.speed')?.line).toBe(3)
    expect(found.find((problem) => problem.field === 'accounts.shop.token')?.fix).toContain('WELOOP_SHOP_TOKEN')
    for (const problem of found) expect(problem.fix.length).toBeGreaterThan(10)
  })

  test('a missing secret names its environment variable', () => {
    const found = problemsOf(
      'accounts:\n  tea:\n    platform: official-account\n    kind: service\n    verified: true\n    appid: wx0123456789abcdef\n    originalId: gh_0123456789ab\n',
    )
    expect(found.find((problem) => problem.field === 'accounts.tea.secret')?.fix).toContain('WELOOP_TEA_SECRET')
  })

  test('broken YAML is told with its line', () => {
    expect(problemsOf('http:\n  port: [1\nstore: {')[0]).toMatchObject({ file: 'config/local.yaml', field: 'yaml' })
  })

  test('production refuses the demo account and the simulator', () => {
    const fields = problemsOf('', { NODE_ENV: 'production', SIMULATOR: '1' }).map((problem) => problem.field)
    expect(fields).toEqual(expect.arrayContaining(['accounts.shop', 'simulator.enabled']))
  })

  test('the mini program’s secret obeys the same rules', () => {
    const mini = 'accounts: { shop: { miniProgram: { appid: wx0123456789abcdef, secret: my-mini-secret } } }'
    const [problem] = problemsOf(mini)
    expect(problem).toMatchObject({
      field: 'accounts.shop.miniProgram.secret',
      fix: expect.stringContaining('_MINI_SECRET'),
    })
    const config = loadConfig({ root: project(), env: { WELOOP_SHOP_MINI_SECRET: 'canary-mini' } })
    expect(secretsOf(config)).toContain('canary-mini')
    expect(officialAccounts(config)[0]?.[1].miniProgram?.apiBase).toBe('http://127.0.0.1:3001')
  })

  test('limits that hang together are checked', () => {
    const fields = problemsOf('inbox: { replyBudget: 6s, keep: 1d }\ntimeZone: Mars/Base').map(
      (problem) => problem.field,
    )
    expect(fields).toEqual(['inbox.replyBudget', 'inbox.keep', 'timeZone'])
  })
})
