import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fact, type LogisticsWorld, openWorld, PARCEL, PAYMENT, SHOP, START } from './world.js'

let world: LogisticsWorld
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const rows = async () => (await world.outbox.list({ source: `order:${SHOP}:SO1`, limit: 100 })).toReversed()
const keys = async () => (await rows()).map(({ _id }) => _id.replace(`order:${SHOP}:SO1:`, ''))
const skipped = async () =>
  (await world.events.read({ type: 'logistics.skipped' })).map(({ props }) => `${props['of']} ${props['reason']}`)
const later = (minutes: number) => ({ occurredAt: new Date(START.getTime() + minutes * 60_000) })

describe('order facts', () => {
  test('are told once, in the order of the order, whoever brings them how often', async () => {
    const { logistics, outbox } = world
    const story = [
      fact('paid', { paidFen: 19_900 }),
      fact('shipped', PARCEL, later(1)),
      fact('out-for-delivery', PARCEL, later(2)),
      fact('delivered', PARCEL, later(3)),
      fact('refunded', { refundNo: 'R1', amountFen: 500 }, later(4)),
    ]
    for (const one of story) {
      expect(await logistics.apply(one)).toBe('put')
      expect(await logistics.apply(one)).toBe('known')
    }
    expect(await logistics.take(story)).toEqual(['known', 'known', 'known', 'known', 'known'])
    outbox.start()
    for (const row of await rows()) await world.bench.state(row._id, 'sent')
    expect(outbox.calls.map(({ what }) => what)).toEqual([
      'order.paid',
      'order.shipped',
      'order.out-for-delivery',
      'order.delivered',
      'refund.done',
    ])
  })

  test('that come all at once: only the latest of a parcel is told, and shipping is reported', async () => {
    const told = await world.logistics.take([
      fact('delivered', PARCEL, later(3)),
      fact('paid', { paidFen: 1 }),
      fact('shipped', { ...PARCEL, payment: PAYMENT }, later(1)),
      fact('completed', {}, later(4)),
    ])
    expect(told).toEqual(['put', 'skipped', 'put', 'none'])
    expect(await keys()).toEqual(['shipped:SF123', 'delivered:SF123'])
    expect((await rows())[0]).not.toHaveProperty('options')
    expect(await skipped()).toEqual(['order.paid superseded'])
  })

  test('that come late tell nothing that is behind what was told', async () => {
    const { logistics } = world
    await logistics.apply(fact('delivered', PARCEL, later(3)))
    expect(await logistics.apply(fact('out-for-delivery', PARCEL, later(2)))).toBe('skipped')
    expect(await logistics.apply(fact('paid', { paidFen: 1 }))).toBe('skipped')
    expect(await logistics.apply(fact('shipped', { ...PARCEL, trackingNo: 'SF9' }, later(1)))).toBe('put')
    expect(await logistics.apply(fact('refunded', { refundNo: 'R1', amountFen: 1 }))).toBe('put')
    expect(await keys()).toEqual(['delivered:SF123', 'shipped:SF9', 'refunded:R1'])
  })

  test('of long ago, of the past that was brought in, or about nobody are told to nobody', async () => {
    const { logistics, clock } = world
    expect(await logistics.apply(fact('paid', { paidFen: 1, imported: true }))).toBe('none')
    world.addressee = undefined
    expect(await logistics.apply(fact('paid', { orderNo: 'SO2', paidFen: 1 }))).toBe('skipped')
    world.addressee = { account: 'shop', to: 'o' }
    clock.pass(25 * 3_600_000)
    expect(await logistics.apply(fact('paid', { paidFen: 1 }))).toBe('skipped')
    clock.pass(15 * 86_400_000)
    expect(await logistics.apply(fact('shipped', PARCEL))).toBe('none')
    expect((await skipped()).toSorted()).toEqual(['order.paid expired', 'order.paid no-identity'])
    expect(await keys()).toEqual([])
  })
})

describe('a parcel that WeChat follows', () => {
  test('is told by WeChat alone from then on', async () => {
    const { logistics, outbox } = world
    outbox.start()
    await logistics.apply(fact('shipped', { ...PARCEL, payment: PAYMENT }))
    await logistics.apply(fact('out-for-delivery', PARCEL, later(2)))
    const row = await world.bench.state(`order:${SHOP}:SO1:out-for-delivery:SF123`, 'skipped')
    expect(row).toMatchObject({ reason: 'covered', attempts: 0 })
    expect(outbox.calls.map(({ message }) => 'report' in message && message.report)).toEqual(['upload', 'follow'])
  })

  test('is told by us when following was refused', async () => {
    const refusing = world.bench.open({
      clock: world.clock,
      answer: (what) => (what === 'shipping' ? { state: 'failed', reason: 'no' } : { state: 'sent' }),
    })
    const { logistics } = world
    await logistics.apply(fact('shipped', { ...PARCEL, payment: PAYMENT }))
    await logistics.apply(fact('delivered', PARCEL, later(2)))
    refusing.start()
    await world.bench.state(`order:${SHOP}:SO1:delivered:SF123`, 'sent')
    expect(refusing.calls.map(({ what }) => what)).toEqual(['shipping', 'order.shipped', 'shipping', 'order.delivered'])
    expect(await world.bench.row(`order:${SHOP}:SO1:shipped:SF123`)).toMatchObject({
      state: 'sent',
      option: 1,
      reasons: [{ option: 0, channel: 'shipping', reason: 'no' }],
    })
  })
})

describe('a process that ended between a fact and its delivery', () => {
  test('is made good by the sweep, once', async () => {
    const { events, logistics } = world
    const facts = [
      fact('paid', { paidFen: 1 }),
      fact('shipped', PARCEL, later(1)),
      fact('paid', { orderNo: 'SO2', paidFen: 2 }),
      fact('paid', { orderNo: 'OLD', paidFen: 2 }, { occurredAt: new Date(START.getTime() - 90_000_000) }),
    ]
    await events.append(facts)
    expect(await logistics.sweep()).toBe(3)
    expect(await logistics.sweep()).toBe(0)
    expect(await keys()).toEqual(['paid', 'shipped:SF123'])
    expect(await world.outbox.list({ source: `order:${SHOP}:OLD` })).toEqual([])
  })

  test('however many facts there are of one moment', async () => {
    await world.close()
    world = await openWorld({ page: 10 })
    const facts = Array.from({ length: 25 }, (_, at) => fact('paid', { orderNo: `N${at}`, paidFen: 1 }))
    const early = { occurredAt: new Date(START.getTime() - 1000) }
    await world.events.append([...facts, fact('paid', { orderNo: 'EARLY', paidFen: 1 }, early)])
    await world.logistics.sweep()
    expect(await world.outbox.list({ source: `order:${SHOP}:EARLY` })).toHaveLength(1)
  })
})
