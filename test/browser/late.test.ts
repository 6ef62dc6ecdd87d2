import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import handlers from '../../handlers/index.js'
import { demoAccount } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import type { Bot } from '../../src/index.js'
import { launchBrowser } from '../helpers/browser.js'

const dir = mkdtempSync(path.join(tmpdir(), 'weloop-late-'))
let release: (text: string) => void
let calls = 0

/** Answers when the test says so. */
function slow(bot: Bot) {
  bot.hears('慢慢查', () => {
    calls++
    return new Promise<string>((resolve) => {
      release = resolve
    })
  })
}

let app: App
let simulator: Simulator
let browser: Browser
let page: Page

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, accounts: [demoAccount] })
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: {
      http: { port: 0 },
      store: { dir },
      content: { watch: false },
      inbox: { replyBudget: '400ms', warnAfter: '300ms' },
      accounts: { shop: { apiBase: simulator.url } },
    },
  })
  app = await createApp(config, { root: process.cwd(), handlers: [slow, ...handlers], store: { inProcess: true } })
  const { port } = await app.start('all')
  simulator.control.setAccount('shop', { callbackUrl: `http://127.0.0.1:${port}/wechat/shop` })
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.setDefaultTimeout(15_000)
  await page.goto(`${simulator.url}/?lang=zh`)
}, 90_000)

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await simulator?.close()
  rmSync(dir, { recursive: true, force: true })
})

const id = (name: string) => page.getByTestId(name)

test('an answer that comes after the budget reaches the phone once, by customer-service message', async () => {
  await id('follow').click()
  await id('bubble-article').first().waitFor()
  await id('input').fill('慢慢查')
  await id('send').click()
  await id('exchange-row').filter({ hasText: '慢慢查' }).filter({ hasText: '已确认' }).waitFor()
  expect(await id('bubble-text').filter({ hasText: '查到了' }).count()).toBe(0)
  release('查到了：您的包裹今天送达。')
  const answer = id('bubble-text').filter({ hasText: '查到了' })
  await answer.waitFor()
  expect(await answer.getAttribute('data-via')).toBe('custom')
  expect(await answer.count()).toBe(1)
  expect(calls).toBe(1)
})
