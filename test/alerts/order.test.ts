import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alertRows } from '../../src/alerts/model.js'
import { type Bench, MINUTE, MORNING, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(async () => {
  await bench.reset()
  await bench.alerts.run()
})

/** When each message was given away, by what it says. */
interface Told {
  at: number
  text: string
}

describe('windows', () => {
  test('whatever happens when: one of a group in a while, so many of a rule, and every fact is told, counted or waiting', async () => {
    const step = fc.record({
      order: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
      wait: fc.constantFrom(0, 0, 1, 3, 11),
    })
    const run = async (steps: readonly { order: string; wait: number }[]) => {
      await bench.reset()
      const alerts = bench.another()
      await alerts.run()
      await bench.rule('paid', {
        dedupe: { by: ['orderNo'], within: '10m' },
        most: { count: 2, within: '10m' },
        quietHours: 'none',
      })
      const told: Told[] = []
      const turn = async () => {
        const before = bench.put.size
        await alerts.run()
        const texts = bench.texts().slice(before)
        told.push(...texts.map((text) => ({ at: bench.clock.now().getTime(), text })))
      }
      for (const { order, wait } of steps) {
        await bench.happened('order.paid', { orderNo: order, paidFen: 1 })
        await turn()
        bench.clock.pass(wait * MINUTE)
        if (wait > 0) await turn()
      }
      bench.clock.pass(30 * MINUTE)
      await turn()
      await turn()
      const single = told.filter(({ text }) => text.startsWith('订单'))
      for (const one of single) {
        const within = single.filter(({ at }) => at >= one.at && at < one.at + 10 * MINUTE)
        expect(within.length).toBeLessThanOrEqual(2)
        const order = one.text.split('\n')[0]
        expect(within.filter(({ text }) => text.split('\n')[0] === order)).toHaveLength(1)
      }
      const counted = told
        .map(({ text }) => Number(/另有 (\d+) 条/.exec(text)?.[1] ?? 0))
        .reduce((sum, n) => sum + n, 0)
      const { alerts: rows } = alertRows(bench.store.connection)
      const held = await rows.countDocuments({ state: 'held', toldBy: { $exists: false } })
      expect(single.length + counted + held).toBe(steps.length)
      expect(await rows.countDocuments({ state: { $in: ['new', 'waiting', 'written', 'failed'] } })).toBe(0)
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), run), { numRuns: 15 })
  }, 60_000)
})

describe('the cursor', () => {
  test('loses and doubles nothing when several processes write at once, late, and by clocks that differ', async () => {
    await bench.rule('paid', { quietHours: 'none', most: { count: 100, within: '1m' } })
    const alerts = bench.another()
    await alerts.run()
    const clockOf = (offsetMs: number) => ({ now: () => new Date(bench.clock.now().getTime() + offsetMs) })
    const writers = [0, -2000, -9000, -60_000, 3000, 90_000].map((offset) => bench.events(clockOf(offset)))
    const all: string[] = []
    for (let round = 0; round < 12; round++) {
      const writes = writers.map(async (events, writer) => {
        const orderNo = `w${writer}r${round}`
        all.push(orderNo)
        const props = { orderNo, paidFen: 1 }
        await events.append([{ source: 'shop-x', id: orderNo, type: 'order.paid', occurredAt: MORNING, props }])
      })
      await Promise.all([...writes, alerts.run()])
      bench.clock.pass(7000)
    }
    for (let turn = 0; turn < 8; turn++) {
      await (turn === 3 ? bench.another() : alerts).run()
      bench.clock.pass(20_000)
    }
    expect(bench.texts().toSorted()).toEqual(all.map((orderNo) => `订单 ${orderNo}`).toSorted())
  })

  test('reads a page at a time', async () => {
    await bench.rule('paid', { quietHours: 'none', dedupe: { by: [], within: '1h' } })
    const facts = Array.from({ length: 1200 }, (_, n) => ({
      ...{
        source: 'shop-x',
        id: `${n}`,
        type: 'order.paid',
        occurredAt: MORNING,
        props: { orderNo: `${n}`, paidFen: 1 },
      },
    }))
    await bench.events().append(facts)
    const alerts = bench.another()
    for (let turn = 0; turn < 4; turn++) await alerts.run()
    await bench.happened('order.paid', { orderNo: 'last', paidFen: 1 })
    bench.clock.pass(60 * MINUTE)
    await bench.happened('order.paid', { orderNo: 'later', paidFen: 1 })
    await alerts.run()
    const counted = bench.texts().map((text) => Number(/另有 (\d+) 条/.exec(text)?.[1] ?? 0))
    expect(counted).toHaveLength(2)
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(1200)
  })
})
