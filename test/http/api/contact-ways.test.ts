import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createWayDesk } from '../../../src/customers/ways/desk.js'
import type { WayView } from '../../../src/customers/ways/view.js'
import { contactWayRoutes } from '../../../src/http/api/contact-ways.js'
import { came, NOW, openWayBench, type WayBench } from '../../customers/ways/bench.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

let bench: WayBench
let api: ServedApi
let ways: ReturnType<WayBench['open']>
let asked: object[]
beforeEach(async () => {
  bench = await openWayBench()
  ways = bench.open()
  asked = []
  const { connection } = bench.store
  const desk = createWayDesk({ connection, accounts: ['corp'], timeZone: 'Asia/Shanghai', clock: bench.clock, ways })
  const welcomes = {
    counts: async (query: object) => {
      asked.push(query)
      return { sent: 3, 'too-late': 1 }
    },
  }
  api = await serveApi(contactWayRoutes({ ways: desk, welcomes, now: () => bench.clock.now() }))
})
afterEach(async () => {
  await api.close()
  await bench.close()
})

const definition = {
  name: '包裹卡',
  slots: [{ when: { hours: '09:00-12:00' }, staff: ['lihua'] }],
  spare: ['zhangwei'],
}
type Problems = { type: string; errors?: { field: string; message: string; fix?: string }[] }

test('a contact way is made, read, changed and removed', async () => {
  const made = await api.ask<WayView>('PUT', '/contact-ways/parcel', { definition, version: 0 })
  expect(made).toMatchObject({
    status: 200,
    body: {
      status: 'live',
      state: 'parcel',
      staff: ['lihua'],
      qrCode: 'https://qr.example/cfg1',
      version: 1,
      origin: 'store',
    },
  })
  expect((await api.ask<WayView>('GET', '/contact-ways/parcel')).body).toEqual(made.body)
  const stale = await api.ask('PUT', '/contact-ways/parcel', { definition, version: 0 })
  expect(stale.status).toBe(409)
  const more = { ...definition, slots: [{ when: { hours: '09:00-12:00' }, staff: ['lihua', 'wangfang'] }] }
  const changed = await api.ask<WayView>('PUT', '/contact-ways/parcel', { definition: more, version: 1 })
  expect(changed.body).toMatchObject({ staff: ['lihua', 'wangfang'], version: 2, definition: more })
  expect((await api.ask<{ ways: WayView[] }>('GET', '/contact-ways')).body.ways.map(({ slug }) => slug)).toEqual([
    'parcel',
  ])
  expect((await api.ask('DELETE', '/contact-ways/parcel')).body).toEqual({ slug: 'parcel' })
  expect(bench.platform.all.size).toBe(0)
  expect((await api.ask('DELETE', '/contact-ways/parcel')).status).toBe(404)
  const removed = await api.ask<{ ways: WayView[] }>('GET', '/contact-ways?removed=true')
  expect(removed.body.ways).toMatchObject([{ slug: 'parcel', status: 'removed' }])
})

test('what is wrong with a definition is named by its field, in the words of operators', async () => {
  const wrong = { ...definition, spare: undefined, stafff: ['lihua'], welcome: [{ text: '{nick}' }] }
  const { status, body } = await api.ask<Problems>('PUT', '/contact-ways/parcel', { definition: wrong })
  expect(status).toBe(422)
  expect(body.errors?.map(({ field }) => field).sort()).toEqual(['spare', 'stafff', 'welcome[0].text'])
  expect(body.errors?.find(({ field }) => field === 'stafff')?.fix).toContain('是否想写 staff')
  expect((await api.ask('PUT', '/contact-ways/parcel?account=elsewhere', { definition })).status).toBe(422)
  expect((await api.ask('GET', '/contact-ways/none')).status).toBe(404)
  expect(bench.platform.calls).toEqual([])
})

test('a way the platform does not take yet is kept and says why', async () => {
  bench.platform.next('add', { end: 'fault', kind: 'full', reason: '联系我数量已达上限（41045）' })
  const { status, body } = await api.ask<WayView>('PUT', '/contact-ways/parcel', { definition })
  expect([status, body.status, body.problem?.message]).toEqual([200, 'pending', '联系我数量已达上限（41045）'])
})

test('a way of a file can be read only', async () => {
  await bench.file('poster.yaml', 'name: 海报\nstaff: [lihua]\n')
  await ways.tick()
  expect((await api.ask<WayView>('GET', '/contact-ways/poster')).body).toMatchObject({ origin: 'file', status: 'live' })
  expect((await api.ask('PUT', '/contact-ways/poster', { definition })).status).toBe(409)
  expect((await api.ask('DELETE', '/contact-ways/poster')).status).toBe(409)
})

test('a live way is not made a second time; one that is gone is, when asked', async () => {
  await api.ask('PUT', '/contact-ways/parcel', { definition })
  expect((await api.ask('POST', '/contact-ways/parcel/remake')).status).toBe(409)
  bench.platform.all.clear()
  await ways.compare()
  const { body } = await api.ask<WayView>('POST', '/contact-ways/parcel/remake')
  expect(body).toMatchObject({ status: 'live', platformId: 'cfg2' })
})

test('the rota at a moment, the counts by day and how welcomes ended can be asked', async () => {
  await api.ask('PUT', '/contact-ways/parcel', { definition })
  await ways.apply(came())
  const on = async (query: string) => (await api.ask('GET', `/contact-ways/parcel/on-duty${query}`)).body
  expect(await on('')).toEqual({ at: NOW.toISOString(), staff: ['lihua'], by: 'slot' })
  expect(await on('?at=2026-03-05T13:00:00%2B08:00')).toMatchObject({ staff: ['zhangwei'], by: 'spare' })
  expect((await api.ask('GET', '/contact-ways/parcel/days')).body).toEqual({
    days: [{ day: '2026-03-04', staff: 'lihua', added: 1, lost: 0 }],
  })
  expect((await api.ask('GET', '/welcomes/counts?account=corp')).body).toMatchObject({
    counts: { sent: 3, 'too-late': 1 },
  })
  expect(asked).toEqual([{ account: 'corp', from: new Date(NOW.getTime() - 86_400_000) }])
})

test('a key without the right may not write', async () => {
  const { connection } = bench.store
  const desk = createWayDesk({ connection, accounts: ['corp'], timeZone: 'Asia/Shanghai', clock: bench.clock, ways })
  const routes = contactWayRoutes({ ways: desk, welcomes: { counts: async () => ({}) }, now: () => NOW })
  const reading = await serveApi(routes, { scopes: ['contacts:read'] })
  try {
    expect((await reading.ask('GET', '/contact-ways')).status).toBe(200)
    expect((await reading.ask('PUT', '/contact-ways/parcel', { definition })).status).toBe(403)
    expect((await reading.ask('DELETE', '/contact-ways/parcel')).status).toBe(403)
  } finally {
    await reading.close()
  }
})
