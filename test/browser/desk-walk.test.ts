import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import handlers from '../../handlers/index.js'
import { demoAccount, demoCorp } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import { launchBrowser } from '../helpers/browser.js'
import { until } from '../helpers/until.js'
import { recorder } from '../inbox/setup.js'

/** Set to a folder, pictures of the walk are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-desk-'))
const log = recorder()
/** The product and the simulator live by the same clock, which is set. */
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead) }
let app: App
let simulator: Simulator
let browser: Browser
let follower: Page
let office: Page
const complaints: string[] = []

const DESK = `corp: corp
shifts:
  全天:
    - days: 每天
      hours: [09:00-21:00]
staff:
  - { userid: lihua, name: 李华, shifts: 全天 }
  - { userid: wangfang, name: 王芳, shifts: 全天 }
`

beforeAll(async () => {
  const content = path.join(dir, 'content')
  cpSync('content', content, { recursive: true })
  writeFileSync(path.join(content, 'desk.yaml'), DESK)
  const port = await freePort()
  const product = `http://127.0.0.1:${port}`
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: `${product}/wechat/shop` }],
    corps: [{ ...demoCorp, callbackUrl: `${product}/wecom/corp` }],
  })
  const apiBase = simulator.url
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: {
      publicUrl: product,
      http: { port },
      store: { dir: path.join(dir, 'data') },
      content: { dir: content, watch: false },
      simulator: { enabled: true },
      accounts: { shop: { apiBase, miniProgram: { apiBase } }, corp: { apiBase } },
    },
  })
  itIs('2026-11-23T10:00:00+08:00')
  app = await createApp(config, { root: process.cwd(), handlers, log, clock })
  await app.start('all')
  browser = await launchBrowser()
  const open = async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 940 }, timezoneId: 'Asia/Shanghai' })
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    return page
  }
  follower = await open()
  office = await open()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await simulator?.close()
  rmSync(dir, { recursive: true, force: true })
}, 90_000)

test('a follower asks for staff, one takes the card and answers, another sees it taken, and she votes', async () => {
  await follower.goto(`${simulator.url}/?lang=zh`)
  await follower.getByTestId('follow').click()
  await follower.getByTestId('bubble-article').first().waitFor()
  await say('人工')
  await said('客服').waitFor()

  await sitAt('lihua')
  await staff('staff-app').click()
  await staff('template-card').first().waitFor()
  await shoot('desk-offered')
  await staff('card-button').first().click()
  await staff('card-done')
    .or(staff('template-card').filter({ hasText: '已接入' }))
    .first()
    .waitFor()
  await staff('app-input').fill('您好，我是李华，请问有什么可以帮您？')
  await staff('app-send').click()
  await said('我是李华').waitFor()
  await say('我的被套尺寸买错了')
  await staff('corp-text').filter({ hasText: '尺寸买错了' }).first().waitFor()
  await shoot('desk-talk')

  await sitAt('wangfang')
  await staff('staff-app').click()
  await staff('template-card').filter({ hasText: '已接入' }).first().waitFor()
  await shoot('desk-taken')

  await sitAt('lihua')
  await staff('staff-app').click()
  await staff('app-input').fill('/结束')
  await staff('app-send').click()
  await follower.getByTestId('choice').filter({ hasText: '满意' }).first().click()
  const { desk } = app.desk
  await until(async () => (await desk.list({ limit: 1 }))[0]?.vote?.choice === 1)
  const [conversation] = await desk.list({ limit: 1 })
  expect(conversation).toMatchObject({ state: 'closed', staff: 'lihua' })
  const entries = await desk.entries(conversation?._id ?? '')
  expect(entries.map(({ by }) => by)).toEqual(expect.arrayContaining(['customer', 'lihua']))
  expect(entries.some(({ delivery }) => delivery?.state === 'uncertain')).toBe(false)
  expect(complaints).toEqual([])
}, 180_000)

test('at 23:00 the bot takes a ticket, and the morning shift gets it', async () => {
  itIs('2026-11-23T23:00:00+08:00')
  await say('人工')
  const { desk } = app.desk
  await until(async () => (await desk.tickets.list({ limit: 5 })).length === 1)
  await said('9').waitFor()
  itIs('2026-11-24T09:05:00+08:00')
  await until(async () => {
    const [row] = await desk.list({ limit: 1 })
    return row?.ticket !== undefined && row.state === 'queued' && row.offer !== undefined
  })
  const asked = (await desk.list({ limit: 1 }))[0]?.offer?.staff[0] ?? ''
  await sitAt(asked)
  await staff('staff-app').click()
  await staff('card-button').last().click()
  await until(async () => (await desk.list({ limit: 1 }))[0]?.staff === asked)
  await shoot('desk-ticket')
  expect(complaints).toEqual([])
}, 180_000)

function itIs(time: string): void {
  ahead = Date.parse(time) - Date.now()
  simulator.control.clock({ set: Date.parse(time) })
}

const staff = (name: string): Locator => office.getByTestId('staff-phone').getByTestId(name)
const said = (words: string): Locator => follower.getByTestId('bubble-text').filter({ hasText: words }).last()

async function say(text: string): Promise<void> {
  await follower.getByTestId('input').fill(text)
  await follower.getByTestId('send').click()
}

async function sitAt(userid: string): Promise<void> {
  await office.goto('about:blank')
  await office.goto(`${simulator.url}/?lang=zh#corp/${userid}`)
  await office.getByTestId('staff-home').waitFor()
}

async function shoot(name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await office.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
