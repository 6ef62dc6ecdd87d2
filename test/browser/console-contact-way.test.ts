import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { type ConsoleStage, openConsole } from './console-stage.js'

jest.setTimeout(120_000)
let stage: ConsoleStage

beforeAll(async () => {
  stage = await openConsole()
  await stage.app.corp.newcomers.ways.tick()
  await stage.signInAs('mei', 'marketer')
}, 240_000)

afterAll(() => stage?.close(), 60_000)
afterEach(() => {
  expect(stage.complaints()).toEqual([])
})

/** What the walk writes, field by field. */
const WRITTEN = {
  name: '门店台卡',
  slots: [
    {
      when: { days: ['周一', '周二', '周三', '周四', '周五'], hours: ['09:00-12:00', '13:30-24:00'] },
      staff: ['lihua', 'wangfang'],
    },
    { when: { days: ['周六', '周日'], hours: ['10:00-18:00'] }, staff: ['wangfang'] },
  ],
  holidays: [{ when: { from: '2027-10-01', until: '2027-10-03' }, staff: [] }],
  spare: ['zhangwei'],
  dailyCap: 80,
  remark: '{name}-台卡',
  tags: ['门店'],
  welcome: [
    { text: '您好{name}，我是' },
    { image: 'size-chart.jpg' },
    { link: { title: '使用指南', url: 'https://shop.example.com/guide' } },
    { card: { slug: 'newcomer-gift', params: { from: 'counter' } } },
  ],
  called: { lihua: '小李' },
  from: '2027-01-01 09:00',
}

test('a marketer writes a rota, a holiday and a welcome with a picture, a link and a card by the form alone', async () => {
  const { page } = stage
  await stage.open('/contact-ways')
  await page.getByRole('button', { name: '新建企微渠道码' }).click()
  await page.getByTestId('way-slug').fill('desk-card')
  await page.getByTestId('way-name').fill('门店台卡')
  await page.getByRole('button', { name: '限定日期' }).click()
  await page.getByLabel('从这天起', { exact: true }).fill('2027-01-01')
  await page.getByRole('button', { name: '从这天起 加上时刻' }).click()

  await page.getByTestId('way-by').getByText('按时间轮班').click()
  const first = row('slots[0]')
  await first.getByLabel('几点结束').fill('12:00')
  await first.getByRole('button', { name: '加时段' }).click()
  await first.getByLabel('几点开始').nth(1).fill('13:30')
  await first.getByLabel('几点结束').nth(1).fill('00:00')
  await pick(first.getByRole('combobox', { name: '员工' }), 'lihua', 'wangfang')
  await page.getByRole('button', { name: '加一班' }).click()
  const second = row('slots[1]')
  for (const day of ['周一', '周二', '周三', '周四', '周五', '周六', '周日']) {
    const box = second.getByRole('checkbox', { name: day })
    await box.focus()
    await page.keyboard.press('Space')
    expect(await box.isChecked()).toBe(day === '周六' || day === '周日')
  }
  await second.getByLabel('几点开始').fill('10:00')
  await pick(second.getByRole('combobox', { name: '员工' }), '王芳')

  await page.getByRole('button', { name: '加节假日' }).click()
  const holiday = row('holidays[0]')
  await holiday.getByText('第 1 段 · 休息').waitFor()
  await holiday.getByLabel('从这天起', { exact: true }).fill('2027-10-03')
  await holiday.getByLabel('到这天止（含）', { exact: true }).fill('2027-10-01')
  await pick(page.getByRole('combobox', { name: '备用成员' }), 'zhangwei')
  await page.getByLabel('每人每天最多接待').fill('80')
  await page.getByLabel('自动备注').fill('{name}-台卡')
  await pick(page.getByRole('combobox', { name: '标签' }), '门店')

  await add('文字')
  const words = row('welcome[0]').getByRole('textbox')
  await words.fill('您好，我是')
  await words.evaluate((area) =>
    (area as unknown as { setSelectionRange(a: number, b: number): void }).setSelectionRange(2, 2),
  )
  await row('welcome[0]').getByRole('button', { name: '客户昵称' }).click()
  await add('链接')
  await row('welcome[1]').getByLabel('链接标题').fill('使用指南')
  await row('welcome[1]').getByLabel('网址', { exact: true }).fill('shop.example.com/guide')
  await add('图片')
  await row('welcome[2]').getByTestId('choose-reply').click()
  await page.getByTitle('size-chart.jpg').click()
  await row('welcome[2]').getByRole('button', { name: '上移 3. 图片' }).click()
  await add('小程序卡片')
  const card = row('welcome[3]')
  await card.getByRole('combobox').fill('newcomer')
  await page.locator('.ant-select-item-option', { hasText: 'newcomer-gift' }).click()
  await card.getByRole('button', { name: '加参数' }).click()
  await card.getByLabel('参数名').fill('from')
  await card.getByLabel('值', { exact: true }).fill('counter')
  await page.getByLabel('lihua 成员称呼').fill('小李')
  await page.getByText('文字以外 3 / 9 条').waitFor()

  await page.getByTestId('save').click()
  await second.getByText('不是成员账号').waitFor()
  expect(await first.getByText('不是成员账号').count()).toBe(0)
  await holiday.getByText('结束早于开始').waitFor()
  await row('welcome[2]').getByText('不是网址').waitFor()
  expect(await page.locator('[data-row] .ant-form-item-has-error').count()).toBe(3)
  await stage.shoot('way-refused')
  await picture('way-refused-whole')

  await page.reload()
  await page.getByText('没有提交的内容').waitFor()
  await second.locator('.ant-select-selection-item-remove').click()
  await pick(second.getByRole('combobox', { name: '员工' }), 'wangfang')
  await holiday.getByLabel('从这天起', { exact: true }).fill('2027-10-01')
  await holiday.getByLabel('到这天止（含）', { exact: true }).fill('2027-10-03')
  await row('welcome[2]').getByLabel('网址', { exact: true }).fill('https://shop.example.com/guide')
  await page.getByTestId('save').click()
  await page.waitForURL(/contact-ways\/corp\/desk-card$/)
  await page.locator('[data-state="live"], [data-state="pending"], [data-state="not-yet"]').first().waitFor()

  await page.reload()
  await page.getByTestId('way-name').waitFor()
  expect(await first.getByRole('checkbox', { checked: true }).count()).toBe(5)
  expect(await first.getByLabel('几点开始').nth(1).inputValue()).toBe('13:30')
  expect(await first.getByLabel('几点结束').nth(1).inputValue()).toBe('00:00')
  expect(await chosen(first)).toEqual(['小李 lihua', 'wangfang'])
  expect(await second.getByRole('checkbox', { checked: true }).count()).toBe(2)
  expect(await holiday.getByLabel('到这天止（含）', { exact: true }).inputValue()).toBe('2027-10-03')
  expect(await page.getByLabel('从这天起 时刻').inputValue()).toBe('09:00')
  await row('welcome[1]').getByRole('img', { name: 'size-chart.jpg' }).waitFor()
  expect(await row('welcome[2]').getByLabel('链接标题').inputValue()).toBe('使用指南')
  expect(await row('welcome[3]').getByLabel('值', { exact: true }).inputValue()).toBe('counter')
  await picture('way-saved')
  await page.getByRole('tab', { name: 'JSON' }).click()
  expect(JSON.parse(await page.getByRole('textbox', { name: 'JSON' }).inputValue())).toEqual(WRITTEN)

  function add(kind: string): Promise<void> {
    return page
      .getByTestId('way-welcome')
      .locator('.way-rows > .way-adds')
      .getByRole('button', { name: new RegExp(`${kind}$`) })
      .click()
  }
})

test('form and JSON show one text: what the form does not know stays, also over a reload; a second editor is asked', async () => {
  const { page, app } = stage
  await stage.open('/contact-ways/corp/desk-card')
  await page.getByRole('tab', { name: 'JSON' }).click()
  const text = page.getByRole('textbox', { name: 'JSON' })
  const before = JSON.parse(await text.inputValue()) as typeof WRITTEN
  const strange = { ...before, colour: 'red', slots: before.slots.map((slot) => ({ ...slot, room: 2 })) }
  await text.fill(JSON.stringify(strange))
  await page.getByRole('tab', { name: '表单' }).click()
  await page.getByTestId('way-name').fill('门店台卡二')
  await row('slots[0]').getByRole('checkbox', { name: '周六' }).press('Space')
  await page.reload()
  await page.getByText('没有提交的内容').waitFor()
  await page.getByRole('tab', { name: 'JSON' }).click()
  const kept = JSON.parse(await text.inputValue()) as typeof strange
  expect(kept).toMatchObject({ name: '门店台卡二', colour: 'red', slots: [{ room: 2 }, { room: 2 }] })
  expect(kept.slots[0]?.when.days).toContain('周六')
  await page.getByTestId('save').click()
  await page.getByTestId('problem').getByText('第 1 班 · room').waitFor()

  const mended = { ...before, name: '门店台卡三' }
  await text.fill(JSON.stringify(mended))
  const { book } = app.corp.newcomers.ways
  const put = await book.put('corp', 'desk-card', { ...before, name: '别人改的' }, 'other')
  expect(put.outcome).toBe('stored')
  await page.getByTestId('save').click()
  await page.getByTestId('conflict').getByText('别人改的').first().waitFor()
  await stage.shoot('way-conflict')
  await page.getByTestId('keep-mine').click()
  await page.getByRole('heading', { name: '门店台卡三' }).waitFor()
})

test('a new way does not take the place of one that is there; its name is kept too', async () => {
  const { page } = stage
  await stage.open('/contact-ways/-/new')
  expect(await page.getByTestId('way-slug').inputValue()).toBe('')
  await page.getByTestId('way-slug').fill('desk-card')
  await page.getByTestId('way-name').fill('另一个')
  await page.getByTestId('save').click()
  await page.locator('.ant-form-item-has-error').getByText('选至少一位成员').waitFor()
  await pick(page.getByRole('combobox', { name: '员工', exact: true }), 'lihua')
  await page.getByTestId('way-by').getByText('按时间轮班').click()
  expect(await chosen(row('slots[0]'))).toEqual(['小李 lihua'])
  await row('slots[0]').getByLabel('几点结束').fill('17:30')
  await page.getByTestId('way-by').getByText('一直是同一批人').click()
  await page.getByTestId('way-by').getByText('按时间轮班').click()
  expect(await row('slots[0]').getByLabel('几点结束').inputValue()).toBe('17:30')
  await page.getByTestId('save').click()
  await page.locator('.ant-form-item-has-error').getByText('没有备用成员').waitFor()
  await page.getByTestId('way-by').getByText('一直是同一批人').click()
  await page.getByTestId('save').click()
  await page.locator('.ant-form-item-has-error').getByText('换一个编号').waitFor()
  await page.reload()
  expect(await page.getByTestId('way-slug').inputValue()).toBe('desk-card')
  await page.getByRole('button', { name: '放弃这些修改' }).click()
  expect(await page.getByTestId('way-slug').inputValue()).toBe('')
})

test('a way of a file is read by the form, on a phone too', async () => {
  const { page } = stage
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    for (const slug of ['parcel-card', 'livestream-poster', 'desk-card']) {
      await stage.open(`/contact-ways/corp/${slug}`)
      await page.getByTestId('way-name').waitFor()
      await page.locator('.ant-skeleton, .ant-spin').first().waitFor({ state: 'detached' })
      expect([slug, width, await page.evaluate(OVERFLOW)]).toEqual([slug, width, 0])
      await picture(`${slug}-${width}`)
    }
  }
  await page.evaluate("localStorage.setItem('weloop.locale', 'en')")
  await stage.open('/contact-ways/corp/desk-card')
  await page.getByRole('tab', { name: 'JSON (advanced)' }).waitFor()
  expect(await page.evaluate(OVERFLOW)).toBe(0)
  await picture('desk-card-390-en')
  await page.evaluate("localStorage.removeItem('weloop.locale')")

  await stage.open('/contact-ways/corp/parcel-card')
  await page.getByTestId('way-name').waitFor()
  expect(await row('slots[0]').getByRole('checkbox', { checked: true }).count()).toBe(5)
  expect(await row('slots[0]').getByRole('checkbox').first().isDisabled()).toBe(true)
  expect(await row('holidays[1]').getByLabel('几点结束').inputValue()).toBe('17:00')
  expect(await row('welcome[3]').getByRole('combobox').inputValue()).toBe('join')
  expect(await page.getByRole('button', { name: '加一班' }).count()).toBe(0)
})

const row = (path: string): Locator => stage.page.locator(`[data-row="${path}"]`)

/** Types names into a list, one after the other. */
async function pick(list: Locator, ...names: string[]): Promise<void> {
  for (const name of names) {
    await list.fill(name)
    await list.press('Enter')
  }
  await list.press('Escape')
}

const chosen = (within: Locator): Promise<string[]> =>
  within.locator('.ant-select-selection-item-content').allInnerTexts()

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
