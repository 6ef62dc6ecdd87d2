import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import handlers from '../../handlers/index.js'
import { demoAccount, demoCorp, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { DEMO } from '../../src/config/accounts.js'
import { loadConfig } from '../../src/config/load.js'
import { recorder } from '../inbox/setup.js'

const dir = mkdtempSync(path.join(tmpdir(), 'weloop-mini-'))
const DESK = `corp: corp
shifts:
  全天:
    - days: 每天
      hours: [00:00-24:00]
staff:
  - { userid: lihua, name: 李华, shifts: 全天 }
`
const MINI = 'shop:mini'
let app: App
let simulator: Simulator
let ming: string

/** The whole product beside the simulator, whose mini program writes its pushes as `format`. */
async function open(format: 'xml' | 'json'): Promise<void> {
  const content = path.join(dir, `content-${format}`)
  cpSync('content', content, { recursive: true })
  writeFileSync(path.join(content, 'desk.yaml'), DESK)
  const port = await freePort()
  const product = `http://127.0.0.1:${port}`
  const { token, aesKey } = DEMO
  const mini = { ...demoMiniProgram, originalId: 'gh_weloopmini01', token, aesKey, pushFormat: format }
  simulator = await startSimulator({
    port: 0,
    accounts: [
      {
        ...demoAccount,
        callbackUrl: `${product}/wechat/shop`,
        miniPrograms: [{ ...mini, callbackUrl: `${product}/wechat/shop/mini` }],
      },
    ],
    corps: [{ ...demoCorp, callbackUrl: `${product}/wecom/corp` }],
  })
  const apiBase = simulator.url
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: {
      publicUrl: product,
      http: { port },
      store: { dir: path.join(dir, `data-${format}`) },
      content: { dir: content, watch: false },
      simulator: { enabled: true },
      accounts: { shop: { apiBase, miniProgram: { apiBase } }, corp: { apiBase } },
    },
  })
  app = await createApp(config, { root: process.cwd(), handlers, log: recorder() })
  await app.start('all')
}

afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe.each(['xml', 'json'] as const)('the mini program’s customer service, pushes in %s', (format) => {
  beforeAll(() => open(format), 120_000)
  afterAll(async () => {
    await app.stop()
    await simulator.close()
  }, 60_000)
  beforeEach(() => {
    ming = simulator.control.addFollower({ following: true, name: '小明' }).id
  })

  test('the bot answers by the mini program’s own API; the person is the one whom the shop knows', async () => {
    const { openid } = simulator.control.openMiniProgram(ming)
    await saysInMini('怎么退货')
    expect(await answers(1)).toHaveLength(1)
    const calls = await simulator.control.calls({ path: '/cgi-bin/message/custom/send' })
    expect(calls.at(-1)).toMatchObject({ account: expect.stringContaining(demoMiniProgram.appid) })
    const known = await app.desk.desk.list({ channel: 'mini-program', limit: 1 })
    expect(known[0]).toMatchObject({ account: MINI, channel: 'mini-program', state: 'bot' })
    const ordered = { platform: 'mini-program', account: 'shop', externalId: openid } as const
    expect(known[0]?.key).toBe(`mini-program:shop:${openid}`)
    expect(await app.desk.desk.openOf(ordered)).toMatchObject({ contact: known[0]?.contact })
  })

  test('asked for staff, one takes it and answers; a card and a picture reach them, and the end is known', async () => {
    await saysInMini('人工')
    const [row] = await until(() => app.desk.desk.list({ channel: 'mini-program', state: 'queued', limit: 1 }))
    const conversation = row?._id ?? ''
    expect(await app.desk.desk.accept({ conversation, staff: 'lihua' })).toMatchObject({ outcome: 'done' })
    await simulator.control.sayInMini(ming, { kind: 'card', title: '订单 A1', path: 'pages/orders/detail?no=A1' }).done
    await simulator.control.sayInMini(ming, { kind: 'image' }).done
    await app.desk.desk.say({
      conversation,
      staff: 'lihua',
      content: { kind: 'text', text: '您好，我是李华' },
      key: 'k1',
    })
    const said = await until(async () => (await answers(1)).filter((text) => text.includes('我是李华')))
    expect(said).toHaveLength(1)
    const entries = await until(async () => {
      const found = await app.desk.desk.entries(conversation)
      return found.some(({ delivery }) => delivery?.key === 'desk:say:k1' && delivery.state === 'sent') ? found : []
    })
    expect(entries.filter(({ direction }) => direction === 'in').map(({ content }) => content.kind)).toEqual([
      'text',
      'card',
      'image',
    ])
  })

  test('entering opens two messages for a minute, and what is beyond is not called', async () => {
    const { openid } = simulator.control.openMiniProgram(ming, { page: 'pages/orders', session: true })
    await simulator.control.settled()
    for (const key of ['a', 'b', 'c']) {
      const message = { kind: 'text', text: key } as const
      await app.outbox.put({
        key: `${format}-${key}`,
        account: MINI,
        to: openid,
        purpose: 'reply',
        message,
        source: 'test',
      })
    }
    const last = await until(async () => {
      const found = await app.outbox.find(`${format}-c`)
      return found?.endedAt ? [found] : []
    })
    expect(last).toMatchObject([{ state: 'skipped', reason: 'window-used-up' }])
    expect(await answers(2)).toEqual(['a', 'b'])
  })

  test('strangers are refused alike', async () => {
    for (const part of ['signature', 'msg_signature', 'appid', 'padding', 'body', 'timestamp'] as const) {
      simulator.control.addFault({ side: 'push', kind: 'tamper', part })
      const { exchange, done } = simulator.control.sayInMini(ming, { kind: 'text', text: `坏 ${part}` })
      await done
      expect(exchange?.attempts[0]?.status).toBe(403)
      simulator.control.clearFaults()
    }
  })
})

const saysInMini = (text: string) => simulator.control.sayInMini(ming, { kind: 'text', text }).done

/** What the mini program said to her, once there is so much of it. */
async function answers(count: number): Promise<string[]> {
  return until(async () => {
    const entries = await simulator.control.miniTalk(ming)
    const theirs = entries.filter(({ from }) => from === 'account')
    if (theirs.length < count) return []
    return theirs.map(({ content }) => (content.kind === 'text' ? content.text : content.kind))
  })
}

async function until<T>(read: () => Promise<readonly T[]>): Promise<readonly T[] & T[]> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await read()
    if (found.length > 0) return found as T[]
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to pass')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
