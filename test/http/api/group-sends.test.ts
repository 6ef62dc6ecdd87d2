import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { definitionJsonSchema } from '../../../src/group-sends/definition.js'
import { groupSendOptionsRoute } from '../../../src/http/api/group-send-options.js'
import { createGroupSendRoutes } from '../../../src/http/api/group-sends.js'
import { clean, deals, group, MINUTE, type World, world } from '../../group-sends/setup.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'
import { openTestStore, type TestStore } from '../../store/open.js'

let store: TestStore
let made: World
let api: ServedApi
beforeAll(async () => {
  store = await openTestStore()
})
beforeEach(async () => {
  made = await world(store, { groups: [group(1, 'lihua'), group(2, 'lihua'), group(3, 'wangfang')] })
  api = await serveApi(createGroupSendRoutes({ groupSends: made.pushes, definition: definitionJsonSchema() }))
})
afterEach(async () => {
  await api.close()
  await clean(store)
})
afterAll(() => store.dispose())

const ask = (method: string, path: string, body?: unknown) => api.ask<Record<string, unknown>>(method, path, body)

test('a push goes from its draft to its table over HTTP', async () => {
  const created = await ask('POST', '/group-sends', { id: 'deals', definition: deals() })
  expect(created).toMatchObject({ status: 201, body: { id: 'deals', state: 'draft', version: 1, definition: deals() } })
  expect((await ask('POST', '/group-sends/deals/approve', { version: 1 })).status).toBe(409)
  const { body } = await ask('POST', '/group-sends/deals/estimate')
  expect(body).toMatchObject({ state: 'estimated', estimate: { targets: 3, planned: 3, owners: 2, tasks: 2 } })
  expect((await ask('POST', '/group-sends/deals/approve', { version: 1 })).body['state']).toBe('approved')
  expect((await ask('POST', '/group-sends/deals/start', { now: true })).body['state']).toBe('scheduled')
  await made.tick()
  made.platform.confirm('lihua')
  made.clock.pass(MINUTE)
  expect((await ask('POST', '/group-sends/deals/refresh')).body).toEqual({ tasks: 2 })
  await made.tick()
  expect((await ask('POST', '/group-sends/deals/remind')).body).toEqual({ tasks: 1 })
  const shown = await ask('GET', '/group-sends/deals')
  const [run] = shown.body['runs'] as { occurrence: string; state: string }[]
  expect(run?.state).toBe('running')
  const table = await ask('GET', `/group-sends/deals/runs/${run?.occurrence}?size=1`)
  expect(table.body).toMatchObject({
    totals: { targets: { sent: 2, waiting: 1 }, members: { confirmed: 1, waiting: 1 } },
    tasks: [{ staff: 'lihua', state: 'done', words: '已完成', targets: { sent: 2 } }],
  })
  const next = String(table.body['next'])
  const rest = await ask('GET', `/group-sends/deals/runs/${run?.occurrence}?after=${encodeURIComponent(next)}`)
  expect(rest.body).toMatchObject({ tasks: [{ staff: 'wangfang', words: '待成员确认' }] })
  const sent = await ask('GET', `/group-sends/deals/runs/${run?.occurrence}/targets?state=sent&size=1`)
  expect(sent.body).toMatchObject({
    targets: [{ target: 'wr0001', name: '1群', staff: 'lihua', state: 'sent' }],
    next: expect.any(String),
  })
  const more = await ask(
    'GET',
    `/group-sends/deals/runs/${run?.occurrence}/targets?state=sent&after=${String(sent.body['next'])}`,
  )
  expect(more.body).toMatchObject({ targets: [{ target: 'wr0002' }] })
  expect((await ask('POST', '/group-sends/deals/cancel', { note: '改期' })).body['state']).toBe('stopped')
  expect((await ask('GET', '/group-sends?state=stopped')).body['groupSends']).toHaveLength(1)
})

test('refusals name what is wrong: unknown names, mistakes field by field, nothing to decide', async () => {
  expect((await ask('GET', '/group-sends/nothing')).status).toBe(404)
  const wrong = await ask('POST', '/group-sends', { id: 'wrong', definition: deals({ remindAfter: ['soon'] }) })
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ field: 'remindAfter[0]' }] } })
  await ask('POST', '/group-sends', { id: 'deals', definition: deals() })
  expect((await ask('POST', '/group-sends', { id: 'deals', definition: deals({ name: '别的' }) })).status).toBe(409)
  const other = { task: 'others:2026-03-04T1000:lihua:1', as: 'again' }
  expect((await ask('POST', '/group-sends/deals/decide', other)).status).toBe(404)
  await made.pushes.estimate('deals', { by: 'ming' })
  await made.pushes.approve('deals', { by: 'lan' })
  await made.pushes.start('deals', { by: 'lan' })
  await made.tick()
  const { _id: task } = await made.task(/lihua/)
  expect((await ask('POST', '/group-sends/deals/decide', { task, as: 'again' })).status).toBe(409)
})

test('a push is moved over HTTP: the answer has the estimate for the new time, and refusals name field and fix', async () => {
  await ask('POST', '/group-sends', { id: 'deals', definition: deals({ schedule: { at: '2026-03-05T12:00' } }) })
  await ask('POST', '/group-sends/deals/estimate')
  const move = (version: number, at: string) => ask('POST', '/group-sends/deals/move', { version, at, note: '撞期' })
  expect(await move(1, '2020-01-01T10:00')).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'schedule.at', message: '时间已经过去', fix: '选以后的时间' }] },
  })
  expect(await move(1, '2026-03-06T12:00')).toMatchObject({
    status: 200,
    body: {
      ...{ state: 'estimated', version: 2, definition: { schedule: { at: '2026-03-06T12:00' } } },
      estimate: { version: 2, for: '2026-03-06T04:00:00.000Z' },
    },
  })
  expect((await move(1, '2026-03-07T12:00')).status).toBe(409)
  expect((await ask('POST', '/group-sends/nothing/move', { version: 1, at: '2026-03-07T12:00' })).status).toBe(404)
  const reader = await serveApi(
    createGroupSendRoutes({ groupSends: made.pushes, definition: definitionJsonSchema() }),
    {
      key: { scopes: ['groups:read'] },
    },
  )
  const refused = await reader.ask('POST', '/group-sends/deals/move', { version: 2, at: '2026-03-07T12:00' })
  await reader.close()
  expect(refused.status).toBe(403)
})

test('who wrote, approved and stopped a push is called by name, and the house’s rules are told', async () => {
  const options = {
    ...{ accounts: ['corp'], timeZone: 'Asia/Shanghai', approvalAbove: 500, cap: 'day' as const },
    ...{ expireAfterMinutes: 1440, skipAfterMinutes: 120 },
  }
  const nameOf = async (id: string) => ({ ming: '小明', lan: '阿兰' })[id]
  const own = await serveApi([
    ...createGroupSendRoutes({ groupSends: made.pushes, definition: definitionJsonSchema(), nameOf }),
    groupSendOptionsRoute(() => options),
  ])
  await made.begin('deals', deals())
  await made.pushes.cancel('deals', { by: 'robot' })
  const shown = await own.ask<Record<string, unknown>>('GET', '/group-sends/deals')
  const told = await own.ask<Record<string, unknown>>('GET', '/group-send-options')
  await own.close()
  expect(shown.body).toMatchObject({ authors: ['ming'], approval: { by: 'lan' }, reason: { by: 'robot' } })
  expect(shown.body['names']).toEqual({ ming: '小明', lan: '阿兰' })
  expect(told.body).toEqual(options)
})
