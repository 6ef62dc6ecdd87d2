import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import { type ConsoleStage, openConsole } from './console-stage.js'

let stage: ConsoleStage
let follower: Page
let other: Page

beforeAll(async () => {
  stage = await openConsole({
    prepare: async (content) => {
      await rm(path.join(content, 'desk.yaml'), { force: true })
      await writeFile(path.join(content, 'canned', 'zz-walk.yaml'), CANNED)
    },
  })
  follower = await stage.newPage({ alone: true })
  other = await stage.newPage({ alone: true })
  for (const each of [stage.page, follower, other]) each.setDefaultTimeout(90_000)
}, 300_000)

afterAll(async () => {
  await stage?.close()
}, 90_000)

const CANNED = `title: 走查
replies:
  - slug: walk-hello
    title: 走查问候
    text: '您好，我是{staff}，请稍等。'
`

test('an owner sets the desk up, staff serve a follower live, with notes, cards, a transfer and a vote', async () => {
  const { page, simulator } = stage
  const owner = await stage.person('boss', ['owner'])
  const wang = await stage.person('wang', ['service'])

  await stage.signInAs('boss', 'owner')
  await stage.open('/inbox')
  await page.getByTestId('desk-off').waitFor()
  await stage.open('/service')
  await page.getByTestId('start').waitFor()
  await stage.shoot('service-empty')
  await page.getByTestId('start').click()
  await page.getByTestId('desk-on').waitFor()
  await page.getByRole('tab', { name: '人员与排班' }).click()
  await page.getByTestId('add-person').click()
  await page.getByText('名wang（wang）').click()
  await page.getByTestId('staff-line').nth(1).waitFor()
  await page.getByTestId('save-settings').click()
  await until(async () => (await stage.app.desk.desk.members()).length === 2)
  for (const staff of [owner._id, wang._id])
    await stage.app.desk.desk.setPresence({ staff: `console.${staff}`, state: 'online' })
  await stage.shoot('service-staff')

  await stage.signInAs('wang', 'service', other)
  await stage.open('/inbox?queue=all', other)
  await live(other)
  await stage.open('/inbox?queue=unassigned')
  await live(page)

  await follower.goto(`${simulator.url}/?lang=zh`)
  await follower.getByTestId('follow').click()
  await follower.getByTestId('bubble-article').first().waitFor()
  await say('人工')
  await page.getByTestId('talk').first().waitFor()
  await other.getByTestId('talk').first().waitFor()
  await page.getByTestId('talk').first().click()
  await page.getByTestId('take').click()
  await page.getByTestId('holder').filter({ hasText: '名boss' }).waitFor()
  await other.getByTestId('talk').filter({ hasText: '名boss' }).waitFor()
  await stage.open('/inbox?queue=mine')
  await page.getByTestId('talk').first().click()

  await page.getByTestId('composer').fill('没发完的草稿')
  await page.reload()
  await page.getByTestId('composer').waitFor()
  expect(await page.getByTestId('composer').inputValue()).toBe('没发完的草稿')
  await page.getByTestId('composer').fill('')

  await page.getByTestId('open-ready').click()
  await page.getByTestId('ready').getByRole('textbox').fill('zcwh')
  await page.getByTestId('ready-one').filter({ hasText: '走查问候' }).click()
  await page.getByTestId('composer').press('Enter')
  await said('我是名boss').waitFor()
  await say('我的被套买错了')
  await page.getByTestId('line-theirs').filter({ hasText: '被套买错了' }).waitFor()

  await page.getByTestId('open-ready').click()
  const cards = page.getByTestId('ready').locator('.ant-segmented-item-selected').getByText('小程序卡片')
  await until(async () => {
    await page.getByTestId('ready').getByText('小程序卡片').click()
    return (await cards.count()) > 0
  })
  await page.getByTestId('ready-one').filter({ hasText: '会员中心' }).click()
  await page.getByTestId('bubble-card').first().waitFor()
  await follower.getByTestId('bubble-card').first().waitFor()

  await page.locator('.composer').getByText('备注', { exact: true }).click()
  await page.getByTestId('composer').fill('老客户，要快一点')
  await page.getByTestId('send').click()
  await page.getByTestId('line-remark').filter({ hasText: '要快一点' }).waitFor()

  await page.getByTestId('transfer').click()
  await page.getByTestId('transfer-to').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '名wang' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /转接/ }).click()
  await other.getByTestId('queue-mine').click()
  await other.getByTestId('talk').first().click()
  await other.getByTestId('line-remark').filter({ hasText: '要快一点' }).waitFor()
  await other.getByTestId('composer').fill('我来帮您换尺寸')
  await other.getByTestId('composer').press('Enter')
  await said('我来帮您换尺寸').waitFor()
  await page.getByTestId('line-ours').filter({ hasText: '换尺寸' }).waitFor()

  await stage.shoot('inbox-thread', other)
  await other.setViewportSize({ width: 390, height: 844 })
  await other.getByTestId('composer').waitFor()
  await stage.shoot('inbox-390', other)
  await other.getByTestId('close').click()
  await other
    .getByRole('tooltip')
    .getByRole('button', { name: /确\s*定|OK/ })
    .click()
  await follower.getByTestId('choice').filter({ hasText: '满意' }).first().click()
  await until(async () => (await stage.app.desk.desk.list({ limit: 1 }))[0]?.vote?.choice === 1)
  await page.getByTestId('talk-state').and(page.locator('[data-state="closed"]')).waitFor()
  expect(stage.complaints()).toEqual([])
}, 600_000)

test('an owner makes a rule of alerts, tries it and finds it kept; the settings fit a phone', async () => {
  /** Alone in its browser: a page behind another one is not drawn, and waits. */
  const page = other
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('about:blank')
  await stage.signInAs('chief', 'owner', page)
  await stage.open('/alerts', page)
  await page.getByTestId('new-rule').click()
  const form = page.getByRole('dialog')
  await form.getByRole('textbox', { name: '名字', exact: true }).fill('walk-paid')
  await form.getByRole('textbox', { name: '标题', exact: true }).fill('走查订单')
  for (const [name, value] of [
    ['发生什么时', 'order.paid'],
    ['员工（企业微信 userid）', 'lihua'],
  ] as const) {
    const box = form.getByRole('combobox', { name })
    await box.fill(value)
    await box.press('Enter')
    await box.blur()
  }
  await form.getByTestId('rule-text').fill('订单 {orderNo} 已付款')
  await form.getByTestId('try-rule').click()
  await form.locator('[data-testid="trial"][data-matches="true"]').waitFor()
  await form.getByTestId('trial').getByText('@lihua').waitFor()
  await stage.shoot('alerts-editor', page)
  await form.getByTestId('save-rule').click()
  await page.getByTestId('rule').filter({ hasText: '走查订单' }).waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await stage.open('/service?tab=hours', page)
  await page.getByTestId('shift').or(page.getByTestId('start')).first().waitFor()
  await stage.shoot('service-390', page)
  expect(stage.complaints()).toEqual([])
}, 300_000)

const said = (words: string): Locator => follower.getByTestId('bubble-text').filter({ hasText: words }).last()
const live = (page: Page) => page.locator('[data-stream="open"]').waitFor()

async function say(text: string): Promise<void> {
  await follower.getByTestId('input').fill(text)
  await follower.getByTestId('send').click()
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
