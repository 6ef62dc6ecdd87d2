import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Command } from 'commander'
import type { Alerts } from '../../src/alerts/alerts.js'
import { triggers } from '../../src/alerts/catalog.js'
import { alertJsonSchema } from '../../src/alerts/definition.js'
import { addAlertCommands } from '../../src/commands/alerts.js'
import { alertRuleRoutes } from '../../src/http/api/alerts.js'
import { alertHistoryRoutes } from '../../src/http/api/alerts-history.js'
import { openApi } from '../../src/http/api/openapi.js'
import type { Problem } from '../../src/http/api/problem.js'
import { type ServedApi, serveApi } from '../helpers/api.js'
import { type Bench, definition, openBench } from './setup.js'

let bench: Bench
let alerts: Alerts
let api: ServedApi
const FILE = { slug: 'file', definition: definition({ title: '文件' }) }

const routesOf = () => [
  ...alertRuleRoutes({ alerts, schema: alertJsonSchema() }),
  ...alertHistoryRoutes({ alerts, triggers }),
]

beforeAll(async () => {
  bench = await openBench()
  alerts = bench.another({ files: async () => ({ rules: [FILE], problems: [] }) })
  await alerts.run()
  api = await serveApi(routesOf(), { scopes: ['operations:read', 'operations:write'] })
})
afterAll(async () => {
  await api.close()
  await bench.store.dispose()
})

const codeOf = (body: unknown) => (body as Problem).type.split(':').at(-1)

describe('the routes of alerts', () => {
  test('put a rule, refuse a wrong, stale or read-only one, and delete it', async () => {
    const put = await api.ask('PUT', '/alerts/rules/mine', { definition: definition(), version: 0 })
    expect([put.status, put.body]).toMatchObject([200, { slug: 'mine', origin: 'store', version: 1, warnings: [] }])
    const again = await api.ask('PUT', '/alerts/rules/mine', { definition: definition(), version: 0 })
    expect([again.status, codeOf(again.body)]).toEqual([409, 'alert.stale'])
    const wrong = await api.ask<Problem>('PUT', '/alerts/rules/mine', { definition: definition({ text: '{orderno}' }) })
    expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ field: 'text', fix: '是否想写 orderNo？' }]])
    const file = await api.ask('PUT', '/alerts/rules/file', { definition: definition() })
    expect([file.status, codeOf(file.body)]).toEqual([409, 'alert.read-only'])
    const list = await api.ask<{ rules: { slug: string; origin: string }[] }>('GET', '/alerts/rules')
    expect(list.body.rules.map(({ slug, origin }) => [slug, origin])).toEqual([
      ['file', 'file'],
      ['mine', 'store'],
    ])
    expect((await api.ask('DELETE', '/alerts/rules/mine')).status).toBe(200)
    expect((await api.ask('GET', '/alerts/rules/mine')).status).toBe(404)
  })

  test('try a rule, list events, show what happened, and know no robot that was stopped', async () => {
    const tried = await api.ask('POST', '/alerts/try', { slug: 'file', fact: { props: { orderNo: 'X', paidFen: 1 } } })
    expect(tried.body).toMatchObject({ matches: true, text: '订单 X', recipients: [{ kind: 'staff', staff: 'lihua' }] })
    const wrong = await api.ask('POST', '/alerts/try', { definition: { title: 'x' } })
    expect([wrong.status, codeOf(wrong.body)]).toEqual([422, 'alert.invalid'])
    const { body } = await api.ask<{ events: { name: string }[] }>('GET', '/alerts/events')
    expect(body.events.map(({ name }) => name)).toContain('customer.lost')
    await bench.happened('order.paid', { orderNo: 'A1', paidFen: 1 })
    await alerts.run()
    const history = await api.ask('GET', '/alerts/history?rule=file&limit=5')
    expect(history.body).toMatchObject({ alerts: [{ state: 'handed', ways: [{ state: 'outbox' }] }] })
    expect((await api.ask('GET', '/alerts/status')).body).toMatchObject({ stale: 0, robots: [{ name: 'ops' }] })
    expect((await api.ask('POST', '/alerts/places/robot/ops/resume')).status).toBe(404)
  })

  test('describe themselves', () => {
    const { paths } = openApi(routesOf(), 'http://127.0.0.1:3000')
    expect(Object.keys(paths)).toContain('/alerts/rules/{slug}')
    expect(JSON.stringify(paths)).toContain('AlertRule')
  })
})

describe('weloop alerts', () => {
  const run = async (...words: string[]) => {
    const lines: string[] = []
    const program = new Command().exitOverride()
    addAlertCommands(program, {
      open: async () => ({ alerts, timeZone: 'Asia/Shanghai', close: async () => undefined }),
      say: (line) => void lines.push(line),
    })
    await program.parseAsync(['alerts', ...words], { from: 'user' })
    return lines.join('\n')
  }

  test('lists, tries, and shows history and state', async () => {
    expect(await run('list')).toMatch(/^file +文件 {2}order\.paid {2}文件$/)
    const dir = await mkdtemp(join(tmpdir(), 'weloop-alerts-'))
    await writeFile(
      join(dir, 'fact.json'),
      JSON.stringify({ type: 'order.paid', props: { orderNo: 'Z9', paidFen: 5 } }),
    )
    expect(await run('test', 'file', '--fact', join(dir, 'fact.json'))).toBe('✔ 会提醒\n订单 Z9\n发给：员工 lihua')
    await expect(run('test', 'file', '--fact', join(dir, 'none.json'))).rejects.toThrow('is no fact as JSON')
    await rm(dir, { recursive: true })
    expect(await run('history')).toMatch(/file {2}已交付\n {4}订单 A1\n {4}→ 员工 lihua {2}outbox/)
    expect(await run('status')).toMatch(/✔ 机器人 ops/)
    expect(await run('facts')).toContain('group-buy.nearly-full')
    await expect(run('resume', 'ops')).rejects.toThrow('never stopped')
  })
})
