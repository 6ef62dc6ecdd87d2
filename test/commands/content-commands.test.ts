import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import { demoAccount, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import {
  addArticleCommands,
  articleStatus,
  previewArticle,
  publishArticle,
  pushArticle,
} from '../../src/commands/article.js'
import { addNoticeCommands, checkNotices } from '../../src/commands/notices.js'
import type { CommandOptions } from '../../src/commands/open.js'
import { addStatisticsCommands, importStatistics } from '../../src/commands/statistics.js'

const root = join(import.meta.dirname, '../..')
let simulator: Simulator
let dir: string
let lines: string[] = []
let base: CommandOptions

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-commands-'))
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, miniPrograms: [demoMiniProgram], callbackUrl: 'http://127.0.0.1:9/wechat/shop' }],
    timing: { receiptMs: 0, resends: 0 },
  })
  base = {
    root,
    env: { SIMULATOR_PORT: new URL(simulator.url).port, WELOOP_DATA_DIR: dir },
    store: { inProcess: true },
    print: (line) => lines.push(line),
  }
})
beforeEach(() => {
  lines = []
})
afterAll(async () => {
  await simulator.close()
  await rm(dir, { recursive: true, force: true })
})

describe('weloop article', () => {
  test('pushes, shows, publishes and tells', async () => {
    expect(await articleStatus({ ...base, slug: 'welcome' })).toBe(0)
    expect(await pushArticle({ ...base, slug: 'welcome' })).toBe(0)
    expect(await pushArticle({ ...base, slug: 'welcome', account: 'shop' })).toBe(0)
    const follower = simulator.control.addFollower({ following: true }).id
    expect(follower).not.toBe('')
    expect(await publishArticle({ ...base, slug: 'welcome' })).toBe(0)
    expect(await articleStatus({ ...base, slug: 'welcome', json: true })).toBe(0)
    expect(lines[0]).toContain('还没有推送过')
    expect(lines[1]).toContain('已建立草稿')
    expect(lines[1]).toContain('! 正文里到文章 shipping-guide 的链接点不开')
    expect(lines[2]).toContain('没有改动')
    expect(lines[3]).toContain('进行中')
    expect(JSON.parse(lines[4] ?? '')).toMatchObject({ account: 'shop', slug: 'welcome', job: { state: 'running' } })
  })

  test('says what is wrong with its arguments', async () => {
    await expect(pushArticle({ ...base, slug: 'nothing' })).rejects.toMatchObject({ code: 'article.missing' })
    await expect(pushArticle({ ...base, slug: 'welcome', account: 'x' })).rejects.toMatchObject({
      code: 'account.unknown',
    })
    expect(() => publishArticle({ ...base, slug: 'welcome', mass: 'everybody' })).toThrow('no audience')
    await expect(previewArticle({ ...base, slug: 'care-guide', to: 'nobody-wx' })).rejects.toThrow()
  })
})

describe('weloop notices check', () => {
  test('passes for the sample shop', async () => {
    const code = await checkNotices(base)
    expect(lines.join('\n')).toContain('✓ order.shipped  shop')
    expect([code, lines.at(-1)]).toEqual([0, '✓ 检查通过（通知 9）'])
    lines = []
    expect(await checkNotices({ ...base, account: 'shop', json: true })).toBe(0)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: true, notices: { length: 9 } })
  })
})

describe('weloop statistics import', () => {
  test('imports what is due and says so; days that are none are refused', async () => {
    expect(await importStatistics({ ...base, from: '2026-01-01', to: '2026-01-02' })).toBe(0)
    expect(lines[0]).toContain('follower-counts')
    await expect(importStatistics({ ...base, from: 'yesterday' })).rejects.toMatchObject({ code: 'statistics.days' })
  })
})

test('the program has the commands', () => {
  const program = new Command()
  addArticleCommands(program, base)
  addNoticeCommands(program, base)
  addStatisticsCommands(program, base)
  const names = program.commands.flatMap((each) => each.commands.map((sub) => `${each.name()} ${sub.name()}`))
  expect(names).toEqual([
    'article push',
    'article preview',
    'article publish',
    'article status',
    'notices check',
    'statistics import',
  ])
})
