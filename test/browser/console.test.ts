import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import Koa from 'koa'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import handlers from '../../handlers/index.js'
import { mask } from '../../src/access/mask.js'
import { type Role, rolesInWords } from '../../src/access/roles.js'
import { apiRoutes } from '../../src/api-routes.js'
import { type App, createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/schema.js'
import { systemClock } from '../../src/core/clock.js'
import { createConsoleApi } from '../../src/http/api/access.js'
import { createApi } from '../../src/http/api/api.js'
import { consoleFiles } from '../../src/http/console-files.js'
import type { Rule } from '../../src/library/rule.js'
import { deliveries } from '../../src/outbox/queue.js'
import { type OpenAccess, openAccess, PASSWORD, START } from '../access/open-access.js'
import { answersInMemory, keysInMemory, noncesInMemory } from '../helpers/api.js'
import { launchBrowser } from '../helpers/browser.js'
import { recordingLogger } from '../helpers/web.js'
import { chooseLook } from './console-stage.js'

/** Set to a folder, pictures of the walk are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-console-'))
const built = 'dist/console'
let access: OpenAccess
let app: App
let server: Server
let url: string
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []
/** While true the server hangs up on everybody. */
let away = false

beforeAll(async () => {
  if (!existsSync(path.join(built, 'index.html'))) throw new Error('build the console first: npm run build:console')
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: { store: { dir: path.join(dir, 'data') }, content: { watch: false } },
  })
  access = await openAccess('optional')
  // The store removes what is over by its own clock, which is the real one.
  access.pass(Date.now() - START.getTime())
  app = await createApp(config, { root: process.cwd(), handlers, log: recordingLogger() })
  await fill()
  const koa = new Koa({ proxy: false })
  koa.use(consoleFiles({ dir: built, publicUrl: '' }))
  koa.use(api(config))
  const answer = koa.callback()
  server = createHttpServer((request, response) => {
    if (away) request.socket.destroy()
    else void answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'Asia/Shanghai',
  })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (line) => {
    if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) complaints.push(line.text())
  })
}, 180_000)

afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await app?.stop()
  await access?.close()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

afterEach(() => {
  away = false
  expect(complaints.splice(0)).toEqual([])
})

test('a first owner is made by the link, and the link’s token leaves the address', async () => {
  await page.goto(`${url}/console/`)
  await page.getByTestId('first-owner').waitFor()
  await shoot('sign-in')
  const link = await access.ownerLink({ kind: 'command', id: 'test' })
  await page.goto('about:blank')
  await page.goto(`${url}/console/welcome#${link.token}`)
  await page.getByLabel('账号').fill('boss')
  expect(page.url()).toBe(`${url}/console/welcome`)
  await page.getByLabel('姓名').fill('林老板')
  await page.getByLabel('新密码').fill(PASSWORD)
  await page.getByLabel('再输一次').fill(`${PASSWORD}!`)
  await page.getByRole('button', { name: '创建并登录' }).click()
  await page.getByText('两次输入不一样').waitFor()
  await page.getByLabel('再输一次').fill(PASSWORD)
  await shoot('welcome')
  await page.getByRole('button', { name: '创建并登录' }).click()
  await page.getByTestId('menu').waitFor()
  await page.getByTestId('to-do').waitFor()
  await shoot('overview')
})

test('the menu holds what the role may, and a page that it may not says so', async () => {
  expect(await menu()).toEqual(expect.arrayContaining(['概览', '推送计划', '投递记录', '客户', '成员', '操作日志']))
  await signInAs('wang', 'analyst')
  const seen = await menu()
  expect(seen).toContain('推送计划')
  for (const hidden of ['成员', '操作日志', '员工提醒']) expect(seen).not.toContain(hidden)
  await page.goto(`${url}/console/audit`)
  await page.getByText('没有权限').waitFor()
  await signInAs('zhao', 'auditor')
  expect(await menu()).toEqual(expect.arrayContaining(['推送计划', '成员', '操作日志']))
  expect(await menu()).not.toContain('客户')
})

test('contacts are listed by segment, page by page, with the state in the address', async () => {
  await signInAs('chen', 'marketer')
  await page.goto(`${url}/console/contacts?segment=everyone`)
  await page.locator('tbody tr.linked').first().waitFor()
  expect(await page.locator('tbody tr.linked').count()).toBe(20)
  await shoot('contacts')
  const first = await page.locator('tbody tr.linked').first().innerText()
  await page.getByTestId('next').click()
  await page.waitForURL(/after=/)
  await page
    .locator('tbody tr.linked')
    .first()
    .filter({ hasNotText: first.split('\t')[0] ?? '' })
    .waitFor()
  const second = page.url()
  await page.getByTestId('previous').click()
  await page.waitForURL((at) => !at.searchParams.has('after'))
  await page.goto(second)
  await page.locator('tbody tr.linked').first().waitFor()
  expect(await page.locator('tbody tr.linked').count()).toBe(5)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export').click()])
  expect(file.suggestedFilename()).toBe('contacts-everyone.csv')
  await page.locator('tbody tr.linked a').first().click()
  await page.getByText('现在能怎么联系').waitFor()
  await page.locator('.ant-timeline').waitFor()
  await shoot('contact')
})

test('an unclear delivery is shown with its evidence and treated as sent', async () => {
  await page.goto(`${url}/console/deliveries?state=uncertain`)
  await page.locator('tbody tr.linked').first().waitFor()
  await shoot('deliveries')
  await page.locator('tbody tr.linked a').first().click()
  await page.getByText('投递详情').waitFor()
  await shoot('delivery')
  await page.getByRole('button', { name: '视为已发' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '视为已发' }).last().click()
  await page.locator('.ant-drawer [data-state="sent"]').waitFor()
  expect((await app.outbox.find(UNCLEAR))?.state).toBe('sent')
})

test('what was typed outlives the session: a dialog asks in place, and the same press goes on', async () => {
  await page.goto(`${url}/console/campaigns`)
  await page.locator('tbody tr.linked').first().waitFor()
  await shoot('campaigns')
  await page.goto(`${url}/console/campaigns/anniversary`)
  await page.locator('h1').getByText('周年庆').waitFor()
  await shoot('campaign')
  await page.getByRole('button', { name: '暂停' }).click()
  await page.getByTestId('note').fill('库存不够，先停一停')
  const person = await access.people.findByLogin('chen')
  if (person) await access.sessions.endAll(person._id)
  await page.getByRole('dialog').getByRole('button', { name: '暂停' }).click()
  await page.getByText('登录已过期').first().waitFor()
  const again = page.getByRole('dialog').filter({ hasText: '登录已过期' })
  await again.getByLabel('密码').waitFor()
  await shoot('session-ended')
  await again.getByLabel('密码').fill(PASSWORD)
  await again.getByRole('button', { name: '登录' }).click()
  await page.locator('.page-head [data-state="paused"]').waitFor()
  expect((await app.push.campaigns.find('anniversary')).state).toBe('paused')
})

test('when the server goes away the page says so, and recovers by itself', async () => {
  await page.goto(`${url}/console/campaigns`)
  await page.locator('tbody tr.linked').first().waitFor()
  away = true
  server.closeAllConnections()
  await page.getByLabel('刷新').click()
  await page.getByTestId('away').waitFor()
  await shoot('away')
  away = false
  await page.getByTestId('away').waitFor({ state: 'detached' })
  await page.locator('tbody tr.linked').first().waitFor()
})

test('dark, in English, and on a telephone', async () => {
  await signInAs('sun', 'marketer')
  await page.goto(`${url}/console/campaigns`)
  await chooseLook(page, 'dark')
  await page.getByTestId('language').click()
  await page.getByRole('heading', { name: 'Campaigns' }).waitFor()
  await shoot('campaigns-dark-en')
  await page.getByTestId('language').click()
  await page.setViewportSize({ width: 390, height: 844 })
  for (const [name, address] of [
    ['overview', '/'],
    ['contacts', '/contacts?segment=everyone'],
    ['campaigns', '/campaigns'],
    ['deliveries', '/deliveries'],
    ['account', '/account'],
  ] as const) {
    await page.goto(`${url}/console${address}`)
    await page.locator('article.page h1').waitFor()
    await page.waitForLoadState('networkidle')
    const wide = await page.evaluate('document.documentElement.scrollWidth')
    expect([name, wide]).toEqual([name, 390])
    await shoot(`${name}-390`)
  }
  await page.getByTestId('open-menu').click()
  await page.getByRole('menuitem', { name: '推送计划' }).click()
  await page.waitForURL(/\/campaigns$/)
  await page.getByTestId('open-menu').waitFor()
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('an owner invites somebody, gives another role, and lets nobody in under the name any more', async () => {
  await signInAs('boss2', 'owner')
  await page.goto(`${url}/console/people`)
  await page.getByRole('button', { name: '邀请成员' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('账号').fill('xiaolan')
  await dialog.getByLabel('姓名').or(dialog.getByLabel('名称')).fill('小兰')
  await dialog.getByRole('combobox').fill('客服')
  await page.keyboard.press('Enter')
  await dialog.locator('.ant-select-selection-item').getByText('客服').waitFor()
  await dialog.getByRole('combobox').blur()
  await dialog.getByRole('button', { name: '邀请成员' }).click()
  const link = await page.getByTestId('link').innerText()
  expect(link.trim()).toMatch(/\/console\/welcome#/)
  await shoot('people-invited')
  await page.keyboard.press('Escape')
  const xiaolan = await access.people.findByLogin('xiaolan')
  expect(xiaolan).toMatchObject({ name: '小兰', roles: ['service'] })
  await page.goto(`${url}/console/people?id=${xiaolan?._id}`)
  const drawer = page.locator('.ant-drawer')
  await drawer.getByLabel('成员 userid').fill('lan')
  await drawer.getByLabel('企业').fill('corp')
  await drawer.getByRole('button', { name: '保存' }).click()
  await drawer.getByText('corp · lan').waitFor()
  await shoot('person')
  await drawer.getByRole('button', { name: '停用' }).click()
  await page.getByTestId('note').fill('不在店里工作了')
  await page.getByRole('dialog').filter({ hasText: '立刻不能登录' }).getByRole('button', { name: '停用' }).click()
  await drawer.locator('[data-state="disabled"]').waitFor()
  expect(await access.people.findByLogin('xiaolan')).toMatchObject({ wecom: { corp: 'corp', staff: 'lan' } })
  expect((await access.people.findByLogin('xiaolan'))?.disabledAt).toBeDefined()
})

test('the first page weighs 300 kB at most and shows something within 1.5 s', async () => {
  await signInAs('qian', 'marketer')
  const loads: { firstMs: number; bytes: number }[] = []
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  await network.send('Network.setCacheDisabled', { cacheDisabled: true })
  for (let load = 0; load < 3; load++) {
    await page.goto(`${url}/console/`)
    await page.getByTestId('to-do').waitFor()
    await page.waitForLoadState('networkidle')
    loads.push((await page.evaluate(FIRST_LOAD)) as (typeof loads)[number])
  }
  expect(loads).toHaveLength(3)
  expect(Math.max(...loads.map(({ bytes }) => bytes))).toBeLessThanOrEqual(300_000)
  // The best of three: the other tests of the machine are not what is measured.
  expect(Math.min(...loads.map(({ firstMs }) => firstMs))).toBeLessThan(1500)
})

/** When something was shown first, and how many bytes of scripts and styles the page took, as they were sent. */
const FIRST_LOAD = `({
  firstMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  bytes: performance.getEntriesByType('resource')
    .filter(({ name }) => /\\.(js|css)$/.test(new URL(name).pathname))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`
const UNCLEAR = 'console-unclear'
const ANNIVERSARY = {
  name: '周年庆',
  purpose: 'marketing',
  audience: 'everyone',
  channels: ['customer-message'],
  text: '周年庆，全场八折。',
  schedule: { at: '2099-01-01T10:00' },
}

/** People, a segment that means them all, and a delivery with an unclear end. */
async function fill(): Promise<void> {
  const everyone: Rule = { any: [{ follow: { state: 'following' } }, { not: { follow: { state: 'following' } } }] }
  await app.push.segments.put('everyone', { title: '所有人', rule: everyone }, 'tester')
  const people = Array.from({ length: 25 }, (_, index) => ({
    person: { user: `u${index}`, openid: `o-console-${index}` },
  }))
  await app.push.shop.identify.take({ shop: 'demo', account: 'shop' }, people)
  const { campaigns } = app.push
  await campaigns.create({ id: 'anniversary', definition: ANNIVERSARY, by: 'tester' })
  await campaigns.estimate('anniversary', { by: 'tester', signal: AbortSignal.timeout(20_000) })
  await campaigns.approve('anniversary', { by: 'somebody', version: 1 })
  await campaigns.schedule('anniversary', { by: 'tester' })
  const message = { kind: 'text', text: '你好' } as const
  await app.outbox.put({
    key: UNCLEAR,
    account: 'shop',
    to: 'o-console-1',
    purpose: 'marketing',
    source: 'tester',
    message,
  })
  await deliveries(app.store.connection).updateOne(
    { _id: UNCLEAR },
    { $set: { state: 'uncertain', attention: true, reason: 'timeout', endedAt: new Date() }, $unset: { open: '' } },
  )
}

/** The API as the product has it, but for windows, which nobody has here, and for keys. */
function api(config: Config) {
  const { push, corp, desk, marketing, outbox, store, library } = app
  const contacts = { privacy: { export: async () => undefined, erase: async () => false } }
  const windows = { of: async () => ({ open: [] }) }
  const parts = {
    push,
    corp,
    desk: desk.desk,
    content: { accounts: [] },
    marketing,
    office: desk.office,
    people: access.people,
    outbox,
    config,
    root: process.cwd(),
    library,
    contacts,
    accounts: app.accounts,
    reach: { touchesOf: async () => [] },
    windows,
    connection: store.connection,
    operations: app.operations,
    clock: systemClock,
  }
  const routes = apiRoutes(parts as unknown as Parameters<typeof apiRoutes>[0])
  const logins = { corps: [], address: () => '', member: async () => undefined }
  const made = createConsoleApi({ access, roles: { ...rolesInWords, mask }, logins, publicUrl: '', routes })
  return createApi({
    ...made,
    keys: keysInMemory([]),
    nonces: noncesInMemory(),
    answers: answersInMemory(),
    log: recordingLogger(),
  })
}

async function signInAs(login: string, role: Role): Promise<void> {
  await access.person(login, [role])
  await context.clearCookies()
  await page.goto(`${url}/console/`)
  await page.getByLabel('账号').fill(login)
  await page.getByLabel('密码').fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByTestId('menu').waitFor()
}

const menu = () => page.getByTestId('menu').getByRole('menuitem').allInnerTexts()

async function shoot(name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
}
