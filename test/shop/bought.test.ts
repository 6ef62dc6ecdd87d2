import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contactRows } from '../../src/contacts/model.js'
import { eventRows } from '../../src/events/model.js'
import { derive } from '../../src/shop/derive.js'
import type { ItemResult } from '../../src/shop/item.js'
import { type OpenShop, openShop, paid } from './open-shop.js'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const sender = { shop: 'demo', account: 'shop' }
let run = 0

/** What a naive look at all facts of a person gives. */
async function rebuilt(contact: string) {
  const row = await shop.contacts.get(contact)
  const all = await eventRows(shop.store.connection)
    .find({ contact: { $in: [contact, ...(row?.mergedFrom ?? [])] } })
    .toArray()
  return derive(all)
}

async function stored(contact: string) {
  const { version: _, ...rest } = (await shop.contacts.get(contact))?.shop ?? { version: 0 }
  return Object.keys(rest).length === 0 ? undefined : rest
}

/** One thing that a shop does. */
const step = fc.oneof(
  fc.record({
    do: fc.constant('order' as const),
    order: fc.integer({ min: 0, max: 4 }),
    user: fc.integer({ min: 0, max: 2 }),
    rev: fc.integer({ min: 1, max: 4 }),
    refundFen: fc.constantFrom(0, 300, 1000),
    hour: fc.integer({ min: 0, max: 90 }),
  }),
  fc.record({
    do: fc.constant('event' as const),
    order: fc.integer({ min: 5, max: 8 }),
    user: fc.integer({ min: 0, max: 2 }),
    refund: fc.boolean(),
    hour: fc.integer({ min: 0, max: 90 }),
  }),
  fc.record({ do: fc.constant('merge' as const), user: fc.integer({ min: 0, max: 2 }) }),
)

const at = (hour: number) => new Date(Date.UTC(2026, 1, 27) + hour * 3_600_000).toISOString()
const milk = [{ sku: 'milk', qty: 2, consumeDays: 15 }]

describe('what contacts bought', () => {
  test('is after any orders, events, repetitions and merges what a rebuild from the facts gives', async () => {
    let merged = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        run += 1
        let merges = 0
        /** Three ways in which one and the same person is known before somebody says so. */
        const people = [
          { sender, person: { user: `r${run}` } },
          { sender: { ...sender, shop: 'second' }, person: { user: `r${run}` } },
          { sender, person: { miniOpenid: `r${run}` } },
        ]
        const contacts = new Set<string>()
        const note = (ends: ItemResult[]) => {
          for (const { result, contact } of ends) {
            expect(result).not.toBe('rejected')
            if (contact !== undefined) contacts.add(contact)
          }
        }
        for (const one of steps) {
          const who = people[one.user] ?? people[0]
          if (!who) continue
          const orderNo = one.do === 'merge' ? '' : `r${run}o${one.order}-${one.user}`
          if (one.do === 'order') {
            const when = { createdAt: at(0), paidAt: at(0), paidFen: 1000 }
            const refunds = one.rev > 2 ? [{ refundNo: 'R', amountFen: one.refundFen, at: at(one.hour) }] : []
            const rev = one.rev
            note(
              await shop.orders.put(who.sender, [
                paid({ orderNo, person: who.person, rev, ...when, items: milk, refunds }),
              ]),
            )
          } else if (one.do === 'event') {
            const shared = { at: at(one.hour), person: who.person }
            const refund = { orderNo, refundNo: 'R', amountFen: 70 }
            note(
              await shop.ingest.take(who.sender, [
                one.refund
                  ? { ...shared, id: `${orderNo}-r`, type: 'order.refunded', props: refund }
                  : { ...shared, id: `${orderNo}-p`, type: 'order.paid', props: { orderNo, paidFen: 70, items: milk } },
              ]),
            )
          } else {
            const ends = await shop.identify.take(who.sender, [{ person: { ...who.person, unionid: `union-${run}` } }])
            note(ends)
            merges += 1
          }
        }
        if (merges > 1) merged += 1
        await shop.sweep()
        for (const contact of contacts) {
          const row = await shop.contacts.get(contact)
          if (row?.status === 'active') expect(await stored(contact)).toEqual(await rebuilt(contact))
        }
      }),
      { numRuns: 12, seed: 20_260_304 },
    )
    expect(merged).toBeGreaterThan(3)
  })

  test('comes along in a merge by unionid that nobody told the shop of, and goes back with it', async () => {
    const orders = ['m1', 'm2'].map((user) => paid({ orderNo: `M-${user}`, person: { user } }))
    const ends = await shop.orders.put(sender, orders)
    const [one = '', two = ''] = ends.map(({ contact }) => contact)
    const merged = await shop.contacts.merging
      .join(one, 'union-m', shop.now())
      .then(() => shop.contacts.merging.join(two, 'union-m', shop.now()))
    if (merged.outcome !== 'merged') throw new Error(merged.outcome)
    expect((await shop.sweep()).contacts).toBe(1)
    expect(await stored(merged.contact)).toMatchObject({ orderCount: 2, paidFen: 25_800 })
    expect(await shop.contacts.merging.undo(merged.gone, shop.now())).toBe(true)
    await shop.sweep()
    expect([await stored(one), await stored(two)]).toMatchObject([{ orderCount: 1 }, { orderCount: 1 }])
  })

  test('is the same however many processes reckon at once', async () => {
    const other = await shop.another()
    const orders = Array.from({ length: 12 }, (_, index) => paid({ orderNo: `C${index}`, person: { user: 'crowd' } }))
    await Promise.all(orders.map((one, index) => (index % 2 ? shop : other).orders.put(sender, [one])))
    const contact = await shop.lookup.find(sender, { user: 'crowd' })
    expect(await stored(contact ?? '')).toMatchObject({ orderCount: 12, paidFen: 12 * 12_900 })
  })

  test('that somebody spoilt is found and mended by the nightly reckoning', async () => {
    const [end] = await shop.orders.put(sender, [paid({ orderNo: 'S1', person: { user: 'spoilt' } })])
    const contact = end?.contact ?? ''
    expect((await shop.reconcile()).corrected).toBe(0)
    await contactRows(shop.store.connection).updateOne({ _id: contact }, { $set: { 'shop.paidFen': 1 } })
    expect((await shop.reconcile()).corrected).toBe(1)
    expect(await stored(contact)).toEqual(await rebuilt(contact))
  })
})
