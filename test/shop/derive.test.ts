import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addFact, derive, type OrderFact, type Purchases, summarise } from '../../src/shop/derive.js'

const DAY = 86_400_000
const at = (day: number) => new Date(Date.UTC(2026, 0, 1) + day * DAY)

function paid(orderNo: string, day: number, fen: number, items: object[] = []): OrderFact {
  return { source: 'shop-demo', type: 'order.paid', occurredAt: at(day), props: { orderNo, paidFen: fen, items } }
}
function refunded(orderNo: string, refundNo: string, day: number, amountFen: number, items: object[] = []): OrderFact {
  const props = { orderNo, refundNo, amountFen, items }
  return { source: 'shop-demo', type: 'order.refunded', occurredAt: at(day), props }
}

describe('what somebody bought', () => {
  test('is nothing before anything was paid', () => {
    const created: OrderFact = {
      source: 'shop-demo',
      type: 'order.created',
      occurredAt: at(1),
      props: { orderNo: 'A' },
    }
    expect(derive([created, refunded('B', 'R', 1, 5)])).toBeUndefined()
  })

  test('counts orders that were not wholly given back, and all money', () => {
    const facts = [
      paid('A', 1, 100),
      paid('B', 5, 200),
      paid('C', 9, 50),
      refunded('C', 'R1', 10, 50),
      refunded('B', 'R2', 11, 20),
    ]
    expect(derive(facts)).toEqual({
      orderCount: 2,
      paidFen: 350,
      refundedFen: 70,
      firstOrderAt: at(1),
      lastOrderAt: at(5),
      runOut: [],
    })
  })

  test('lasts qty x days from payment, or from the end of what was left', () => {
    const milk = (qty: number) => [{ sku: 'milk', qty, consumeDays: 10 }]
    expect(derive([paid('A', 0, 1, milk(2))])?.runOut).toEqual([{ product: 'milk', at: at(20) }])
    expect(derive([paid('A', 0, 1, milk(2)), paid('B', 5, 1, milk(1))])?.runOut).toEqual([
      { product: 'milk', at: at(30) },
    ])
    expect(derive([paid('A', 0, 1, milk(2)), paid('B', 50, 1, milk(1))])?.runOut).toEqual([
      { product: 'milk', at: at(60) },
    ])
  })

  test('does not last longer by what went back or has no days', () => {
    const facts = [
      paid('A', 0, 100, [
        { sku: 'milk', qty: 3, consumeDays: 10 },
        { sku: 'gift', qty: 1 },
      ]),
      refunded('A', 'R', 2, 10, [{ sku: 'milk', qty: 2 }]),
    ]
    expect(derive(facts)?.runOut).toEqual([{ product: 'milk', at: at(10) }])
  })
})

const facts = fc.array(
  fc.oneof(
    fc
      .record({
        order: fc.integer({ min: 0, max: 5 }),
        day: fc.integer({ min: 0, max: 400 }),
        fen: fc.integer({ min: 0, max: 1000 }),
        items: fc.array(
          fc.record({
            sku: fc.constantFrom('a', 'b', 'c'),
            qty: fc.integer({ min: 1, max: 4 }),
            consumeDays: fc.integer({ min: 1, max: 60 }),
          }),
          { maxLength: 3 },
        ),
      })
      .map(({ order, day, fen, items }) => paid(`O${order}`, day, fen, items)),
    fc
      .record({
        order: fc.integer({ min: 0, max: 5 }),
        refund: fc.integer({ min: 0, max: 2 }),
        fen: fc.integer({ min: 0, max: 1000 }),
      })
      .map(({ order, refund, fen }) => refunded(`O${order}`, `R${order}-${refund}`, 1, fen)),
  ),
  { maxLength: 20 },
)
/** The store keeps each fact once. */
const once = (all: OrderFact[]) => {
  const found = new Map<string, OrderFact>()
  for (const fact of all) {
    const id = `${fact.type} ${String(fact.props['orderNo'])} ${String(fact.props['refundNo'])}`
    if (!found.has(id)) found.set(id, fact)
  }
  return [...found.values()]
}

test('in any order and with any repetition, fact by fact or at once, the same comes out', () => {
  fc.assert(
    fc.property(
      facts
        .map(once)
        .chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
        ),
      ([all, shuffled]) => {
        let purchases: Purchases = new Map()
        for (const fact of shuffled) purchases = addFact(purchases, fact)
        expect(summarise(purchases)).toEqual(derive(all))
      },
    ),
  )
})

test('the amounts are what a plain count gives', () => {
  fc.assert(
    fc.property(facts.map(once), (all) => {
      const got = derive(all)
      const bought = all.filter(({ type }) => type === 'order.paid')
      const back = (orderNo: unknown) =>
        all
          .filter(({ type, props }) => type === 'order.refunded' && props['orderNo'] === orderNo)
          .reduce((sum, { props }) => sum + Number(props['amountFen']), 0)
      const kept = bought.filter(({ props }) => {
        const fen = Number(props['paidFen'])
        return fen === 0 || back(props['orderNo']) < fen
      })
      expect(got?.orderCount ?? 0).toBe(kept.length)
      expect(got?.paidFen ?? 0).toBe(bought.reduce((sum, { props }) => sum + Number(props['paidFen']), 0))
      const days = kept.map(({ occurredAt }) => occurredAt.getTime())
      expect(got?.lastOrderAt?.getTime() ?? Number.NEGATIVE_INFINITY).toBe(Math.max(...days))
    }),
  )
})
