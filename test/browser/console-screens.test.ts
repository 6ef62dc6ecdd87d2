import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { contactRows } from '../../src/contacts/model.js'
import { dressDemo } from '../../src/demo.js'
import { until } from '../helpers/until.js'
import { type ConsoleStage, chooseLook, openConsole } from './console-stage.js'

/** Set to a folder, the pictures of docs/console.md are made there. */
const pictures = process.env['WELOOP_DOCS_SHOTS']
let stage: ConsoleStage
/** Pages by the name of their picture. */
let screens: readonly (readonly [name: string, address: string])[]

beforeAll(async () => {
  stage = await openConsole({
    prepare: async (content) => writeFileSync(path.join(content, 'desk.yaml'), DESK),
  })
  await dressDemo(stage.app, stage.config, stage.simulator, stage.log)
  screens = await fill()
  await stage.signInAs('owner', 'owner')
}, 180_000)
afterAll(() => stage?.close(), 60_000)

test.each(['light', 'dark'] as const)(
  'each main screen fits a desk and a phone, %s, and complains of nothing',
  async (look) => {
    const { page } = stage
    await stage.open('/')
    await chooseLook(page, look)
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const [name, address] of screens) {
        await stage.open(address)
        await page.locator('.ant-skeleton').first().waitFor({ state: 'detached' })
        await page.locator('.ant-spin-spinning').first().waitFor({ state: 'detached' })
        const wide = await page.evaluate('document.documentElement.scrollWidth')
        expect([name, wide]).toEqual([name, width])
        expect([name, await page.getByTestId('problem').count()]).toEqual([name, 0])
        if (look === 'light') await picture(`${name}-${width}`)
        else await stage.shoot(`dark-${name}-${width}`)
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    expect(stage.complaints()).toEqual([])
  },
  300_000,
)

test('the tour leads through pages, one after the other, and ends where it stands', async () => {
  const { page } = stage
  await stage.open('/')
  await page.getByRole('link', { name: '功能导览' }).click()
  await page.locator('.ant-tour').getByText('从待办开始').waitFor()
  // beside the line of the menu that it speaks of
  await until(async () => {
    const [card, line] = [page.locator('.ant-tour'), page.getByTestId('menu').getByRole('link', { name: '概览' })]
    const [shown, at] = [await card.boundingBox(), await line.boundingBox()]
    return shown !== null && at !== null && shown.x < at.x + at.width + 60 && Math.abs(shown.y - at.y) < 60
  })
  await stage.shoot('tour')
  await page.locator('.ant-tour').getByRole('button', { name: '下一步' }).click()
  await page.locator('.ant-tour').getByText('所有平台的人').waitFor()
  expect(new URL(page.url()).pathname).toBe('/console/contacts')
  await page.goto(`${stage.url}/console/campaigns?tour=4`)
  await page.locator('.ant-tour').getByText('从模板到发出').waitFor()
  await page.locator('.ant-tour-close').first().click()
  await page.locator('.ant-tour').waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('')
}, 120_000)

const DESK = `corp: corp
shifts:
  全天:
    - days: 每天
      hours: [00:00-24:00]
staff:
  - { userid: lihua, name: 李华, shifts: 全天 }
  - { userid: wangfang, name: 王芳, shifts: 全天 }
`
const NAMES = ['林小雨', '陈晨', '吴敏', '赵一一', '孙悦', '周琪', '郑爽', '王大海']

/** Followers who write, orders, pushes, a waiting conversation: what a shop has after some days. */
async function fill() {
  const { app, simulator } = stage
  const { control } = simulator
  const people: string[] = []
  for (const name of NAMES) {
    const { id } = control.addFollower({ following: false, name })
    await control.follow(id).done
    people.push(id)
  }
  const [first = '', second = ''] = people
  for (const text of ['你好', '新品', '退货']) await control.say(first, text).done
  await control.say(second, '人工').done
  const contacts = contactRows(app.store.connection)
  await until(async () => (await contacts.countDocuments({ 'identities.follow.following': true })) >= NAMES.length)
  const { campaigns } = app.push
  const definition = {
    name: '秋被上新',
    purpose: 'marketing',
    audience: { follow: { state: 'following' } },
    channels: ['customer-message'],
    text: '秋冬新品到店，会员八折。',
    schedule: { at: `${dayAfter(2)}T10:00` },
  }
  await campaigns.create({ id: 'autumn', definition, by: 'owner' })
  await campaigns.estimate('autumn', { by: 'owner' })
  await campaigns.create({
    id: 'coupon',
    definition: { ...definition, name: '优惠券到期提醒', schedule: { at: `${dayAfter(3)}T10:00` } },
    by: 'owner',
  })
  await until(async () => (await app.desk.desk.list({ state: 'queued' })).length === 1)
  const [waiting] = await app.desk.desk.list({ state: 'queued' })
  const row = await contacts.findOne({ 'identities.externalId': first })
  return [
    ['overview', '/'],
    ['contacts', '/contacts'],
    ['contact', `/contacts/${row?._id}`],
    ['segment', '/segments/recall'],
    ['content', '/content/articles/welcome'],
    ['compose', '/campaigns/new'],
    ['campaign', '/campaigns/autumn'],
    ['calendar', '/calendar'],
    ['inbox', `/inbox?queue=all&c=${waiting?._id}`],
    ['groups', '/groups'],
    ['accounts', '/accounts'],
    ['health', '/health'],
  ] as const
}

/** A day of the shop, `2026-03-06`, so many days from now. */
const dayAfter = (days: number) =>
  new Date(stage.clock.now().getTime() + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)

/** JPEG, as pictures of the documentation must be small. */
async function picture(name: string): Promise<void> {
  if (!pictures) return
  mkdirSync(pictures, { recursive: true })
  await stage.page.evaluate('document.fonts.ready')
  const file = path.join(pictures, `${name}.jpg`)
  await stage.page.screenshot({ path: file, type: 'jpeg', quality: 55, animations: 'disabled' })
}
