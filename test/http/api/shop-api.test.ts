import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Problem } from '../../../src/http/api/problem.js'
import { updateOf } from '../../contacts/people.js'
import type { ServedApi } from '../../helpers/api.js'
import { type OpenShop, openShop, order, paid } from '../../shop/open-shop.js'

let shop: OpenShop
let api: ServedApi
beforeAll(async () => {
  shop = await openShop()
  api = await shop.serve()
})
afterAll(async () => {
  await api.close()
  await shop.close()
})

interface Batch {
  results: { index: number; id: string; result: string; contact?: string; problems?: Problem['errors'] }[]
  counts: Record<string, number>
}

describe('the shop’s API', () => {
  test('takes orders, tells each one’s end, and shows them', async () => {
    const { status, body } = await api.ask<Batch>('POST', '/orders', { orders: [paid(), order({ orderNo: '?' })] })
    expect(status).toBe(202)
    expect(body.counts).toEqual({ accepted: 1, rejected: 1 })
    expect(body.results[1]?.problems?.[0]?.field).toBe('orderNo')
    expect((await api.ask<Batch>('POST', '/orders', { orders: [order({ rev: 0 })] })).body.counts).toEqual({ stale: 1 })
    const contact = body.results[0]?.contact ?? ''
    expect((await api.ask('GET', '/orders/A1001')).body).toMatchObject({ orderNo: 'A1001', rev: 1, contact })
    expect((await api.ask('GET', '/orders/nothing')).status).toBe(404)
    expect((await api.ask('GET', `/contacts/${contact}/orders`)).body).toMatchObject({ orders: [{ orderNo: 'A1001' }] })
    expect((await api.ask('GET', `/contacts/${contact}`)).body).toMatchObject({
      id: contact,
      identities: [{ platform: 'shop', account: 'demo', externalId: 'u1', following: false }],
      bought: { orderCount: 1, paidFen: 12_900, runOut: [{ product: 'milk-2' }] },
    })
  })

  test('takes 500 events at once and refuses 501', async () => {
    const events = Array.from({ length: 500 }, (_, index) => ({
      id: `big-${index}`,
      type: 'mp.page-view',
      at: shop.now().toISOString(),
      person: { miniOpenid: `m${index % 50}` },
      props: { page: 'pages/index' },
    }))
    const { status, body } = await api.ask<Batch>('POST', '/events', { events })
    expect([status, body.counts]).toEqual([202, { accepted: 500 }])
    expect(body.results.map(({ index }) => index)).toEqual(events.map((_, index) => index))
    expect((await api.ask('POST', '/events', { events: [...events, events[0]] })).status).toBe(400)
    expect((await api.ask<Batch>('POST', '/events', { events })).body.counts).toEqual({ duplicate: 500 })
  })

  test('answers 5xx, not accepted, when the store did not take it', async () => {
    shop.breaking.append = () => {
      throw new Error('disk full')
    }
    const answer = await api.ask<Problem>('POST', '/orders', { orders: [paid({ orderNo: 'B1' })] })
    shop.breaking.append = () => {}
    expect(answer.status).toBe(500)
    expect((await api.ask<Batch>('POST', '/orders', { orders: [paid({ orderNo: 'B1' })] })).body.counts).toEqual({
      duplicate: 1,
    })
    expect((await shop.orders.find('demo', 'B1'))?.pending).toBeUndefined()
  })

  test('identifies people, finds them by each id, and shows no telephone', async () => {
    const person = { user: 'p1', openid: 'op1', miniOpenid: 'mp1', unionid: 'up1', phone: '13500135000' }
    const { body } = await api.ask<Batch>('POST', '/identify', { people: [{ person, tags: { add: ['会员'] } }] })
    const contact = body.results[0]?.contact
    for (const query of ['user=p1', 'openid=op1', 'miniOpenid=mp1', 'unionid=up1', 'phone=13500135000']) {
      const found = await api.ask<{ id: string; tags: string[] }>('GET', `/contacts?${query}`)
      expect([query, found.status, found.body.id, found.body.tags]).toEqual([query, 200, contact, ['会员']])
      expect(JSON.stringify(found.body)).not.toContain('13500135000')
    }
    expect((await api.ask('GET', '/contacts?user=nobody')).status).toBe(404)
    expect((await api.ask('GET', '/contacts')).status).toBe(400)
    const mini = { platform: 'mini-program', account: 'shop', externalId: 'mp1' } as const
    for (const id of ['a1', 'a2']) {
      const items = [{ templateId: 'tpl', accepted: true, popup: '' }]
      const from = mini.externalId
      const change = { kind: 'event.subscription.answered', platform: 'mini-program', id, items } as const
      await shop.contacts.apply(updateOf(from, shop.now(), change))
    }
    expect((await api.ask('GET', `/contacts/${contact}/windows`)).body).toEqual({
      windows: [{ account: 'shop', trigger: 'message', remaining: 4, until: shop.now().toISOString() }],
      credits: [{ platform: 'mini-program', account: 'shop', template: 'tpl', credits: 2 }],
    })
  })

  test('sends one message under one key, to the person’s id on the account', async () => {
    await api.ask('POST', '/identify', { people: [{ person: { user: 's1', openid: 'os1', miniOpenid: 'ms1' } }] })
    const notice = { kind: 'notice', name: 'order.shipped', data: { orderNo: 'A1' } }
    const text = { kind: 'text', text: '已发货' }
    const headers = { 'idempotency-key': 'message-0001' }
    const send = (message: object, options = { headers }) =>
      api.ask<Problem & { delivery: string }>(
        'POST',
        '/messages',
        { to: { user: 's1' }, message, alternatives: [text] },
        options,
      )
    const first = await send(notice)
    expect(first).toMatchObject({ status: 202, body: { delivery: 'api:test-key-1:message-0001', state: 'queued' } })
    expect((await send(notice)).headers.get('idempotency-replayed')).toBe('true')
    expect((await send(text)).status).toBe(422)
    expect([...shop.outbox.values()]).toEqual([
      {
        key: 'api:test-key-1:message-0001',
        account: 'shop',
        to: 'os1',
        purpose: 'service',
        message: { ...notice, visitor: 'ms1' },
        alternatives: [text],
        source: 'api:demo',
      },
    ])
  })

  test.each([
    ['nobody', { to: { user: 'nobody' }, message: { kind: 'text', text: 'x' } }, 404, 'not-found.contact'],
    [
      'content that is not there',
      { to: { user: 's1' }, message: { kind: 'article', slug: 'missing' } },
      422,
      'message.content',
    ],
    [
      'marketing',
      { to: { user: 's1' }, purpose: 'marketing', message: { kind: 'text', text: 'x' } },
      400,
      'request.invalid',
    ],
    [
      'another account',
      { to: { user: 's1' }, account: 'none', message: { kind: 'text', text: 'x' } },
      400,
      'invalid.message',
    ],
    [
      'a buyer without an openid',
      { to: { user: 'u1' }, message: { kind: 'text', text: 'x' } },
      422,
      'message.unreachable',
    ],
  ])('does not send to %s', async (name, body, status, code) => {
    const headers = { 'idempotency-key': `refused-${name.replaceAll(' ', '-')}` }
    const answer = await api.ask<Problem>('POST', '/messages', body, { headers })
    expect([answer.status, answer.body.type]).toEqual([status, `urn:weloop:problem:${code}`])
  })

  test('defines a type, releases what waited for it, and lists both', async () => {
    const events = [
      {
        id: 'q1',
        type: 'visit.booked',
        at: shop.now().toISOString(),
        person: { user: 'v1' },
        props: { store: '西湖' },
      },
    ]
    expect((await api.ask<Batch>('POST', '/events', { events })).body.counts).toEqual({ quarantined: 1 })
    const waiting = await api.ask('GET', '/quarantine?type=visit.booked')
    expect(waiting.body).toMatchObject({ events: [{ id: 'demo:q1', props: { store: '西湖' } }] })
    expect((await api.ask('POST', '/quarantine/release', { type: 'visit.booked' })).status).toBe(404)
    const bad = await api.ask<Problem>('PUT', '/event-types', {
      type: 'visit.booked',
      title: '到店',
      fields: [{ name: 'store', kind: 'blob' }],
    })
    expect([bad.status, bad.body.errors?.[0]?.field]).toEqual([400, 'fields[0].kind'])
    const defined = { type: 'visit.booked', title: '到店', fields: [{ name: 'store', kind: 'text', required: true }] }
    expect((await api.ask('PUT', '/event-types', defined)).body).toEqual({ type: 'visit.booked' })
    expect((await api.ask('POST', '/quarantine/release', { type: 'visit.booked' })).body).toMatchObject({ released: 1 })
    const listed = await api.ask<{ types: { type: string; core: boolean; props: object }[] }>('GET', '/event-types')
    expect(listed.body.types.find(({ type }) => type === 'visit.booked')).toMatchObject({
      core: false,
      props: { required: ['store'] },
    })
  })

  test('exports and erases a person', async () => {
    const { body } = await api.ask<Batch>('POST', '/orders', {
      orders: [paid({ orderNo: 'Z1', person: { user: 'z1' } })],
    })
    const contact = body.results[0]?.contact ?? ''
    expect((await api.ask('GET', `/contacts/${contact}/export`)).body).toMatchObject({
      contact: { _id: contact },
      shop: { orders: [{ orderNo: 'Z1' }] },
    })
    expect((await api.ask('DELETE', `/contacts/${contact}`)).body).toEqual({ erased: true })
    expect((await api.ask('GET', `/contacts/${contact}`)).status).toBe(404)
    expect((await api.ask('GET', '/contacts?user=z1')).status).toBe(404)
  })

  test('is described with every schema resolved', async () => {
    const { body } = await api.ask<{ components: { schemas: object } }>('GET', '/openapi.json', undefined, {
      signed: false,
    })
    const names = new Set(Object.keys(body.components.schemas))
    const used = [...JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference)
    expect(used.length).toBeGreaterThan(10)
    for (const reference of used) {
      expect(reference).toMatch(/^#\/components\/schemas\//)
      expect(names).toContain(reference.split('/').at(-1))
    }
    expect(JSON.stringify(body)).not.toContain('$defs')
    expect(names).toContain('Order')
    expect(names).toContain('ShopEvent')
  })
})
