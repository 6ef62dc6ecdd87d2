import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import handlers from '../../handlers/index.js'
import { demoAccount, demoCorp, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { DEMO } from '../../src/config/accounts.js'
import { loadConfig } from '../../src/config/load.js'
import { launchBrowser } from '../helpers/browser.js'
import { recorder } from '../inbox/setup.js'

/** Set to a folder, pictures of the walk are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-desk-mini-'))
const log = recorder()
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
      hours: [00:00-24:00]
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
  const { token, aesKey } = DEMO
  const callbackUrl = `${product}/wechat/shop/mini`
  simulator = await startSimulator({
    port: 0,
    accounts: [
      {
        ...demoAccount,
        callbackUrl: `${product}/wechat/shop`,
        miniPrograms: [{ ...demoMiniProgram, originalId: 'gh_weloopmini01', token, aesKey, callbackUrl }],
      },
    ],
    corps: [{ ...demoCorp, callbackUrl: `${product}/wecom/corp` }],
    shop: { product: { url: product, keyId: 'wlk_demo_shop', secret: 'x'.repeat(43) } },
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
  app = await createApp(config, { root: process.cwd(), handlers, log })
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

test('from a page of the mini program to a person: the card, the talk, a picture, and the vote by number', async () => {
  await follower.goto(`${simulator.url}/?lang=zh`)
  await follower.getByTestId('follow').click()
  await follower.getByTestId('quick-shop').click()
  await follower.getByTestId('goods').first().click()
  await follower.getByTestId('contact-service').click()
  await follower.getByTestId('mini-send-card').click()
  await say('人工')
  await said('客服').waitFor()
  await shoot('mini-service', follower)

  await sitAt('lihua')
  await staff('staff-app').click()
  await staff('template-card').first().waitFor()
  await staff('card-button').first().click()
  await staff('card-done')
    .or(staff('template-card').filter({ hasText: '已接入' }))
    .first()
    .waitFor()
  await staff('app-input').fill('您好，我是李华，看到您发的商品了')
  await staff('app-send').click()
  await said('我是李华').waitFor()
  await follower.getByTestId('mini-send-image').click()
  await shoot('mini-staff')
  await shoot('mini-answered', follower)

  await staff('app-input').fill('/结束')
  await staff('app-send').click()
  await said('1. 满意').waitFor()
  await say('1')
  const { desk } = app.desk
  await until(async () => (await desk.list({ limit: 1 }))[0]?.vote?.choice === 1)
  const [conversation] = await desk.list({ limit: 1 })
  expect(conversation).toMatchObject({ state: 'closed', staff: 'lihua', channel: 'mini-program', account: 'shop:mini' })
  const entries = await desk.entries(conversation?._id ?? '')
  expect(entries.filter(({ direction }) => direction === 'in').map(({ content }) => content.kind)).toEqual([
    ...['card', 'text', 'image', 'text'],
  ])
  await shoot('mini-voted', follower)
  expect(complaints).toEqual([])
}, 180_000)

const staff = (name: string): Locator => office.getByTestId('staff-phone').getByTestId(name)
const said = (words: string): Locator =>
  follower.getByTestId('mini-talk').getByTestId('bubble-text').filter({ hasText: words }).last()

async function say(text: string): Promise<void> {
  await follower.getByTestId('mini-say').fill(text)
  await follower.getByTestId('mini-send').click()
}

async function sitAt(userid: string): Promise<void> {
  await office.goto('about:blank')
  await office.goto(`${simulator.url}/?lang=zh#corp/${userid}`)
  await office.getByTestId('staff-home').waitFor()
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function shoot(name: string, of = office): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await of.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
