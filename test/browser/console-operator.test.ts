import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { demoMiniProgram } from '../../simulator/options.js'
import { createClient, type WeLoopError } from '../../src/client/client.js'
import type { Plugin } from '../../src/core/composer.js'
import { type ConsoleStage, openConsole } from './console-stage.js'

let stage: ConsoleStage
let broken = true
const coupons: Plugin = (bot) => {
  bot.hears(/^查优惠券/, () => {
    if (broken) throw new Error('coupon service did not answer')
    return '你有一张八折券'
  })
  bot.on('message.text', () => '你好')
}

beforeAll(async () => {
  stage = await openConsole({ handlers: [coupons], miniPrograms: [demoMiniProgram] })
}, 120_000)
afterAll(() => stage?.close(), 60_000)

test('a handler that throws: the push is seen masked with its reason, replayed after mending, answered on the phone', async () => {
  const { page, simulator } = stage
  const her = simulator.control.addFollower({ name: '小雨' })
  simulator.control.follow(her.id)
  await simulator.control.settled()
  simulator.control.say(her.id, '查优惠券，我的电话 13812345678')
  await simulator.control.settled()
  await stage.signInAs('dev', 'developer')
  await stage.open('/dead-letters')
  await page.getByText('coupon service did not answer').first().waitFor()
  await stage.shoot('dead-letters')
  await page.locator('tbody tr.linked a').first().click()
  const raw = page.locator('.ant-drawer').getByTestId('raw').last()
  await raw.waitFor()
  const shown = await raw.innerText()
  expect(shown).toMatch(/<FromUserName><!\[CDATA\[\S{4}\*\*\*\*/)
  expect(shown).toContain('138****5678')
  expect(await page.getByRole('button', { name: '查看完整原文' }).count()).toBe(0)
  await stage.shoot('update')
  broken = false
  await page.getByTestId('replay').click()
  await page.locator('.ant-drawer [data-state="done"]').waitFor()
  const said = async () => JSON.stringify(await simulator.control.thread(her.id))
  while (!(await said()).includes('你有一张八折券')) await simulator.control.settled()
  await stage.open('/updates')
  await page.locator('tbody [data-state="done"]').first().waitFor()
  await stage.shoot('updates')
  await stage.open('/event-log')
  await page.locator('tbody tr.ant-table-row').first().waitFor()
  await stage.shoot('event-log')
  expect(stage.complaints()).toEqual([])
}, 120_000)

test('the doctor finds the account well, and quotas and calls are told', async () => {
  const { page } = stage
  await stage.open('/accounts')
  await page.locator('tbody tr.linked').first().waitFor()
  await stage.shoot('accounts')
  await page.locator('tbody tr.linked a').filter({ hasText: 'shop' }).click()
  expect(await page.getByTestId('callback-url').innerText()).toContain('/wechat/shop')
  await page.getByTestId('doctor').click()
  await page.getByTestId('findings').waitFor({ timeout: 60_000 })
  const marks = await page
    .locator('[data-check]')
    .evaluateAll((found) => found.map((one) => [one.getAttribute('data-check'), one.getAttribute('data-state')]))
  expect(marks.length).toBeGreaterThan(5)
  // Beside the simulator only the addresses of this machine are no public https names.
  expect(marks.filter(([, state]) => state !== 'ok')).toEqual([
    ['callback.address', 'warn'],
    ['mini.callback.address', 'warn'],
  ])
  const quota = { side: 'api', path: '/cgi-bin/openapi/quota/get' } as const
  stage.simulator.control.addFault({ ...quota, kind: 'errcode', errcode: 45009, times: 2 })
  stage.simulator.control.addFault({ ...quota, kind: 'status', status: 502, times: 1 })
  await page.getByTestId('quotas').click()
  await page.locator('.quota').first().waitFor()
  await stage.shoot('account')
  await stage.open('/platform-calls')
  await page.getByText('/cgi-bin/message/custom/send').first().waitFor()
  await page.locator('tbody').getByText('45009').waitFor()
  await page.getByText('网关返回 HTTP 502').waitFor()
  await page.locator('.drawn canvas').waitFor()
  await stage.shoot('platform-calls')
  expect(stage.complaints()).toEqual([])
}, 120_000)

test('an API key is made, used once for a signed call, and revoked', async () => {
  const { page, url } = stage
  await stage.signInAs('boss', 'owner')
  await stage.open('/api-keys')
  await page.getByRole('button', { name: '新建密钥' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('名称').fill('小程序商城')
  await form.getByLabel('店铺').fill('mall')
  await stage.shoot('new-key')
  await form.getByRole('button', { name: '生成' }).click()
  const keyId = await page.getByTestId('key-id').innerText()
  const secret = await page.getByTestId('key-secret').innerText()
  await page.getByRole('button', { name: '已保存' }).click()
  const client = createClient({ url, keyId, secret, attempts: 1 })
  const { types } = await client.call('listEventTypes', {})
  expect(types.length).toBeGreaterThan(0)
  const row = page.locator('tbody tr').filter({ hasText: keyId })
  for (;;) {
    await page.getByLabel('刷新').click()
    if ((await row.locator('time').count()) > 1) break
  }
  await stage.shoot('api-keys')
  await row.getByRole('button', { name: '吊销' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click()
  await row.locator('[data-state="revoked"]').waitFor()
  const refused = await client.call('listEventTypes', {}).catch((error: unknown) => error as WeLoopError)
  expect(refused).toMatchObject({ status: 401, code: 'signature.wrong' })
  expect(JSON.stringify(await stage.access.audit.list({ limit: 100 }))).not.toContain(secret)
  expect(stage.complaints()).toEqual([])
}, 120_000)

test('the auditor sees it all and can change nothing; health, jobs and content problems are live', async () => {
  const { page } = stage
  await stage.signInAs('audit', 'auditor')
  await stage.open('/health')
  await page.getByTestId('ready').waitFor()
  await stage.shoot('health')
  await stage.open('/jobs')
  await page.locator('tbody tr.ant-table-row').first().waitFor()
  await stage.shoot('jobs')
  expect(await page.getByRole('button', { name: '立即执行' }).count()).toBe(0)
  await stage.open('/accounts/shop')
  await page.getByTestId('callback-url').waitFor()
  expect(await page.getByTestId('doctor').count()).toBe(0)
  await stage.open('/api-keys')
  await page.locator('tbody tr.ant-table-row').first().waitFor()
  for (const name of ['新建密钥', '轮换', '吊销']) expect(await page.getByRole('button', { name }).count()).toBe(0)
  const csrf = await page.evaluate(
    async () => ((await (await fetch('/api/v1/session')).json()) as { csrf: string }).csrf,
  )
  const status = await page.evaluate(
    async (token) =>
      (await fetch('/api/v1/jobs/inbox-sweep/run', { method: 'POST', headers: { 'x-csrf-token': token } })).status,
    csrf,
  )
  expect(status).toBe(403)
  await stage.open('/audit')
  const number = page.locator('tbody tr.ant-table-row').first().locator('td').last()
  expect(Number(await number.innerText())).toBeGreaterThan(1)
  await page.getByRole('columnheader', { name: '时间' }).click()
  await page.waitForURL(/sort=at/)
  await number.getByText('1', { exact: true }).waitFor()
  await stage.open('/content-problems')
  await page.getByText('内容没有问题').waitFor()
  writeFileSync(path.join(stage.content, 'cards/broken.yaml'), 'title: 12\n')
  await stage.app.library.load()
  await page.getByText('broken.yaml').first().waitFor()
  await stage.shoot('content-problems')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const name of PAGES) {
    await stage.open(`/${name}`)
    await page.waitForLoadState('networkidle')
    expect([name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, 390])
    await stage.shoot(`${name.replace('/', '-')}-390`)
  }
  expect(stage.complaints().filter((line) => !line.includes('403'))).toEqual([])
}, 180_000)

const PAGES = [
  'health',
  'accounts',
  'accounts/shop',
  'updates',
  'dead-letters',
  'jobs',
  'platform-calls',
  'event-log',
  'api-keys',
  'content-problems',
]
