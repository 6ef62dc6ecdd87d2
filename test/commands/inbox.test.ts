import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import type { Bot } from '../../src/index.js'

const dir = mkdtempSync(path.join(tmpdir(), 'weloop-inbox-'))

function weloop(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['dist/src/cli.js', ...args],
      { env: { PATH: process.env['PATH'], WELOOP_DATA_DIR: dir } },
      (error, out, err) => resolve({ code: error ? 1 : 0, out: out + err }),
    )
  })
}

/** A handler with a bug, on the store that the command then works on. */
function broken(bot: Bot) {
  bot.hears('退货', () => {
    throw new Error('the shop is not reachable')
  })
}

beforeAll(async () => {
  const config = loadConfig({ root: process.cwd(), env: {}, overrides: { store: { dir }, content: { watch: false } } })
  const app = await createApp(config, { root: process.cwd(), handlers: [broken], store: { inProcess: true } })
  const body =
    '<xml><ToUserName>gh_weloopdemo01</ToUserName><FromUserName>oWeLoopFollower000000000Ming</FromUserName>' +
    '<CreateTime>1767225600</CreateTime><MsgType>text</MsgType><Content>退货</Content><MsgId>77001</MsgId></xml>'
  const platform = app.platform('shop')
  expect(await app.inbox.accept(platform, platform.decode(body), { body, mode: 'plain', format: 'xml' })).toBe(
    'success',
  )
  await app.stop()
}, 30_000)

afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('an update whose handler threw is listed with its reason, and handled again once the bug is mended', async () => {
  const id = 'shop:wx00000000000demo1:77001'
  const listed = await weloop('inbox', 'list', '--state', 'failed')
  expect(listed).toEqual({ code: 0, out: expect.stringContaining(id) })
  expect(listed.out).toContain('the shop is not reachable')
  const replayed = await weloop('inbox', 'replay', id)
  expect(replayed).toEqual({ code: 0, out: `${id}: done\n` })
  expect((await weloop('inbox', 'list', '--state', 'failed')).out).toBe('none\n')
  expect((await weloop('inbox', 'replay', id)).out).toContain('neither failed nor dead')
  expect((await weloop('inbox', 'replay')).out).toContain('name ids, or --failed')
  expect(await weloop('inbox', 'replay', '--failed')).toEqual({ code: 0, out: expect.stringContaining('"done":0') })
  expect((await weloop('inbox', 'list', '--state', 'nonsense')).out).toContain('use one of')
}, 180_000)
