import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { minuteIn } from '../../console/src/pages/campaign/written.js'
import { dressDemo } from '../../src/demo.js'
import { type ConsoleStage, openConsole } from './console-stage.js'

jest.setTimeout(180_000)
const DAY_MS = 86_400_000
const NEW_YORK = 'America/New_York'
let stage: ConsoleStage
let at: string

beforeAll(async () => {
  stage = await openConsole()
  await dressDemo(stage.app, stage.config, stage.simulator, stage.log)
  at = `${minuteIn(new Date(stage.clock.now().getTime() + 2 * DAY_MS), 'Asia/Shanghai').slice(0, 10)}T14:00`
  await stage.signInAs('mei', 'marketer')
}, 240_000)
afterAll(() => stage?.close(), 60_000)
afterEach(() => expect(stage.complaints()).toEqual([]))

test('a marketer writes a group send by the form alone; what is refused stands at its field', async () => {
  const { page } = stage
  await stage.open('/group-sends')
  await page.getByRole('button', { name: '新建群发' }).click()
  await page.getByTestId('send-id').fill('member-day')
  await page.getByTestId('save').click()
  await page.getByTestId('problem').getByText('有地方不对').waitFor()
  const wrong = page.locator('.ant-form-item-has-error')
  expect(await wrong.filter({ has: page.getByTestId('send-name') }).count()).toBe(1)
  await page.getByTestId('send-who').locator('[data-fault="to.groups"]').waitFor()
  await page.getByTestId('send-messages').locator('[data-fault="messages[0].text"]').waitFor()
  await picture('send-refused')

  await page.getByTestId('send-name').fill('会员日清单')
  await pick(page.getByRole('combobox', { name: '群标签' }), '会员群')
  await row('messages[0]').getByRole('textbox').fill('会员日到啦，满 2 人成团。')
  await page.getByTestId('send-messages').getByRole('button', { name: /链接$/ }).click()
  await row('messages[1]').getByLabel('链接标题').fill('会员日清单')
  await row('messages[1]').getByLabel('网址', { exact: true }).fill('shop.example.com/deals')
  await page.getByText('定时一次').click()
  await page.getByLabel('时间', { exact: true }).fill(at)
  await page.getByRole('button', { name: /加一次提醒/ }).click()
  await page.getByRole('switch', { name: '仍未确认时告诉别人' }).click()
  await pick(page.getByRole('combobox', { name: '告诉谁' }), 'lihua')
  await page.getByLabel('超过多少个对象要由他人批准').fill('0')
  await page.getByTestId('save').click()
  await row('messages[1]').getByText('不是网址').waitFor()
  expect(await wrong.count()).toBe(1)
  await page.reload()
  await page.getByText('没有提交的内容').waitFor()
  await row('messages[1]').getByLabel('网址', { exact: true }).fill('https://shop.example.com/deals')
  await page.getByRole('tab', { name: 'JSON' }).click()
  expect(JSON.parse(await page.getByRole('textbox', { name: 'JSON' }).inputValue())).toEqual({
    name: '会员日清单',
    purpose: 'marketing',
    to: { groups: { labels: ['会员群'] } },
    messages: [
      { text: '会员日到啦，满 2 人成团。' },
      { link: { title: '会员日清单', url: 'https://shop.example.com/deals' } },
    ],
    schedule: { at },
    remindAfter: ['2h', '5h'],
    escalate: { afterMinutes: 240, to: 'lihua' },
    approvalAbove: 0,
  })
  await page.getByRole('tab', { name: '表单' }).click()
  await picture('send-form')
  await page.getByTestId('save').click()
  await page.waitForURL(/group-sends\/member-day$/)
  await page.getByTestId('send-estimate').getByText('个任务').waitFor()
  await picture('send-estimated')
})

test('its author may not approve one that is large; a colleague approves and starts it by its schedule, and cancels', async () => {
  const { page, app } = stage
  const { groupSends } = app.corp
  const path = page.getByTestId('send-path')
  const dialog = page.getByRole('dialog')
  await page.getByTestId('four-eyes').getByText('要由作者以外的人批准').waitFor()
  expect(await path.getByRole('button', { name: /批 ?准/ }).count()).toBe(0)
  const refused = await page.evaluate(ASK_APPROVAL)
  expect(refused).toEqual({ status: 403, type: 'urn:weloop:problem:group-send.four-eyes' })

  await stage.signInAs('lan', 'marketer')
  await stage.open('/group-sends/member-day')
  await path.getByRole('button', { name: /批 ?准/ }).click()
  await dialog.getByText('批准“会员日清单”第 1 版').waitFor()
  // Somebody changes it while she reads.
  const { push } = await groupSends.show('member-day')
  const definition = { ...push.definition, name: '会员日清单（改）' }
  await groupSends.edit('member-day', { by: 'somebody', version: 1, definition })
  await groupSends.estimate('member-day', { by: 'somebody' })
  await confirm(dialog, /批 ?准/)
  await dialog.getByText('别人刚刚改过').waitFor()
  await stage.shoot('send-second')
  await dialog.getByRole('button', { name: /取 ?消/ }).click()
  await page.getByRole('heading', { name: '会员日清单（改）' }).waitFor()
  await path.getByRole('button', { name: /批 ?准/ }).click()
  await confirm(dialog, /批 ?准/)
  await path.getByRole('button', { name: /启 ?动/ }).click()
  await dialog.getByText('每位成员都要在手机的企业微信里确认').waitFor()
  await dialog.getByText('不能撤回').waitFor()
  await stage.shoot('send-start')
  await confirm(dialog, '按计划启动')
  await path.getByText('已排期').waitFor()
  expect((await groupSends.show('member-day')).push).toMatchObject({
    state: 'scheduled',
    definition: { schedule: { at } },
  })
  await path.getByRole('button', { name: '取消排期' }).click()
  await dialog.getByText('没有人会收到').waitFor()
  await confirm(dialog, '取消排期')
  await page.getByText('人工停止').waitFor()
  expect((await groupSends.show('member-day')).push.state).toBe('stopped')
})

test('once more, now: its tasks wait for members, and are called back when it is stopped', async () => {
  const { page, app } = stage
  const { groupSends } = app.corp
  const path = page.getByTestId('send-path')
  const dialog = page.getByRole('dialog')
  await path.getByRole('button', { name: '再来一次' }).click()
  await page.getByTestId('send-id').fill('again')
  await page.getByLabel('超过多少个对象要由他人批准').fill('')
  await page.getByTestId('save').click()
  await page.waitForURL(/group-sends\/again$/)
  await path.getByRole('button', { name: /批 ?准/ }).click()
  await confirm(dialog, /批 ?准/)
  await path.getByRole('button', { name: /启 ?动/ }).click()
  expect(await dialog.getByRole('radio').count()).toBe(0)
  await confirm(dialog, '现在启动')
  await page.locator('[data-testid="send-run"] [data-state="running"]').waitFor()
  await page.getByText('待成员确认').first().waitFor()
  await picture('send-running')
  await path.getByRole('button', { name: '停止群发' }).click()
  await dialog.getByText('已经发出去的撤不回来').waitFor()
  await dialog.getByRole('textbox').fill('价格写错了')
  await stage.shoot('send-stop')
  await confirm(dialog, '停止群发')
  await page.locator('[data-testid="send-run"] [data-state="cancelled"]').waitFor({ timeout: 60_000 })
  await page.getByText('价格写错了').first().waitFor()
  await picture('send-stopped')
  const { push, runs } = await groupSends.show('again')
  expect([push.state, runs.map(({ state }) => state)]).toEqual(['stopped', ['cancelled']])
})

test('who is second to save is asked; what is started is not changed', async () => {
  const { page, app } = stage
  const { groupSends } = app.corp
  const { push } = await groupSends.show('again')
  await groupSends.create({ id: 'both', definition: push.definition, by: 'lan' })
  await stage.open('/group-sends/both/edit')
  await page.getByTestId('send-name').fill('我的名称')
  await groupSends.edit('both', { by: 'mei', version: 1, definition: { ...push.definition, name: '别人的名称' } })
  await page.getByTestId('save').click()
  await page.getByTestId('conflict').getByText('别人的名称').first().waitFor()
  await page.getByTestId('keep-mine').click()
  await page.getByRole('heading', { name: '我的名称' }).waitFor()
  expect((await groupSends.show('both')).push).toMatchObject({ version: 3, state: 'estimated' })
  await stage.open('/group-sends/again/edit')
  await page.getByText('不能修改').waitFor()
})

test('one with a zone of its own is moved on the calendar to the time that was chosen there', async () => {
  const { page, app } = stage
  const { groupSends } = app.corp
  const { push } = await groupSends.show('again')
  const definition = { ...push.definition, name: '纽约时间', schedule: { at, timeZone: NEW_YORK } }
  await groupSends.create({ id: 'zoned', definition, by: 'lan' })
  const day = minuteIn(new Date(`${at}:00-04:00`), 'Asia/Shanghai').slice(0, 10)
  await stage.open(`/calendar?day=${day}`)
  await page.locator('[data-entry^="group-send:zoned:"]').click()
  await page.getByRole('tooltip').getByRole('button', { name: '改期' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('按店铺的时区 Asia/Shanghai').waitFor()
  await dialog.getByLabel('新的时间').fill(`${day}T09:30`)
  await dialog.getByRole('button', { name: '改期', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  const { schedule } = (await groupSends.show('zoned')).push.definition
  expect(schedule).toEqual({ at: minuteIn(new Date(`${day}T09:30:00+08:00`), NEW_YORK), timeZone: NEW_YORK })
})

test('the form says everything of the templates, and fits a phone', async () => {
  const { page, app } = stage
  const { groupSends } = app.corp
  const definitions = {
    customers: {
      ...{ name: '会员日问候', purpose: 'care', to: { customers: { segment: 'own-regulars', via: 'oldest' } } },
      messages: [{ text: '会员日到啦' }, { card: 'coupon-center', params: { from: 'member-day' } }],
      schedule: { every: 'week', on: [1, 4], time: '20:00', from: '2027-01-01T00:00' },
      expireAfter: '2d',
    },
    moments: {
      ...{
        name: '秋日上新',
        purpose: 'marketing',
        to: { moments: { staff: ['lihua', 'wangfang'], departments: [1] } },
      },
      messages: [{ text: '铺好了等你回家。' }, { image: 'size-chart.jpg' }],
      remindAfter: ['30m'],
    },
    chats: {
      ...{ name: '两个群', purpose: 'marketing', to: { groups: { chatIds: ['wrDEMO1'] } } },
      messages: [{ text: '在吗' }],
    },
  }
  // A segment of the console, not of a file.
  const rule = { tag: { in: ['老客'] } }
  await app.push.segments.put('own-regulars', { title: '我们的老客', rule, version: 0 }, 'lan')
  for (const [id, definition] of Object.entries(definitions)) await groupSends.create({ id, definition, by: 'lan' })
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    for (const [id, definition] of Object.entries(definitions)) {
      await stage.open(`/group-sends/${id}/edit`)
      await page.getByTestId('send-name').waitFor()
      await page.locator('.ant-skeleton, .ant-spin').first().waitFor({ state: 'detached' })
      expect([id, width, await page.evaluate(OVERFLOW)]).toEqual([id, width, 0])
      await picture(`send-${id}-${width}`)
      await page.getByRole('tab', { name: 'JSON' }).click()
      expect(JSON.parse(await page.getByRole('textbox', { name: 'JSON' }).inputValue())).toEqual(definition)
    }
    for (const address of ['/group-sends/member-day', '/group-sends/again', '/group-sends/moments']) {
      await stage.open(address)
      await page.getByTestId('send-path').waitFor()
      expect([address, width, await page.evaluate(OVERFLOW)]).toEqual([address, width, 0])
      await picture(`${address.slice(1).replace('/', '-')}-${width}`)
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await stage.open('/group-sends/chats/edit')
  await page.getByRole('combobox', { name: '群主的成员账号' }).fill('lihua')
  await page.getByRole('button', { name: '加上这位群主的群' }).click()
  await page.getByTestId('save').click()
  await page.waitForURL(/group-sends\/chats$/)
  const { push } = await groupSends.show('chats')
  expect(push.definition.to.groups?.chatIds?.length).toBeGreaterThan(1)
  await page.evaluate("localStorage.setItem('weloop.locale', 'en')")
  await stage.open('/group-sends/customers')
  await page.getByRole('button', { name: 'Estimate', exact: true }).click()
  await page.getByTestId('send-estimate').getByText('Who confirms').waitFor()
  await picture('send-customers-en')
  await page.evaluate("localStorage.removeItem('weloop.locale')")
})

test('who may only read is shown no button', async () => {
  const { page } = stage
  await stage.signInAs('fen', 'analyst')
  await stage.open('/group-sends/chats')
  await page.getByTestId('send-path').waitFor()
  expect(await page.getByTestId('send-path').getByRole('button').count()).toBe(0)
  await stage.open('/group-sends')
  expect(await page.getByRole('button', { name: '新建群发' }).count()).toBe(0)
})

const row = (path: string): Locator => stage.page.locator(`[data-row="${path}"]`)

/** Answers the question, and waits until it has gone unless it was refused. */
async function confirm(dialog: Locator, name: string | RegExp): Promise<void> {
  await dialog.getByRole('button', { name }).click()
  await dialog.locator('.ant-btn-loading').waitFor({ state: 'detached' })
  if ((await dialog.getByTestId('problem').count()) === 0) await dialog.waitFor({ state: 'hidden' })
}

/** Types names into a list, one after the other. */
async function pick(list: Locator, ...names: string[]): Promise<void> {
  for (const name of names) {
    await list.fill(name)
    await list.press('Enter')
  }
  await list.press('Escape')
}

/** A picture of the whole page, when somebody wants to look. */
async function picture(name: string): Promise<void> {
  const { page } = stage
  const size = page.viewportSize() ?? { width: 1440, height: 900 }
  if (!process.env['WELOOP_SHOTS']) return
  const height = (await page.evaluate('document.documentElement.scrollHeight')) as number
  await page.setViewportSize({ width: size.width, height: Math.max(900, height) })
  await stage.shoot(name)
  await page.setViewportSize(size)
}

/** How much wider than the screen a page is. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** What the API answers when the author approves all the same. */
const ASK_APPROVAL = `(async () => {
  const { csrf } = await (await fetch('/api/v1/session')).json()
  const answer = await fetch('/api/v1/group-sends/member-day/approve', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-CSRF-Token': csrf },
    body: JSON.stringify({ version: 1 }),
  })
  return { status: answer.status, type: (await answer.json()).type }
})()`
