import { silentLogger } from '../../src/core/log.js'
import { createEvents } from '../../src/events/events.js'
import type { Fact } from '../../src/events/fact.js'
import { createLogistics, type Logistics, type LogisticsPorts } from '../../src/logistics/logistics.js'
import type { Addressee, OrderDetails } from '../../src/logistics/plan.js'
import { movableClock, type OutboxBench, openBench, type TestOutbox } from '../outbox/setup.js'

export const SHOP = 'shop-main'
export const START = new Date('2026-03-02T02:00:00Z')
export const BUYER: Addressee = { account: 'shop', to: 'o-lin', visitor: 'm-lin' }
export const PAYMENT = { transactionId: '4200000001', tradeNo: 'SO1', payerOpenid: 'm-lin' }

/** The facts of an order, as a shop's orders give them. */
export function fact(type: string, props: Record<string, unknown> = {}, about: Partial<Fact> = {}): Fact {
  const { orderNo = 'SO1', trackingNo, refundNo } = props
  const part = trackingNo ?? refundNo
  const id = `order:${orderNo}:${type}${part === undefined ? '' : `:${part}`}`
  const base = { source: SHOP, id, type: `order.${type}`, contact: 'c1', account: 'shop', occurredAt: START }
  return { ...base, props: { orderNo, ...props }, ...about }
}
export const PARCEL = { carrier: '顺丰', trackingNo: 'SF123' }
export const DETAILS: OrderDetails = {
  items: [{ sku: 'bed-1', name: '四件套', qty: 1 }],
  paidFen: 19_900,
  shipments: [{ trackingNo: 'SF123', carrier: '顺丰', shippedAt: START, goods: '四件套*1' }],
  receiver: { phone: '138 0000 1234' },
  picture: 'https://shop.example.cn/bed.jpg',
  page: 'pages/orders/detail?no=SO1',
}

/** Logistics over a store of its own. */
export interface LogisticsWorld {
  bench: OutboxBench
  outbox: TestOutbox
  logistics: Logistics
  clock: ReturnType<typeof movableClock>
  events: ReturnType<typeof createEvents>
  /** The order as the shop told it; undefined: it told events only. */
  details: OrderDetails | undefined
  addressee: Addressee | undefined
  close(): Promise<void>
}

export async function openWorld(ports: Partial<LogisticsPorts> = {}): Promise<LogisticsWorld> {
  const bench = await openBench()
  const clock = movableClock(START)
  const events = createEvents({ connection: bench.store.connection, clock })
  await bench.store.ensureIndexes()
  const outbox = bench.open({ clock, answer: () => ({ state: 'sent' }) })
  const world: LogisticsWorld = {
    bench,
    outbox,
    clock,
    events,
    details: DETAILS,
    addressee: BUYER,
    logistics: createLogistics({
      outbox,
      events,
      addressee: async () => world.addressee,
      order: async () => world.details,
      hasNotice: (name) => !name.endsWith('.subscription'),
      clock,
      log: silentLogger,
      ...ports,
    }),
    async close() {
      await bench.reset()
      await bench.close()
    },
  }
  return world
}
