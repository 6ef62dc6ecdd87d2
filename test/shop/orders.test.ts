import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ItemResult } from '../../src/shop/item.js'
import { type OpenShop, openShop, order, paid } from './open-shop.js'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => {
  shop.breaking.onOrderFacts = () => {}
  shop.breaking.append = () => {}
  shop.told.length = 0
})
afterAll(() => shop.close())

const put = (...orders: unknown[]) => shop.orders.put({ shop: 'demo', account: 'shop' }, orders)
const results = (items: ItemResult[]) => items.map(({ result }) => result)
const types = () => shop.told.map(({ type }) => type)
let count = 0
/** A number of its own for every test. */
const fresh = () => ({ orderNo: `N${++count}`, person: { user: `n${count}` } })

describe('an order', () => {
  test('is taken once, with its facts, its buyer, and what follows from them', async () => {
    const first = await put(paid())
    expect(first).toEqual([
      { index: 0, id: 'A1001', result: 'accepted', contact: expect.stringMatching(/^[0-9a-f]{24}$/) },
    ])
    const contact = first[0]?.contact ?? ''
    expect(types()).toEqual(['order.created', 'order.paid'])
    expect(await put(paid())).toEqual([{ index: 0, id: 'A1001', result: 'duplicate', contact }])
    const facts = await shop.events.read({ contact })
    expect(facts.map(({ source, id, type }) => [source, id, type])).toEqual([
      ['shop-demo', 'order:A1001:paid', 'order.paid'],
      ['shop-demo', 'order:A1001:created', 'order.created'],
    ])
    expect(facts[0]?.props).toMatchObject({ orderNo: 'A1001', paidFen: 12_900, items: [{ sku: 'milk-2', qty: 2 }] })
    expect((await shop.contacts.get(contact))?.shop).toEqual({
      orderCount: 1,
      paidFen: 12_900,
      refundedFen: 0,
      firstOrderAt: new Date('2026-03-04T03:30:00Z'),
      lastOrderAt: new Date('2026-03-04T03:30:00Z'),
      runOut: [{ product: 'milk-2', at: new Date('2026-04-13T03:30:00Z') }],
      version: 1,
    })
  })

  test('is known by its shop too: another shop may use the same number', async () => {
    const { orderNo } = fresh()
    await put(paid({ orderNo }))
    const [other] = await shop.orders.put({ shop: 'second' }, [order({ orderNo })])
    expect(other?.result).toBe('accepted')
    expect((await shop.orders.find('demo', orderNo))?.order.paidFen).toBe(12_900)
    expect((await shop.orders.find('second', orderNo))?.order.paidFen).toBeUndefined()
  })

  test('makes no fact twice, and none is missing where revisions were skipped', async () => {
    const own = fresh()
    await put(order(own))
    const shipment = { carrier: 'SF', trackingNo: 'SF1', shippedAt: '2026-03-04T11:40:00+08:00' }
    const delivered = { ...shipment, deliveredAt: '2026-03-04T11:50:00+08:00' }
    await put(paid({ ...own, rev: 7, shipments: [delivered] }))
    expect(types()).toEqual(['order.created', 'order.paid', 'order.shipped', 'order.delivered'])
    expect(shop.told[2]?.props).toMatchObject({ carrier: 'SF', trackingNo: 'SF1', goods: '奶粉2段*2' })
  })

  test('of a lower revision changes nothing, whenever it comes', async () => {
    const own = fresh()
    await put(paid({ ...own, rev: 5 }))
    const [late] = await put(order({ ...own, rev: 4 }))
    expect(late).toMatchObject({
      result: 'stale',
      problems: [{ field: 'rev', message: 'revision 5 is there already' }],
    })
    expect((await shop.orders.find('demo', own.orderNo))?.rev).toBe(5)
  })

  const refunds = [{ refundNo: 'R1', amountFen: 100, at: '2026-03-04T11:45:00+08:00' }]
  test.each([
    ['the same revision with another content', {}, { rev: 3, totalFen: 1 }, 'rev'],
    ['a payment taken back', {}, { rev: 4, paidAt: undefined, paidFen: undefined }, 'paidAt'],
    ['another amount', {}, { rev: 4, paidFen: 1 }, 'paidFen'],
    ['a refund forgotten', { refunds }, { rev: 4 }, 'refunds'],
  ])('with %s is rejected', async (_, before, change, field) => {
    const own = fresh()
    await put(paid({ ...own, rev: 3, ...before }))
    const [end] = await put(paid({ ...own, ...change }))
    expect(end).toMatchObject({ result: 'rejected', problems: [{ field, fix: expect.any(String) }] })
    expect((await shop.orders.find('demo', own.orderNo))?.rev).toBe(3)
  })

  test.each([
    [{ items: [] }, 'items'],
    [{ items: [{ sku: 'x', qty: 0 }] }, 'items[0].qty'],
    [{ paidFen: 1.5, paidAt: '2026-03-04T11:30:00+08:00' }, 'paidFen'],
    [{ paidAt: '2026-03-04T11:30:00+08:00' }, 'paidFen'],
    [{ createdAt: '2026-03-04 11:00' }, 'createdAt'],
    [{ createdAt: '2026-03-05T11:00:00+08:00' }, 'createdAt'],
    [{ orderNo: 'a:b' }, 'orderNo'],
    [{ person: { account: 'shop' } }, 'person'],
    [{ total: 3 }, ''],
    [{ page: 'https://evil.example/x' }, 'page'],
    [
      { shipments: [1, 2].map(() => ({ carrier: 'SF', trackingNo: '1', shippedAt: '2026-03-04T11:00:00Z' })) },
      'shipments',
    ],
  ])('that says %j is rejected with the field', async (change, field) => {
    const [end] = await put(order({ ...fresh(), ...change }))
    expect(end?.result).toBe('rejected')
    expect(end?.problems?.map((problem) => problem.field)).toContain(field)
  })

  test('whose items would be too large for a fact is rejected, not cut', async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({
      sku: `${'s'.repeat(60)}${index}`,
      category: '类'.repeat(60),
      qty: 1,
    }))
    const [end] = await put(paid({ ...fresh(), items }))
    expect(end).toMatchObject({ result: 'rejected', problems: [{ field: 'items' }] })
  })

  test('of an openid needs an account', async () => {
    const [end] = await shop.orders.put({ shop: 'demo' }, [order({ ...fresh(), person: { openid: 'o-x' } })])
    expect(end).toMatchObject({ result: 'rejected', problems: [{ field: 'person.account' }] })
  })
})

describe('a batch', () => {
  test('takes several revisions of one order in their order, and a bad one keeps no other out', async () => {
    const own = fresh()
    const ends = await put(
      order({ ...own, rev: 1 }),
      { orderNo: 'bad' },
      paid({ ...own, rev: 2 }),
      order({ ...own, rev: 1 }),
      order(fresh()),
    )
    expect(results(ends)).toEqual(['accepted', 'rejected', 'accepted', 'stale', 'accepted'])
    expect((await shop.orders.find('demo', own.orderNo))?.rev).toBe(2)
  })

  test('of orders that two processes get at once leaves the highest revision and each fact once', async () => {
    const other = await shop.another()
    const numbers = Array.from({ length: 20 }, fresh)
    const send = (one: typeof shop.orders, rev: number) =>
      one.put(
        { shop: 'demo' },
        numbers.map((own) => paid({ ...own, rev })),
      )
    const all = await Promise.all([send(shop.orders, 1), send(other.orders, 3), send(shop.orders, 2)])
    for (const [index, { orderNo }] of numbers.entries()) {
      expect((await shop.orders.find('demo', orderNo))?.rev).toBe(3)
      const contact = all[1]?.[index]?.contact ?? ''
      expect((await shop.events.read({ contact, type: 'order.paid' })).length).toBe(1)
      expect((await shop.contacts.get(contact))?.shop?.orderCount).toBe(1)
    }
    expect(all.flat().filter(({ result }) => !['accepted', 'stale'].includes(result))).toEqual([])
  })
})

describe('a crash', () => {
  test.each(['append', 'onOrderFacts'] as const)('at %s is put right by the same call', async (point) => {
    const own = fresh()
    shop.breaking[point] = () => {
      throw new Error('crashed')
    }
    await expect(put(paid(own))).rejects.toThrow('crashed')
    expect((await shop.orders.find('demo', own.orderNo))?.pending).toBe(true)
    shop.breaking[point] = () => {}
    const [end] = await put(paid(own))
    expect(end?.result).toBe('duplicate')
    expect((await shop.orders.find('demo', own.orderNo))?.pending).toBeUndefined()
    expect(types()).toEqual(['order.created', 'order.paid'])
    expect((await shop.contacts.get(end?.contact ?? ''))?.shop?.orderCount).toBe(1)
  })

  test('is put right by the sweep where nobody calls again, and only then', async () => {
    const own = fresh()
    shop.breaking.append = () => {
      throw new Error('crashed')
    }
    await expect(put(paid(own))).rejects.toThrow('crashed')
    shop.breaking.append = () => {}
    expect((await shop.sweep()).orders).toBe(0)
    shop.pass(31_000)
    expect((await shop.sweep()).orders).toBe(1)
    expect(types()).toEqual(['order.created', 'order.paid'])
    expect((await shop.sweep()).orders).toBe(0)
  })
})

test('imported orders make facts that say so and nobody is told', async () => {
  const own = fresh()
  const long = { createdAt: '2023-01-01T00:00:00+08:00', paidAt: '2023-01-01T00:05:00+08:00' }
  const [end] = await shop.orders.put({ shop: 'demo', imported: true }, [paid({ ...own, ...long, rev: 0 })])
  expect(end?.result).toBe('accepted')
  expect(shop.told).toEqual([])
  const [fact] = await shop.events.read({ contact: end?.contact ?? '', type: 'order.paid' })
  expect(fact?.props['imported']).toBe(true)
  await put(paid({ ...own, ...long, rev: 9, completedAt: '2026-03-04T11:59:00+08:00' }))
  expect(types()).toEqual(['order.completed'])
})
