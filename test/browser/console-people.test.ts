import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Response } from 'playwright-core'
import { type ContactRow, contactRows, newContactId } from '../../src/contacts/model.js'
import { dressDemo } from '../../src/demo.js'
import { eventRows } from '../../src/events/model.js'
import { deliveries } from '../../src/outbox/queue.js'
import { type ConsoleStage, openConsole } from './console-stage.js'

const PHONE = '13912345678'
const DAY_MS = 86_400_000
let stage: ConsoleStage
/** 林小雨 follows the account; the other profile is her again, known from the shop. */
let lin: string
let twin: string

beforeAll(async () => {
  stage = await openConsole()
  await dressDemo(stage.app, stage.config, stage.simulator, stage.log)
  stage.pass(untilTen())
  ;[lin, twin] = await fill()
}, 180_000)
afterAll(() => stage?.close(), 60_000)
afterEach(() => expect(stage.complaints()).toEqual([]))

test('somebody is found by the beginning of a name, and her past is one line of time', async () => {
  const { page } = stage
  await stage.signInAs('service', 'service')
  await stage.open('/contacts')
  await page.locator('tbody tr.linked').first().waitFor()
  await page.getByTestId('search-text').locator('input').fill('林小')
  await page.keyboard.press('Enter')
  await page.locator('tbody tr.linked').filter({ hasText: '林小雨' }).first().waitFor()
  expect(page.url()).not.toContain('%E6%9E%97')
  await stage.shoot('contacts-search')
  await page.getByTestId('search-text').locator('input').fill('o-lin')
  await page.keyboard.press('Enter')
  await page.getByText('编号', { exact: true }).first().waitFor()
  await page.locator('tbody tr.linked a').first().click()
  await page.getByRole('heading', { name: '林小雨' }).waitFor()
  const timeline = page.getByTestId('timeline')
  for (const kind of ['follow', 'order', 'delivery']) await timeline.locator(`[data-kind="${kind}"]`).first().waitFor()
  await timeline.getByText('付款').first().waitFor()
  await stage.shoot('contact')
  await timeline.getByTestId('earlier').click()
  await timeline.getByText('浏览 59', { exact: true }).waitFor()
  expect(await timeline.locator('[data-kind]').count()).toBeGreaterThan(40)
  await timeline.getByRole('checkbox', { name: '订单' }).uncheck()
  await timeline.locator('[data-kind="order"]').first().waitFor({ state: 'detached' })
}, 180_000)

test('a number is masked, and shown to service staff who say why', async () => {
  const { page } = stage
  await stage.open(`/contacts/${lin}`)
  await page.getByText('139****5678').waitFor()
  expect(await page.content()).not.toContain(PHONE)
  await page
    .getByRole('button', { name: '查 看' })
    .or(page.getByRole('button', { name: '查看', exact: true }))
    .click()
  await page.getByTestId('reason').fill('客户来电要求核对地址')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /查 ?看/ })
    .click()
  await page.getByTestId('revealed').getByText(PHONE).waitFor()
  const [row] = await stage.access.audit.list({ action: 'personal.revealed', limit: 1 })
  expect(row).toMatchObject({ outcome: 'done', reason: '客户来电要求核对地址' })
}, 180_000)

test('a tag, a field and a consent are changed; the change is kept with its reason', async () => {
  const { page } = stage
  await stage.open(`/contacts/${lin}`)
  await page.getByTestId('add-tag').locator('input').fill('母婴')
  await page.keyboard.press('Enter')
  await page.getByLabel('去掉标签 母婴').waitFor()
  const consent = page.getByTestId('consent-marketing')
  await consent.getByRole('button').click()
  await page.getByTestId('reason').fill('今天电话里同意收优惠')
  await stage.shoot('consent')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /更 ?改/ })
    .click()
  await consent.getByText('同意').waitFor()
  await page.getByText('“今天电话里同意收优惠”').first().waitFor()
  const row = await one(lin)
  expect(row).toMatchObject({ tags: ['vip', '母婴'], consents: { marketing: { allowed: true, source: 'console' } } })
}, 180_000)

test('two profiles are merged after a look, and taken apart again', async () => {
  const { page } = stage
  await stage.open(`/contacts/${lin}`)
  await page.locator('.page-head').getByRole('button', { name: '合并' }).click()
  await page.getByTestId('merge-other').locator('input').fill('林小雨（店')
  await page.keyboard.press('Enter')
  await page.getByRole('radio', { name: /林小雨（店里）/ }).check()
  await page.getByTestId('merge-preview').getByText('城里来的').waitFor()
  await page.getByTestId('reason').fill('本人到店确认是同一个人')
  await stage.shoot('merge')
  await page.getByRole('dialog').getByRole('button', { name: '合并', exact: true }).click()
  const merge = page.getByTestId('merge')
  await merge.getByText('本人到店确认').waitFor()
  expect(await one(twin)).toMatchObject({ status: 'merged', merge: { by: 'console', done: true } })
  expect(await one(lin)).toMatchObject({ profile: { size: 'L' } })
  await stage.shoot('merged')
  await merge.getByRole('button').click()
  await page.getByTestId('reason').fill('问过了，不是同一个人')
  await page.getByRole('dialog').getByRole('button', { name: '撤销合并' }).click()
  await merge.waitFor({ state: 'detached' })
  expect(await one(twin)).toMatchObject({ status: 'active', identities: [{ externalId: 'u-twin' }] })
  const apart = await one(lin)
  expect(apart?.tags).not.toContain('城里来的')
  expect(apart?.profile).not.toHaveProperty('size')
}, 180_000)

test('an analyst sees neither number nor name, cannot search by them, and changes nothing', async () => {
  const { page } = stage
  const answers: string[] = []
  const listen = async (response: Response) => {
    if (response.url().includes('/api/v1/')) answers.push(await response.text().catch(() => ''))
  }
  await stage.signInAs('analyst', 'analyst')
  page.on('response', listen)
  await stage.open('/contacts')
  await page.locator('tbody tr.linked').first().waitFor()
  expect(await page.getByTestId('search-text').count()).toBe(0)
  await stage.open(`/contacts/${lin}`)
  await page.getByRole('heading', { name: '林**' }).waitFor()
  await page.getByTestId('timeline').locator('[data-kind="delivery"]').first().waitFor()
  for (const name of ['合并', '导出资料', '删除资料', '编辑资料']) {
    expect(await page.getByRole('button', { name }).count()).toBe(0)
  }
  const refused = await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    const ask = (path, body) => fetch('/api/v1' + path, { method: 'POST', body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf ?? '' } }).then(({ status }) => status)
    return [await ask('/contact-searches', { text: '林小' }),
      await ask('/reveals', { path: '/contacts/${lin}', field: 'profile.phone', reason: 'just to look' })]
  })()`)
  expect(refused).toEqual([403, 403])
  expect(answers.length).toBeGreaterThan(5)
  expect(answers.filter((text) => text.includes(PHONE) || text.includes('小雨') || text.includes('送到了'))).toEqual([])
  page.off('response', listen)
}, 180_000)

test('groups: who came and went, a chart by week, a join way, and owners who are reminded three times at most', async () => {
  const { page } = stage
  await stage.signInAs('marketer', 'marketer')
  await stage.open('/groups')
  await page.locator('tbody tr.linked').first().waitFor()
  await stage.shoot('groups')
  const names = async () => (await page.locator('tbody tr.linked a').allInnerTexts()).map((text) => text.trim())
  const owners = async () => (await page.locator('tbody tr.linked td:nth-child(2)').allInnerTexts()).join()
  for (const [direction, address] of [
    ['up', 'sort=owner'],
    ['down', 'sort=-owner'],
  ] as const) {
    await page.getByRole('columnheader', { name: '群主' }).click()
    await page.waitForURL((url) => url.search.includes(address))
    await page.locator('.list').getByText('共 4 条').waitFor()
    const sorted = ['chenjing', 'lihua', 'lihua', 'wangfang']
    await until(async () => (await owners()) === (direction === 'up' ? sorted : sorted.toReversed()).join())
  }
  expect((await names()).toSorted()).toHaveLength(4)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByTestId('order').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '群主 ↑' }).click()
  await page.waitForURL((url) => url.search.includes('sort=owner'))
  await until(async () => (await page.locator('.cards .ant-card-head-title').first().innerText()) === '会员老友群')
  await stage.shoot('groups-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
  await stage.open('/groups')
  await page.locator('tbody tr.linked a').filter({ hasText: '新人福利群A' }).click()
  await page.locator('figure.chart canvas').waitFor()
  await page.getByText('按周').click()
  await page.locator('figure.chart canvas').waitFor()
  await stage.shoot('group')
  await stage.open('/join-ways')
  await page.getByTestId('way-newcomers').waitFor()
  await page.getByTestId('new-way').click()
  await page.getByLabel('名称（小写字母、数字、-）').fill('spring')
  await page.getByLabel('标题').fill('春季群')
  await page.getByLabel('群标签').fill('会员群')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /保 ?存/ })
    .click()
  await page.getByTestId('way-spring').waitFor()
  await stage.shoot('join-ways')

  await sendToGroups()
  await stage.open('/group-sends/weekend')
  const remind = page.getByTestId('remind')
  await remind.getByText('还可 3 次').waitFor()
  await stage.shoot('group-send')
  await remind.getByRole('button').click()
  await page.getByRole('dialog').getByRole('button', { name: '提醒未确认的员工' }).click()
  await until(async () => {
    await stage.app.corp.groupSends.tick()
    const [run] = (await stage.app.corp.groupSends.show('weekend')).runs
    const { tasks } = await stage.app.corp.groupSends.table('weekend', run?.occurrence ?? '')
    return tasks.every(({ reminders }) => reminders.length === 1)
  })
  await remind.getByText('还可 2 次').waitFor()
}, 180_000)

test('an owner exports everything about her, and erases her with a typed word and a reason', async () => {
  const { page } = stage
  await stage.signInAs('owner', 'owner')
  await stage.open(`/contacts/${lin}`)
  await page.getByRole('button', { name: '导出资料' }).click()
  const dialog = page.getByRole('dialog')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: '导出资料' }).click(),
  ])
  const whole = JSON.parse(readFileSync(await file.path(), 'utf8')) as { contact: { profile: { phone: string } } }
  expect(whole.contact.profile.phone).toBe(PHONE)
  await page.getByRole('button', { name: '删除资料' }).click()
  const go = page.getByRole('dialog').getByRole('button', { name: '删除资料' })
  await page.getByTestId('reason').fill('本人来信要求删除')
  expect(await go.isDisabled()).toBe(true)
  await page.getByTestId('confirm').fill(lin.slice(-6))
  await stage.shoot('erase')
  await go.click()
  await page.getByText('这位客户的资料已删除，或不存在').waitFor()
  expect(await one(lin)).toMatchObject({ status: 'erased', profile: {} })
  const [row] = await stage.access.audit.list({ action: 'erasePerson', limit: 1 })
  expect(row).toMatchObject({ outcome: 'done', reason: '本人来信要求删除' })
}, 180_000)

test('on a telephone nothing is wider than the screen', async () => {
  const { page } = stage
  await page.setViewportSize({ width: 390, height: 844 })
  const pages = [
    '/contacts',
    '/contacts?tab=lost',
    `/contacts/${twin}`,
    '/groups',
    '/join-ways',
    '/hand-overs',
  ] as const
  for (const [index, address] of pages.entries()) {
    await stage.open(address)
    await page.waitForLoadState('networkidle')
    expect([address, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([address, 390])
    await stage.shoot(`phone-${index}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}, 180_000)

const one = (id: string) => contactRows(stage.app.store.connection).findOne({ _id: id })

/** Two profiles, one of them with a long past. */
async function fill(): Promise<[string, string]> {
  const { connection } = stage.app.store
  const ids: [string, string] = [newContactId(), newContactId()]
  const now = stage.clock.now().getTime()
  const at = (days: number) => new Date(now - days * DAY_MS)
  const row = (id: string, more: Partial<ContactRow>): ContactRow => ({
    ...{ _id: id, status: 'active', identities: [], tags: [], profile: {}, consents: {} },
    ...{ firstSeenAt: at(30), lastSeenAt: at(0) },
    ...more,
  })
  const follow = { following: true, at: at(30) }
  const place = { platform: 'official-account' as const, account: 'shop', externalId: 'o-lin' }
  const shop = { platform: 'shop' as const, account: 'demo', externalId: 'u-twin' }
  await contactRows(connection).insertMany([
    row(ids[0], {
      identities: [{ key: 'official-account:shop:o-lin', ...place, boundAt: at(30), follow }],
      tags: ['vip'],
      profile: { nickname: '林小雨', phone: PHONE, city: '杭州' },
    }),
    row(ids[1], {
      identities: [{ key: 'shop:demo:u-twin', ...shop, boundAt: at(2), follow: { following: false, at: new Date(0) } }],
      tags: ['城里来的'],
      profile: { name: '林小雨（店里）', size: 'L' },
      firstSeenAt: at(2),
    }),
  ])
  const facts = ['follow.started', 'order.paid', 'order.shipped'].map((type, index) => ({
    ...{ _id: `test:${type}`, source: 'test', type, contact: ids[0], account: 'shop' },
    ...{ occurredAt: at(3 - index), receivedAt: at(0), props: { orderNo: 'A100', amountFen: 9900 } },
  }))
  const visits = Array.from({ length: 60 }, (_, index) => ({
    ...{ _id: `test:v${index}`, source: 'test', type: 'page.viewed', contact: ids[0] },
    ...{ occurredAt: at(10 + index / 10), receivedAt: at(0), props: { name: `浏览 ${index}` } },
  }))
  await eventRows(connection).insertMany([...facts, ...visits])
  await deliveries(connection).insertOne({
    ...{ _id: 'people-1', account: 'shop', to: 'o-lin', contact: 'shop:o-lin', purpose: 'service', source: 'test' },
    ...{ message: { kind: 'text', text: '您的包裹送到了' }, state: 'sent', seq: 1, attempts: 1, fence: 1, tries: {} },
    ...{ createdAt: at(1), dueAt: at(1), nextAt: at(1), sentAt: at(1), endedAt: at(1) },
  } as never)
  return ids
}

/** A push to groups whose owners have to confirm. */
async function sendToGroups(): Promise<void> {
  const { groupSends } = stage.app.corp
  const definition = {
    name: '周末上新',
    purpose: 'marketing',
    to: { groups: { labels: ['新人群', '会员群'] } },
    messages: [{ text: '周末上新，今晚八点群里先看。' }],
    expireAfter: '10h',
  }
  await groupSends.create({ id: 'weekend', definition, by: 'test' })
  await groupSends.estimate('weekend', { by: 'test' })
  await groupSends.approve('weekend', { by: 'somebody-else' })
  await groupSends.start('weekend', { by: 'test', now: true })
  await until(async () => {
    await groupSends.tick()
    const [run] = (await groupSends.show('weekend')).runs
    if (run === undefined) return false
    const { tasks } = await groupSends.table('weekend', run.occurrence)
    return tasks.length > 0 && tasks.every(({ state }) => state === 'made')
  })
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await done())) {
    if (Date.now() > end) throw new Error('it did not happen within a minute')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Until the next ten o'clock in Shanghai, by which nothing waits for quiet hours to end. */
function untilTen(): number {
  const ten = 2 * 3_600_000
  const now = Date.now()
  return (((ten - (now % DAY_MS)) % DAY_MS) + DAY_MS) % DAY_MS
}
