import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { contactRows } from '../../src/contacts/model.js'
import type { Customers } from '../../src/customers/customers.js'
import type { CustomerPage } from '../../src/customers/search.js'
import { customerRoutes } from '../../src/http/api/customers.js'
import { openApi } from '../../src/http/api/openapi.js'
import type { Problem } from '../../src/http/api/problem.js'
import { type ServedApi, serveApi } from '../helpers/api.js'
import type { FakeCorp } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

let world: CustomerWorld
let corp: FakeCorp
let customers: Customers
let api: ServedApi

beforeAll(async () => {
  world = await openCustomerWorld()
  ;({ corp, customers } = world.corp())
  corp.mirrorTags = ['老客']
  const vip = corp.makeTag('高价值')
  for (let at = 0; at < 12; at++) {
    const more = { state: at % 2 === 0 ? 'poster' : 'parcel', tagIds: at < 3 ? [vip] : [], remark: '老街坊' }
    corp.add(at < 8 ? 'li' : 'wang', `wm${String(at).padStart(2, '0')}`, { name: '张小雨', ...more })
  }
  await customers.sync(corp.account)
  world.pass(3_600_000)
  await customers.apply(corp.update('event.customer.removed', 'li', 'wm00', { by: 'customer' }))
  const row = await world.contactOf(corp.account, 'wm05')
  await contactRows(world.people.store.connection).updateOne({ _id: String(row?._id) }, { $set: { tags: ['仅本地'] } })
  api = await serveApi(customerRoutes({ customers }), {
    scopes: ['contacts:read', 'contacts:write', 'operations:read'],
  })
})
afterAll(async () => {
  await api.close()
  await world.close()
})

const list = async (query: string) =>
  (await api.ask<CustomerPage>('GET', `/customers?account=${corp.account}&${query}`)).body
const ids = (page: CustomerPage) => page.customers.map(({ customer }) => customer)
const all = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `wm${String(from + at).padStart(2, '0')}`)

describe('the routes of customers', () => {
  test('list by member, channel, tag of either side, and who was lost; names only by their first letter', async () => {
    expect(ids(await list('staff=wang'))).toEqual(all(8, 12))
    expect(ids(await list('state=parcel&staff=li'))).toEqual(['wm01', 'wm03', 'wm05', 'wm07'])
    expect(ids(await list('tag=高价值'))).toEqual(['wm01', 'wm02'])
    expect(ids(await list('tag=仅本地'))).toEqual(['wm05'])
    const lost = await list('standing=lost')
    expect(lost.customers).toMatchObject([{ customer: 'wm00', staff: 'li', standing: 'lost' }])
    expect((await list('staff=wang')).customers[0]).toMatchObject({ name: '张**', corpTags: [], way: 1 })
    expect(JSON.stringify(await list(''))).not.toContain('老街坊')
  })

  test('give pages that join without gap or repetition', async () => {
    const found: string[] = []
    let after = ''
    do {
      const page = await list(`limit=5${after}`)
      found.push(...ids(page))
      after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`
    } while (after !== '')
    expect(found).toEqual(all(1, 12))
  })

  test('show one customer with remark and history, the counts of members, and how the sync stands', async () => {
    expect(await api.ask('GET', `/customers/${corp.account}/wm01`)).toMatchObject({
      status: 200,
      body: {
        name: '张小雨',
        unionid: false,
        timeline: [{ type: 'customer.added', props: { staff: 'li' } }],
        relations: [{ staff: 'li', standing: 'live', remark: '老街坊', corpTags: ['高价值'] }],
      },
    })
    expect(await api.ask('GET', `/customers/${corp.account}/staff`)).toMatchObject({
      body: {
        staff: [
          { staff: 'li', customers: 7 },
          { staff: 'wang', customers: 4 },
        ],
      },
    })
    expect(await api.ask('GET', `/customers/${corp.account}/sync`)).toMatchObject({
      body: { state: 'done', counts: { seen: 12 } },
    })
    expect((await api.ask<Problem>('GET', `/customers/${corp.account}/wm99`)).status).toBe(404)
    expect((await api.ask<Problem>('GET', '/customers?account=shop')).status).toBe(404)
  })

  test('list the lost, the latest first, page by page and within days', async () => {
    world.pass(3_600_000)
    await customers.apply(corp.update('event.customer.removed', 'li', 'wm01', { by: 'customer' }))
    const path = `/customers/${corp.account}/lost`
    const first = (await api.ask<CustomerPage>('GET', `${path}?limit=1`)).body
    expect(first.customers).toMatchObject([{ customer: 'wm01', standing: 'lost', endedAt: expect.any(String) }])
    const second = (await api.ask<CustomerPage>('GET', `${path}?limit=1&after=${first.next ?? ''}`)).body
    expect(ids(second)).toEqual(['wm00'])
    const end = (await api.ask<CustomerPage>('GET', `${path}?limit=1&after=${second.next ?? ''}`)).body
    expect(end).toEqual({ customers: [] })
    expect(ids((await api.ask<CustomerPage>('GET', `${path}?staff=wang`)).body)).toEqual([])
    expect((await api.ask<Problem>('GET', `${path}?days=0`)).status).toBe(400)
  })

  test('plan, show, start and drop hand-overs, once for each key', async () => {
    const body = { account: corp.account, from: 'wang', to: ['li'], groups: [] }
    const headers = { 'Idempotency-Key': 'leave-of-wang-1' }
    const planned = await api.ask<{ id: string }>('POST', '/hand-overs', body, { headers })
    expect(planned).toMatchObject({ status: 201, body: { state: 'planned', items: { customer: { planned: 4 } } } })
    const { id } = planned.body
    expect(await api.ask('GET', `/hand-overs/${id}/items?limit=3`)).toMatchObject({
      body: { items: [{ target: 'wm08', to: 'li', state: 'planned' }, {}, {}], next: expect.any(String) },
    })
    expect(await api.ask('POST', `/hand-overs/${id}/start`)).toMatchObject({
      body: { state: 'running' },
    })
    expect((await api.ask<Problem>('DELETE', `/hand-overs/${id}`)).status).toBe(409)
    expect(await api.ask('GET', `/hand-overs?account=${corp.account}`)).toMatchObject({ body: { handOvers: [{ id }] } })
    expect(await api.ask('GET', `/customers/${corp.account}/unassigned`)).toMatchObject({ body: { customers: [] } })
  })

  test('refuse what cannot be planned with the field and the remedy', async () => {
    const asked = await api.ask<Problem>('POST', '/hand-overs', { account: corp.account, from: 'li', to: ['li'] })
    expect(asked).toMatchObject({ status: 422, body: { errors: [{ field: 'to' }] } })
    expect((await api.ask('GET', '/hand-overs/none')).status).toBe(404)
  })

  test('are described for the page and the client', () => {
    const document = openApi(customerRoutes({ customers }), 'https://weloop.example')
    expect(Object.keys(document.paths)).toContain('/hand-overs/{id}/start')
  })
})
