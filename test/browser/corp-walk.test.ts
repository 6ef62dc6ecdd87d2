import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import handlers from '../../handlers/index.js'
import { demoAccount, demoCorp, demoMiniProgram } from '../../simulator/options.js'
import { type Simulator, startSimulator } from '../../simulator/start.js'
import { type App, createApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/load.js'
import { dressDemo } from '../../src/demo.js'
import { launchBrowser } from '../helpers/browser.js'
import { until } from '../helpers/until.js'
import { recorder } from '../inbox/setup.js'

/** Set to a folder, pictures of the walk are made there. */
const shots = process.env['WELOOP_SHOTS']
const dir = mkdtempSync(path.join(tmpdir(), 'weloop-corp-'))
const log = recorder()
/** How far the product's clock is ahead: results are read five minutes after a task was made. */
let ahead = 0
const clock = { now: () => new Date(Date.now() + ahead) }
let app: App
let simulator: Simulator
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  const port = await freePort()
  const product = `http://127.0.0.1:${port}`
  simulator = await startSimulator({
    port: 0,
    accounts: [{ ...demoAccount, callbackUrl: `${product}/wechat/shop`, miniPrograms: [demoMiniProgram] }],
    corps: [{ ...demoCorp, callbackUrl: `${product}/wecom/corp`, dispatchMs: 0, detailDelayMs: 0 }],
  })
  const apiBase = simulator.url
  const config = loadConfig({
    root: process.cwd(),
    env: {},
    overrides: {
      publicUrl: product,
      http: { port },
      store: { dir },
      content: { watch: false },
      simulator: { enabled: true },
      reach: { quietHours: { hours: hourFarFromNow() } },
      accounts: { shop: { apiBase, miniProgram: { apiBase } }, corp: { apiBase } },
    },
  })
  app = await createApp(config, { root: process.cwd(), handlers, log, clock })
  await app.start('all')
  await dressDemo(app, config, simulator, log)
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 940 }, timezoneId: 'Asia/Shanghai' })
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => complaints.push(error.message))
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await simulator?.close()
  rmSync(dir, { recursive: true, force: true })
}, 90_000)

test('a follower scans a poster, is tagged, is offered the right group, joins, is greeted, and the roster shows her', async () => {
  await page.goto(`${simulator.url}/?lang=zh`)
  await page.getByTestId('follow').click()
  await page.getByTestId('bubble-article').first().waitFor()
  const [follower] = simulator.control.followers()
  if (follower === undefined) throw new Error('nobody followed')
  await app.corp.groupWelcomes.push()
  const corp = simulator.control.corp()
  const { groups: rooms, groupWelcomes, contactWays } = await corpState()
  const room = rooms.find(({ name }) => name === '新人福利群A')?.id ?? ''
  const template = groupWelcomes[0]?.id ?? ''
  await corp.staffAct('lihua', 'group-welcome', { group: room, template })
  const poster = contactWays.find((way) => way.state === 'parcel-card')?.id ?? ''

  await page.goto(`${simulator.url}/?lang=zh#corp/lihua/${follower.id}`)
  await page.getByTestId('staff-home').waitFor()
  await person('person-tab', 'discover').click()
  await person('open-scan').click()
  await row('poster', poster).click()
  await shoot('corp-poster')
  await page.getByTestId('add-contact').click()
  await page.getByTestId('friend-chat').waitFor()
  await person('corp-text').filter({ hasText: '收到包裹啦' }).waitFor()
  await person('corp-mini').waitFor()
  await shoot('corp-welcome')

  const customer = (await control<{ id: string }>(`/customers/${follower.id}`)).id
  const [own] = await app.corp.customers.relations.of('corp', customer)
  const contact = own?.contact ?? ''
  expect(own).toMatchObject({ account: 'corp', state: 'parcel-card', live: true })
  await until(async () => (await tagsOf(contact)).includes('包裹卡'))

  await person('corp-image').last().click()
  await page.getByTestId('read-code').click()
  await page.getByTestId('join-screen').waitFor()
  expect(await page.getByTestId('join-name').innerText()).toContain('新人福利群A')
  await shoot('corp-join')
  await page.getByTestId('join-go').click()
  await page.getByTestId('person-group-chat').waitFor()
  await person('corp-text').filter({ hasText: '欢迎来到新人福利群' }).waitFor()
  await shoot('corp-greeted')

  const groups = app.corp.groups
  await until(async () => (await groups.groupsOf(contact)).some(({ chatId, leftAt }) => chatId === room && !leftAt))
  await until(async () => {
    const { members } = await groups.membersOf('corp', room)
    return members.some((member) => member.contact === contact && member.state === 'newcomers' && member.way === 'code')
  })
  expect(complaints).toEqual([])
}, 180_000)

test('a group push is planned, two owners confirm, one is reminded, and the result table is right', async () => {
  const { groupSends } = app.corp
  const definition = {
    name: '周末上新',
    purpose: 'marketing',
    to: { groups: { labels: ['新人群', '会员群'] } },
    messages: [{ text: '周末上新，今晚八点群里先看。' }],
    expireAfter: '10h',
  }
  await groupSends.create({ id: 'weekend', definition, by: 'test' })
  const planned = await groupSends.estimate('weekend', { by: 'test' })
  expect(planned.estimate).toMatchObject({ targets: 3 })
  await groupSends.approve('weekend', { by: 'somebody-else' })
  await groupSends.start('weekend', { by: 'test', now: true })
  const run = async () => {
    await groupSends.tick()
    return (await groupSends.show('weekend')).runs[0]
  }
  await until(async () => {
    const made = await run()
    return made !== undefined && (await corpState()).counts.tasks === 3
  })

  const confirm = async (staff: string) => {
    await page.goto('about:blank')
    await page.goto(`${simulator.url}/?lang=zh#corp/${staff}`)
    await page.getByTestId('staff-home').waitFor()
    await page.locator('[data-testid="staff-tab"][data-id="bench"]').click()
    await page.getByTestId('bench-groupSend').click()
    await page.locator('[data-testid="task"][data-state="waiting"]').first().click()
    await shoot(`corp-task-${staff}`)
    await page.getByTestId('task-send').first().click()
    await page.getByTestId('task-ask-yes').click()
    await page.locator('[data-testid="task-target"][data-state="sent"]').first().waitFor()
    await shoot(`corp-sent-${staff}`)
  }
  await confirm('lihua')
  await confirm('wangfang')
  ahead = 6 * 60_000
  const occurrence = (await run())?.occurrence ?? ''
  await until(async () => {
    await groupSends.tick()
    const { totals } = await groupSends.table('weekend', occurrence)
    return totals.members.confirmed === 2 && totals.targets.sent === 2
  })
  expect(await groupSends.remind('weekend', { by: 'test' })).toBe(1)
  await until(async () => {
    await groupSends.tick()
    return (await groupSends.table('weekend', occurrence)).tasks.some(({ reminders }) => reminders.length > 0)
  })
  const { tasks, totals } = await groupSends.table('weekend', occurrence)
  const line = (staff: string) => tasks.find((task) => task.staff === staff)
  expect(line('lihua')).toMatchObject({ members: [{ state: 'confirmed' }], targets: { sent: 1 }, reminders: [] })
  expect(line('wangfang')).toMatchObject({ members: [{ state: 'confirmed' }], targets: { sent: 1 } })
  expect(line('chenjing')).toMatchObject({ members: [{ state: 'waiting' }], targets: { waiting: 1 } })
  expect(line('chenjing')?.reminders).toHaveLength(1)
  expect(totals).toMatchObject({ members: { confirmed: 2 }, targets: { sent: 2, waiting: 1 } })
  await page.goto('about:blank')
  await page.goto(`${simulator.url}/?lang=zh#corp/chenjing`)
  await page.getByTestId('staff-home').waitFor()
  await page.locator('[data-testid="staff-tab"][data-id="bench"]').click()
  await page.getByTestId('bench-groupSend').click()
  await page.getByTestId('task-reminded').first().waitFor()
  await shoot('corp-reminded')
  expect(complaints).toEqual([])
}, 180_000)

interface CorpState {
  groups: { id: string; name: string }[]
  groupWelcomes: { id: string }[]
  contactWays: { id: string; state: string }[]
  counts: { tasks: number }
}
const control = async <T>(route = ''): Promise<T> =>
  (await (await fetch(`${simulator.url}/control/corp${route}`)).json()) as T
const corpState = () => control<CorpState>()

const row = (name: string, id: string): Locator => page.locator(`[data-testid="${name}"][data-id="${id}"]`)
const person = (name: string, id?: string): Locator => {
  const phone = page.getByTestId('person-phone')
  return id === undefined ? phone.getByTestId(name) : phone.locator(`[data-testid="${name}"][data-id="${id}"]`)
}
const tagsOf = async (contact: string) =>
  (await app.store.connection.collection<{ _id: string; tags: string[] }>('contacts').findOne({ _id: contact }))
    ?.tags ?? []

async function shoot(name: string): Promise<void> {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: path.join(shots, `${name}.png`), animations: 'disabled' })
}

/** Quiet hours that are not now, whatever the time is. */
function hourFarFromNow(): string {
  const hour = (new Date().getUTCHours() + 8 + 12) % 24
  return `${String(hour).padStart(2, '0')}:00-${String(hour).padStart(2, '0')}:30`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
