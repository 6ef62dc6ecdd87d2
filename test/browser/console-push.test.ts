import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { contactRows, newContactId } from '../../src/contacts/model.js'
import { createEvents } from '../../src/events/events.js'
import { launchBrowser } from '../helpers/browser.js'
import { type ConsoleStage, openConsole } from './console-stage.js'

/** A marketer's pushes: a recall from a template, two people at one push, the calendar, and what became of it. */
const DAY = 86_400_000
let stage: ConsoleStage
let people: { contact: string; openid: string }[]

beforeAll(async () => {
  stage = await openConsole()
  people = await lostFollowers(3)
  await stage.signInAs('ming', 'marketer')
}, 180_000)
afterAll(() => stage?.close(), 60_000)
afterEach(() => {
  expect(stage.complaints()).toEqual([])
})

/** People who follow since long ago and have not been seen for forty days. */
async function lostFollowers(count: number): Promise<{ contact: string; openid: string }[]> {
  const at = new Date(stage.clock.now().getTime() - 40 * DAY)
  const made = Array.from({ length: count }, (_, index) => {
    const openid = stage.simulator.control.addFollower({ name: `老客${index}`, following: true }).id
    return { contact: newContactId(), openid }
  })
  await contactRows(stage.app.store.connection).insertMany(
    made.map(({ contact, openid }) => ({
      _id: contact,
      status: 'active' as const,
      identities: [
        {
          key: `official-account:shop:${openid}`,
          platform: 'official-account' as const,
          account: 'shop',
          externalId: openid,
          boundAt: at,
          follow: { following: true, at },
        },
      ],
      tags: [],
      profile: {},
      consents: {},
      firstSeenAt: at,
      lastSeenAt: at,
    })),
  )
  return made
}

/** A page on which every press is counted. */
function counting(page: Page) {
  let clicks = 0
  return {
    async click(find: (page: Page) => ReturnType<Page['locator']>) {
      clicks += 1
      await find(page).click()
    },
    clicks: () => clicks,
  }
}

/** The day so many days from now, in the shop's zone. */
const day = (days: number) =>
  new Date(stage.clock.now().getTime() + days * DAY + 8 * 3_600_000).toISOString().slice(0, 10)
/** In so many days: the days after it stand in the same row of the calendar, whatever the month. */
const comingWednesday = () =>
  [3, 4, 5, 6, 7, 8, 9].find((days) => new Date(`${day(days)}T00:00:00Z`).getUTCDay() === 3) ?? 3

const campaigns = () => stage.app.push.campaigns
const recall = async () => {
  const found = (await campaigns().list()).find(({ definition }) => definition.name === '召回流失客户')
  if (!found) throw new Error('the recall is not there')
  return found
}

test('a recall from a template is scheduled in at most eight presses from the overview', async () => {
  const { page } = stage
  await stage.open('/')
  const { click, clicks } = counting(page)
  await click(() => page.getByTestId('menu').getByText('推送计划'))
  await click(() => page.getByRole('button', { name: '新建推送' }))
  await page.locator('[data-template="recall"]').waitFor()
  expect(await page.locator('[data-template]').count()).toBeGreaterThanOrEqual(7)
  await stage.shoot('templates')
  await click(() => page.locator('[data-template="recall"]'))
  await page.getByTestId('audience').getByText('3', { exact: true }).waitFor()
  await page.getByTestId('phone').getByText('好久不见').waitFor()
  await stage.shoot('compose')
  await click(() => page.getByRole('button', { name: '保存并预估' }))
  const path = page.getByTestId('path')
  await path.getByText('3 人').waitFor()
  await stage.shoot('estimated')
  await click(() => path.getByRole('button', { name: '批准并排期' }))
  await click(() => page.getByRole('dialog').getByRole('button', { name: '批准并排期' }))
  await path.getByText('已排期').waitFor()
  expect(clicks()).toBeLessThanOrEqual(8)
  await stage.shoot('scheduled')
  expect(await recall()).toMatchObject({ state: 'scheduled', next: { at: expect.any(Date) } })
}, 90_000)

test('one person is shown what they would see and why they would not get it', async () => {
  const { page } = stage
  await stage.open('/campaigns/new')
  await page.locator('[data-template="new-arrivals"]').click()
  await page.getByRole('combobox', { name: '看看某个人会收到什么' }).fill(people[0]?.openid ?? '')
  await page.getByTestId('preview-why').getByText('TA 在「新品上架」的人群里').waitFor()
  await page.getByLabel('名称').fill('')
  await page.getByRole('button', { name: '保存并预估' }).click()
  await page.locator('[data-field="name"]').waitFor()
  await page.getByLabel('名称').fill('双十二预热')
  await stage.shoot('preview')
  await page.reload()
  await page.getByText('未保存的内容').waitFor()
  expect(await page.getByLabel('名称').inputValue()).toBe('双十二预热')
  await page.getByRole('button', { name: '放弃修改' }).first().click()
  await page.locator('[data-template="blank"]').waitFor()
}, 60_000)

test('who saves second is shown both sides and chooses', async () => {
  const { page } = stage
  const definition = {
    name: '周末特惠',
    purpose: 'marketing',
    audience: 'marketing-allowed',
    channels: ['mass'],
    text: '一',
  }
  await campaigns().create({ id: 'weekend', definition, by: 'ming' })
  // Contexts of one browser share their cookies here: the second person has a browser of her own.
  const second = await launchBrowser()
  const other = await second.newPage({ viewport: { width: 1440, height: 900 }, timezoneId: 'Asia/Shanghai' })
  await stage.signInAs('lan', 'marketer', other)
  await stage.open('/campaigns/weekend/edit')
  await stage.open('/campaigns/weekend/edit', other)
  await other.getByLabel('名称').fill('周末大促')
  await other.getByRole('textbox', { name: '文字' }).fill('二')
  await other.getByRole('button', { name: '保存并预估' }).click()
  await other.getByTestId('path').waitFor()
  await page.getByLabel('名称').fill('周日特惠')
  await page.getByRole('button', { name: '保存并预估' }).click()
  const conflict = page.getByTestId('conflict')
  await conflict.locator('[data-field="name"]').waitFor()
  expect(await conflict.locator('[data-field="name"] td').allInnerTexts()).toEqual(['周末特惠', '周末大促', '周日特惠'])
  await page
    .getByText(/名lan .*版本 2/)
    .first()
    .waitFor()
  await stage.shoot('conflict')
  const save = page.getByRole('button', { name: '按所选保存' })
  expect(await save.isDisabled()).toBe(true)
  await conflict.getByRole('radio', { name: '周日特惠' }).check()
  await save.click()
  await page.getByTestId('path').waitFor()
  expect((await campaigns().find('weekend')).definition).toMatchObject({ name: '周日特惠', text: '二' })
  await second.close()
}, 90_000)

test('the calendar shows what collides, and a push is dragged or moved by keys to another day', async () => {
  const { page } = stage
  const wednesday = comingWednesday()
  const definition = { name: '拖我', purpose: 'marketing', audience: 'vip', channels: ['mass'], text: '一' }
  const planned = async (id: string, name: string, at: string) => {
    await campaigns().create({ id, definition: { ...definition, name, schedule: { at } }, by: 'ming' })
  }
  await planned('drag-1', '拖我', `${day(wednesday)}T10:00`)
  await planned('drag-2', '同一批人', `${day(wednesday)}T23:00`)
  const startsAt = `${day(wednesday + 2)}T20:00:00+08:00`
  const show = { source: 'shop-mall', id: 'live-1', type: 'live.scheduled', occurredAt: stage.clock.now() }
  const events = createEvents({ connection: stage.app.store.connection })
  await events.append([{ ...show, props: { room: 'r1', title: '秋日专场', startsAt } }])
  await stage.open(`/calendar?day=${day(wednesday)}`)
  const chip = (id: string) => page.locator(`[data-entry^="push:${id}:"]`)
  await chip('drag-1').waitFor()
  await page.getByTestId('collisions').getByText('在同一天发给同一批人').first().waitFor()
  await page.getByTestId('collisions').getByText('免打扰时段').first().waitFor()
  await page
    .locator(`[data-day="${day(wednesday + 2)}"]`)
    .getByText('秋日专场')
    .waitFor()
  await stage.shoot('calendar')
  await chip('drag-1').dragTo(page.locator(`[data-day="${day(wednesday + 1)}"]`))
  await page.getByRole('dialog').getByRole('button', { name: '改期', exact: true }).click()
  await page
    .locator(`[data-day="${day(wednesday + 1)}"]`)
    .locator('[data-entry^="push:drag-1:"]')
    .waitFor()
  expect((await campaigns().find('drag-1')).definition.schedule?.at).toBe(`${day(wednesday + 1)}T10:00`)
  await chip('drag-1').focus()
  await page.keyboard.press('Alt+ArrowRight')
  const asked = page.getByRole('dialog').getByLabel('新的时间')
  expect(await asked.inputValue()).toBe(`${day(wednesday + 2)}T10:00`)
  await asked.fill('2020-01-01T10:00')
  await page.getByRole('dialog').getByRole('button', { name: '改期', exact: true }).click()
  await page.getByRole('dialog').getByText('时间已经过去').first().waitFor()
  await page.keyboard.press('Escape')
  await page.setViewportSize({ width: 390, height: 844 })
  await stage.open(`/calendar?day=${day(wednesday + 1)}`)
  await chip('drag-1').waitFor()
  expect(await page.locator('[data-day]').count()).toBe(7)
  await stage.shoot('calendar-phone')
  await stage.open('/campaigns/weekend/edit')
  await page.getByTestId('live-look').waitFor()
  await stage.shoot('compose-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
}, 90_000)

test('a group send is dragged or moved by keys as well, and who is second is told', async () => {
  const { page } = stage
  const { groupSends } = stage.app.corp
  const wednesday = comingWednesday()
  const definition = {
    name: '周末拼团',
    purpose: 'marketing',
    to: { groups: { chatIds: ['wrDEMO1'] } },
    messages: [{ text: '周末拼团，两人成团。' }],
    schedule: { at: `${day(wednesday)}T14:00` },
  }
  const planned = async (id: string, about: object) => {
    await groupSends.create({ id, definition: { ...definition, ...about }, by: 'ming' })
    await groupSends.estimate(id, { by: 'ming' })
    await groupSends.approve(id, { by: 'lan' })
    await groupSends.start(id, { by: 'lan' })
  }
  await planned('drag-group', {})
  await planned('large', { name: '朋友圈上新', to: { moments: { staff: ['lihua'] } }, approvalAbove: 0 })
  await stage.open(`/calendar?day=${day(wednesday)}`)
  const chip = page.locator('[data-entry^="group-send:drag-group:"]')
  const dialog = page.getByRole('dialog')
  const on = (days: number) => page.locator(`[data-day="${day(days)}"]`)
  await chip.dragTo(on(wednesday + 1))
  await dialog.getByText('重新预估').waitFor()
  await stage.shoot('calendar-group-send-question')
  await dialog.getByRole('button', { name: '改期', exact: true }).click()
  await on(wednesday + 1)
    .locator('[data-entry^="group-send:drag-group:"]')
    .waitFor()
  const { push } = await groupSends.show('drag-group')
  expect(push).toMatchObject({
    state: 'scheduled',
    version: 2,
    definition: { schedule: { at: `${day(wednesday + 1)}T14:00` } },
  })
  expect(push.estimate?.for).toEqual(push.next?.at)
  await chip.focus()
  await page.keyboard.press('Alt+ArrowLeft')
  expect(await dialog.getByLabel('新的时间').inputValue()).toBe(`${day(wednesday)}T14:00`)
  await groupSends.move('drag-group', { by: 'lan', version: 2, at: `${day(wednesday + 2)}T14:00` })
  await dialog.getByRole('button', { name: '改期', exact: true }).click()
  await dialog.getByText('别人刚刚改过').waitFor()
  await on(wednesday + 2)
    .locator('[data-entry^="group-send:drag-group:"]')
    .waitFor()
  await stage.shoot('calendar-group-send-second')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await chip.click()
  await page.getByRole('tooltip').getByRole('button', { name: '改期' }).click()
  // Escape is for the dialog once what was known of it has gone.
  await page.getByRole('tooltip').waitFor({ state: 'hidden' })
  await dialog.getByLabel('新的时间').fill('2020-01-01T10:00')
  await dialog.getByRole('button', { name: '改期', exact: true }).click()
  await dialog.getByText('时间已经过去').first().waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await stage.shoot('calendar-group-send')
  await page.locator('[data-entry^="group-send:large:"]').dragTo(on(wednesday + 1))
  await dialog.getByRole('button', { name: '改期', exact: true }).click()
  await page.getByText('批准已收回，请重新批准、启动').waitFor()
  await on(wednesday + 1)
    .locator('[data-entry^="group-send:large:"]', { hasText: '未排期' })
    .waitFor()
  await stage.shoot('calendar-group-send-large')
  expect((await groupSends.show('large')).push.state).toBe('estimated')
  await groupSends.cancel('drag-group', { by: 'ming' })
}, 90_000)

test('the recall is sent when its time comes, and who did not get it has a why', async () => {
  const { page, app } = stage
  const { _id: id, next } = await recall()
  const due = next?.at ?? new Date(0)
  const last = people[2]
  if (!last) throw new Error('somebody is missing')
  // One of them got another push that day: the house's cap of one a day bars this one.
  const booking = { account: 'shop', purpose: 'marketing', channel: 'mass', source: 'other:push', now: due } as const
  await app.push.reach.book([{ contact: last.contact, to: last.openid }], booking)
  stage.pass(due.getTime() - stage.clock.now().getTime() + 1000)
  page.setDefaultTimeout(80_000)
  await stage.signInAs('ming', 'marketer')
  await stage.open(`/campaigns/${id}`)
  await page.getByTestId('path').getByText('已完成').waitFor()
  const threads = await Promise.all(people.map(({ openid }) => stage.simulator.control.thread(openid)))
  expect(threads.map((thread) => JSON.stringify(thread).split('好久不见').length - 1)).toEqual([1, 1, 0])
  const rows = page.getByTestId('recipients')
  await rows.getByText('超过每日上限').waitFor()
  await rows.getByRole('button', { name: '为什么' }).click()
  await page.getByRole('dialog').getByText('TA 在「召回流失客户」的人群里').waitFor()
  await stage.shoot('explained')
  await page.keyboard.press('Escape')
  await page.getByTestId('log').getByText('名ming').first().waitFor()
  await page.getByTestId('log').scrollIntoViewIfNeeded()
  await stage.shoot('log')
}, 180_000)
