import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { quarantineRows } from '../../src/shop/model.js'
import { coreTypes, definitionSchema } from '../../src/shop/types/define.js'
import { type OpenShop, openShop, START } from './open-shop.js'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const sender = { shop: 'demo', account: 'shop' }
let count = 0
const at = (days = 0) => new Date(START.getTime() - days * 86_400_000).toISOString()
const event = (change: Record<string, unknown> = {}) => {
  count += 1
  return { id: `e${count}`, type: 'mp.launch', at: at(), person: { miniOpenid: `m${count}` }, props: {}, ...change }
}

describe('events', () => {
  test('are taken once by their id, and each tells its own end', async () => {
    const one = event()
    const [first] = await shop.ingest.take(sender, [one])
    expect(first).toEqual({ index: 0, id: one.id, result: 'accepted', contact: expect.any(String) })
    const ends = await shop.ingest.take(sender, [one, event(), { id: 'bad' }, event({ type: 'review.submitted' }), 7])
    expect(ends.map(({ result }) => result)).toEqual(['duplicate', 'accepted', 'rejected', 'quarantined', 'rejected'])
    expect(ends[0]?.contact).toBe(first?.contact)
    const [fact] = await shop.events.read({ contact: first?.contact ?? '' })
    expect(fact).toMatchObject({ source: 'shop-demo', id: `event:${one.id}`, account: 'shop', occurredAt: START })
  })

  test('of one id from two shops are two', async () => {
    const one = event()
    await shop.ingest.take(sender, [one])
    expect((await shop.ingest.take({ ...sender, shop: 'second' }, [one]))[0]?.result).toBe('accepted')
  })

  test.each([
    [0, 'accepted'],
    [29.9, 'accepted'],
    [30.1, 'rejected'],
    [-0.003, 'accepted'],
    [-0.004, 'rejected'],
  ])('that happened %d days ago are %s', async (days, result) => {
    const [end] = await shop.ingest.take(sender, [event({ at: at(days) })])
    expect(end?.result).toBe(result)
    if (result === 'rejected') expect(end?.problems?.[0]).toMatchObject({ field: 'at', fix: expect.any(String) })
  })

  test.each([
    [{ type: 'mp.page_view', props: { page: 'pages/index' } }, 'accepted', undefined],
    [{ type: 'mp.page-view', props: {} }, 'rejected', 'props.page'],
    [{ type: 'mp.launch', props: { colour: 'red' } }, 'rejected', 'props'],
    [{ type: 'mp.launch', props: { extra: { colour: 'red' } } }, 'accepted', undefined],
    [{ type: 'mp.launch', person: undefined }, 'rejected', 'person'],
    [{ type: 'live.started', person: undefined, props: { room: 'r1' } }, 'accepted', undefined],
    [{ type: 'coupon.claimed', props: { coupon: 'c1', valueFen: -1 } }, 'rejected', 'props.valueFen'],
    [{ type: 'group.joined', props: { group: 'g1', size: 3 } }, 'accepted', undefined],
    [{ type: 'NotAType' }, 'rejected', 'type'],
    [{ person: { openid: 'o1', account: 'BAD' } }, 'rejected', 'person.account'],
    [{ more: 1 }, 'rejected', ''],
  ])('%j are %s', async (change, result, field) => {
    const [end] = await shop.ingest.take(sender, [event(change)])
    expect(end?.result).toBe(result)
    if (field !== undefined) expect(end?.problems?.map((one) => one.field)).toContain(field)
  })

  test('about an order are the facts that the order itself would make: told twice they are there once', async () => {
    const props = { orderNo: 'X1', paidFen: 500, items: [{ sku: 'a', qty: 1 }] }
    const order = {
      orderNo: 'X1',
      rev: 1,
      person: { user: 'x1' },
      createdAt: at(),
      paidAt: at(),
      paidFen: 500,
      items: [{ sku: 'a', qty: 1 }],
    }
    const paidEvent = () => event({ type: 'order.paid', person: { user: 'x1' }, props })
    const [first] = await shop.ingest.take(sender, [paidEvent()])
    const [again] = await shop.ingest.take(sender, [paidEvent()])
    await shop.orders.put(sender, [order])
    expect([first?.result, again?.result]).toEqual(['accepted', 'duplicate'])
    expect(await shop.events.read({ contact: first?.contact ?? '', type: 'order.paid' })).toHaveLength(1)
    expect((await shop.contacts.get(first?.contact ?? ''))?.shop).toMatchObject({ orderCount: 1, paidFen: 500 })
  })

  test('of known people make nobody new, whichever of their ids is named', async () => {
    const person = { user: 'k1', openid: 'ok1', unionid: 'uk1', phone: '138 0013 8000' }
    const [known] = await shop.identify.take(sender, [{ person }])
    for (const named of [{ user: 'k1' }, { openid: 'ok1' }, { unionid: 'uk1' }, { phone: '+8613800138000' }]) {
      const [end] = await shop.ingest.take(sender, [event({ person: named })])
      expect([named, end?.contact]).toEqual([named, known?.contact])
    }
  })

  test('of one new person that come together, or at once from two processes, make one contact', async () => {
    const other = await shop.another()
    const batch = () => Array.from({ length: 10 }, () => event({ person: { user: 'crowd', unionid: 'u-crowd' } }))
    const mixed = () => [event({ person: { openid: 'o-crowd', unionid: 'u-crowd' } })]
    const ends = await Promise.all([
      shop.ingest.take(sender, batch()),
      other.ingest.take(sender, batch()),
      shop.ingest.take(sender, mixed()),
    ])
    expect(new Set(ends.flat().map(({ contact }) => contact)).size).toBe(1)
  })
})

test('no core type has the same name as another, and each takes its own empty event or says what is missing', () => {
  expect(new Set(coreTypes.map(({ type }) => type)).size).toBe(coreTypes.length)
  for (const { type, props } of coreTypes) {
    expect(type).toMatch(/^[a-z]+(\.[a-z-]+)+$/)
    const parsed = props.safeParse({ nonsense: true })
    expect(parsed.success).toBe(false)
  }
})

describe('quarantine', () => {
  const review = (change: Record<string, unknown> = {}) =>
    event({ type: 'review.written', person: { user: 'r1', phone: '13800138001' }, props: { stars: 5 }, ...change })

  test('keeps events of unknown types, releases them when the type is known, and keeps what does not fit', async () => {
    const good = review()
    const bad = review({ props: { stars: 'five' } })
    const old = review({ at: at(29) })
    const ends = await shop.ingest.take(sender, [good, good, bad, old])
    expect(ends.map(({ result }) => result)).toEqual(['quarantined', 'duplicate', 'quarantined', 'quarantined'])
    expect(await shop.quarantine.types()).toContainEqual(
      expect.objectContaining({ shop: 'demo', type: 'review.written', count: 3 }),
    )
    await expect(shop.quarantine.release('review.written')).rejects.toMatchObject({ code: 'not-found.type' })

    const fields = [{ name: 'stars', kind: 'integer', required: true }]
    await shop.types.define(definitionSchema.parse({ type: 'review.written', title: '评价', fields }), 'key-1')
    shop.pass(10 * 86_400_000)
    expect(await shop.quarantine.release('review.written')).toMatchObject({
      released: 2,
      known: 0,
      refused: [{ id: `demo:${bad.id}`, problem: expect.stringContaining('props.stars') }],
      more: false,
    })
    const contact = await shop.lookup.find(sender, { user: 'r1' })
    const facts = await shop.events.read({ contact: contact ?? '', type: 'review.written' })
    expect(facts.map(({ props }) => props)).toEqual([{ stars: 5 }, { stars: 5 }])
    expect((await shop.quarantine.list({ type: 'review.written', limit: 10 })).map(({ problem }) => problem)).toEqual([
      expect.stringContaining('props.stars'),
    ])
    const [known] = await shop.ingest.take(sender, [review({ at: shop.now().toISOString() })])
    expect(known?.result).toBe('accepted')

    const loose = [{ name: 'stars', kind: 'text' }]
    await shop.types.define(definitionSchema.parse({ type: 'review.written', title: '评价', fields: loose }), 'key-1')
    expect(await shop.quarantine.release('review.written')).toMatchObject({ released: 1, refused: [] })
  })

  test('holds no telephone number, and forgets an erased person', async () => {
    await shop.ingest.take(sender, [review({ type: 'secret.thing', at: shop.now().toISOString() })])
    const rows = await quarantineRows(shop.store.connection).find({ type: 'secret.thing' }).toArray()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('13800138001')
    const contact = await shop.lookup.find(sender, { user: 'r1' })
    expect(await shop.contacts.privacy.erase(contact ?? '', shop.now())).toBe(true)
    expect(await quarantineRows(shop.store.connection).countDocuments({ type: 'secret.thing' })).toBe(0)
  })

  test.each(['order.gifted', 'delivery.sent', 'contact.erased', 'single'])('no shop may define %s', (type) => {
    expect(definitionSchema.safeParse({ type, title: 'x', fields: [] }).success).toBe(false)
  })
})
