import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { type ContactRow, contactRows } from '../../src/contacts/model.js'
import { type ConsoleStage, openConsole } from './console-stage.js'

jest.setTimeout(120_000)
let stage: ConsoleStage
let people: string[]

beforeAll(async () => {
  stage = await openConsole({
    async prepare(content) {
      const file = path.join(content, 'notices/order-delivered.yaml')
      const text = await readFile(file, 'utf8')
      await writeFile(file, text.replace('TPL_SIGN_demo', 'TPL_GONE_demo'))
    },
  })
  const rows = contactRows(stage.app.store.connection)
  people = PEOPLE.map(({ _id }) => _id)
  await rows.insertMany(PEOPLE)
  await stage.signInAs('mei', 'marketer')
}, 240_000)

afterAll(() => stage?.close(), 60_000)
afterEach(() => {
  expect(stage.complaints()).toEqual([])
})

test('a segment is built by hand, counted while it is, tried on a person, saved; a second editor is told', async () => {
  const { page } = stage
  await stage.open('/segments')
  await page.getByRole('link', { name: '常客' }).waitFor()
  await stage.shoot('segments')
  await page.getByRole('button', { name: '新建人群' }).click()
  await page.getByTestId('title').fill('老客户')
  await page.getByTestId('slug').fill('regulars')
  await page.getByTestId('count-value').waitFor()
  await page.getByTestId('add-condition').click()
  await page.getByRole('menuitem', { name: '标签', exact: true }).click()
  await page.getByText('有 1 处没填好').waitFor()
  const tags = page.locator('[data-leaf="tag"]')
  await tags.getByRole('alert').first().waitFor()
  await tags.getByRole('combobox', { name: '标签' }).fill('老客')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.locator('[data-testid="count"][data-stale="false"]').getByText('2', { exact: true }).waitFor()
  await page.getByTestId('try-who').fill(people[2] ?? '')
  await page.getByRole('button', { name: '看看' }).click()
  await page.getByTestId('tried').getByText('不属于这个人群').waitFor()
  await stage.shoot('segment-editor')
  await page.getByTestId('save').click()
  await page.waitForURL(/segments\/regulars$/)
  await page.getByRole('heading', { name: '老客户' }).waitFor()
  const stored = await stage.app.push.segments.find('regulars')
  expect(stored).toMatchObject({ version: 1, rule: { all: [{ follow: {} }, { tag: { in: ['老客'] } }] } })

  await page.getByTestId('title').fill('老客户二')
  await stage.app.push.segments.put('regulars', { title: '别人改的', rule: stored?.rule, version: 1 }, 'other')
  await page.getByTestId('save').click()
  await page.getByTestId('stale').getByRole('button', { name: '看最新的' }).click()
  await page.getByRole('heading', { name: '别人改的' }).waitFor()
  expect((await stage.app.push.segments.find('regulars'))?.title).toBe('别人改的')
})

test('a menu is edited, compared with what is on WeChat, published, and put back', async () => {
  const { page, app } = stage
  const client = app.accounts.client('shop')
  await stage.open('/menus')
  await page.getByTestId('changes').waitFor()
  await publish()
  await page.getByTestId('same').first().waitFor()
  await page.getByTestId('name-1').fill('逛逛新品很长的名字')
  await page.getByText('27/16 字节').waitFor()
  await page.getByTestId('top-1').getByRole('alert').first().waitFor()
  await page.getByTestId('name-1').fill('逛新品')
  const changes = page.getByTestId('changes')
  await changes.locator('[data-change="changed"]').getByText('逛新品').waitFor()
  expect(await changes.locator('li').count()).toBe(1)
  await page.getByTestId('phone').getByRole('button', { name: '逛新品' }).click()
  await stage.shoot('menu-editor')
  await page.getByTestId('save-draft').click()
  await page.getByText('草稿 v1').waitFor()
  await publish()
  await page.getByTestId('same').first().waitFor()
  const names = async () => {
    const live = (await client?.menus.get())?.['menu'] as { button: { name: string }[] }
    return live.button.map(({ name }) => name)
  }
  expect(await names()).toEqual(['逛新品', '我的', '帮助'])
  await stage.shoot('menu-published')
  await page.getByTestId('publications').getByRole('button', { name: '放回之前的' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '放回之前的' }).click()
  await page.getByTestId('publications').getByText('放回了 #2 之前的样子').waitFor()
  expect(await names()).toEqual(['逛一逛', '我的', '帮助'])

  async function publish(): Promise<void> {
    await page.getByRole('button', { name: '发布到微信' }).click()
    await page.getByRole('dialog').getByTestId('changes').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '发布到微信' }).click()
  }
})

test('a channel code is made, shown and put on a sheet for the printer', async () => {
  const { page, app } = stage
  await stage.open('/codes')
  await page.getByRole('button', { name: '新建渠道码' }).click()
  await page.getByTestId('code-name').fill('春季海报')
  await page.getByTestId('code-scene').fill('海报')
  await page.getByText('只用字母、数字').waitFor()
  await page.getByTestId('code-scene').fill('poster-spring')
  await page.getByTestId('create-code').click()
  await page.getByRole('button', { name: '春季海报' }).click()
  await page.getByTestId('code-picture').waitFor()
  await stage.shoot('code')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载 PNG' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('poster-spring.png')
  expect(await app.marketing.codes.find('shop', 'poster-spring')).toMatchObject({ permanent: true, name: '春季海报' })

  await page.getByRole('link', { name: '打印页' }).click()
  await page.getByTestId('sheet').locator('img').waitFor()
  await page.goto(`${page.url()}&n=4&copies=1`)
  const sheet = page.getByTestId('sheet')
  await sheet.locator('img').nth(3).waitFor()
  expect(await sheet.locator('figure').count()).toBe(4)
  await sheet.getByLabel('图下的文字').first().fill('扫码领新人礼')
  await stage.shoot('print')
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByTestId('print-choose').isVisible()).toBe(false)
  for (const part of [page.getByTestId('menu'), page.locator('.head'), page.locator('h1')])
    expect(await part.isVisible()).toBe(false)
  expect(await sheet.getByText('扫码领新人礼').first().isVisible()).toBe(true)
  const pdf = await page.pdf({ preferCSSPageSize: true })
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
  await page.emulateMedia({ media: null })
})

test('a contact way of WeCom is made at the page, changed, and its code shown', async () => {
  const { page } = stage
  await stage.open('/contact-ways')
  await page.getByRole('button', { name: '新建企微渠道码' }).click()
  await page.getByTestId('way-slug').fill('counter')
  await page.getByTestId('way-name').fill('收银台')
  await page.getByRole('combobox', { name: '员工', exact: true }).fill('lihua')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByTestId('save').click()
  await page.waitForURL(/contact-ways\/corp\/counter$/)
  await page.locator('[data-state="live"]').waitFor()
  await page.locator('.code-picture img').waitFor()
  expect(await page.evaluate(SHOWN)).toBe(true)
  await page.getByTestId('way-name').fill('一楼收银台')
  await page.getByTestId('save').click()
  await page.getByRole('heading', { name: '一楼收银台' }).waitFor()
  await stage.shoot('contact-way')
})

test('notices: what news is answered with, a template that is gone, a preview, one sent on trial', async () => {
  const { page, app } = stage
  await stage.open('/notices')
  await page.getByTestId('lint').getByText('1 个通知存在问题').waitFor()
  const delivered = page.locator('[data-event="order.delivered"]')
  await delivered.locator('[data-notice="order.delivered"]').click()
  await delivered.getByText('账号 shop 没有模板 TPL_GONE_demo').waitFor()
  await delivered.getByText('content/notices/order-delivered.yaml').first().waitFor()
  await stage.shoot('notices')
  const shipped = page.locator('[data-event="order.shipped"]')
  await shipped.locator('[data-notice="order.shipped"]').click()
  await shipped.getByTestId('preview').getByText('202603040001').waitFor()
  await shipped.getByTestId('test-who').fill(people[0] ?? '')
  await shipped.getByRole('button', { name: '测试发送' }).click()
  await shipped.getByTestId('test-sent').waitFor()
  const key = decodeURIComponent((await shipped.getByTestId('test-sent').getAttribute('href'))?.split('key=')[1] ?? '')
  expect(await app.outbox.find(key)).toMatchObject({ to: 'o-menus-1', source: 'test:notice:order.shipped' })
})

test('on a phone, and for those who may only read', async () => {
  const { page } = stage
  await stage.signInAs('fen', 'analyst')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const [name, address] of Object.entries(PAGES)) {
    await stage.open(address)
    await page.locator('.ant-skeleton, .ant-spin').first().waitFor({ state: 'detached' })
    const wide = await page.evaluate(OVERFLOW)
    expect([name, wide]).toEqual([name, 0])
    await stage.shoot(`phone-${name}`)
  }
  await stage.open('/menus')
  await page.getByTestId('phone').waitFor()
  for (const word of ['保存草稿', '发布到微信', '新建菜单'])
    expect(await page.getByRole('button', { name: word }).count()).toBe(0)
})

/** Whether the picture of a code has come: `decode` rejects when it cannot be shown. */
const SHOWN = "document.querySelector('.code-picture img').decode().then(() => true)"

/** How much wider than the screen a page is. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

const PAGES = {
  segments: '/segments',
  segment: '/segments/vip',
  menus: '/menus',
  codes: '/codes',
  print: '/codes/print?of=shop%2Fposter-spring&n=4',
  notices: '/notices',
}

const AT = new Date('2026-03-01T02:00:00Z')
/** Three followers; two of them have the tag. */
const PEOPLE = [['老客'], ['老客'], []].map((tags, index): ContactRow => {
  const externalId = `o-menus-${index + 1}`
  return {
    _id: `66000000000000000000000${index}`,
    status: 'active',
    identities: [
      {
        key: `official-account:shop:${externalId}`,
        platform: 'official-account',
        account: 'shop',
        externalId,
        boundAt: AT,
        follow: { following: true, at: AT },
      },
    ],
    tags,
    profile: { nickname: '小梅' },
    consents: {},
    firstSeenAt: AT,
    lastSeenAt: AT,
  }
})
