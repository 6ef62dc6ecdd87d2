import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { Died, dyingConnection } from './dying-connection.js'
import { type Bench, MINUTE, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.store.dispose())
beforeEach(() => bench.reset())

/** Three facts of one order, one of another, by every way out; the first process is killed at a write. */
async function killedAt(at: number, when: 'before' | 'after'): Promise<boolean> {
  await bench.reset()
  await bench.alerts.run()
  await bench.rule('staff', { dedupe: { by: ['orderNo'], within: '5m' } })
  await bench.rule('robot', { to: { robot: 'ops' }, most: { count: 2, within: '5m' } })
  await bench.rule('live', { when: ['live.started'], to: { groupSend: 'live' }, text: undefined } as object)
  for (const orderNo of ['A', 'A', 'A', 'B']) await bench.happened('order.paid', { orderNo, paidFen: 1 })
  await bench.happened('live.started', { room: 'r1' })

  const { connection, died } = dyingConnection(bench.store.connection, at, when)
  const mortal = <T extends object>(call: () => T): T => {
    if (died()) throw new Died()
    return call()
  }
  const outbox = { put: bench.outbox.put }
  await bench
    .another({
      connection,
      outbox: { put: (given) => mortal(() => outbox.put(given)) },
      startGroupSend: (name, key) => mortal(async () => void bench.groupSends.set(key, name)),
    })
    .run()
    .catch(() => undefined)

  const next = bench.another()
  for (let turn = 0; turn < 3; turn++) {
    await next.run()
    bench.clock.pass(6 * MINUTE)
  }
  await bench.happened('order.paid', { orderNo: 'A', paidFen: 1 })
  for (let turn = 0; turn < 3; turn++) {
    await next.run()
    bench.clock.pass(6 * MINUTE)
  }
  const staff = [...bench.put.values()].filter(({ source }) => source === 'alert:staff')
  const texts = staff.map(({ message }) => (message.kind === 'text' ? message.text : '')).toSorted()
  expect([at, when, texts]).toEqual([at, when, ['订单 A', '订单 A\n另有 2 条', '订单 B']])
  expect([at, when, [...bench.groupSends.values()]]).toEqual([at, when, ['live']])
  const posts = bench.robot.map(({ message }) => ('text' in message ? message.text : ''))
  const { uncertain } = (await next.status()).posts
  const single = posts.filter((text) => text.startsWith('订单')).length
  const summarised = posts.map((text) => Number(/另有 (\d+) 条/.exec(text)?.[1] ?? 0)).reduce((sum, n) => sum + n, 0)
  const unsaid = died() ? uncertain : 0
  expect([at, when, single + summarised + unsaid >= 5 && single + summarised <= 5]).toEqual([at, when, true])
  return died()
}

test('a process killed at any of its writes loses nothing and says nothing twice', async () => {
  let kills = 0
  for (let at = 1; at < 200; at++) {
    if (!(await killedAt(at, at % 2 === 0 ? 'before' : 'after'))) break
    kills += 1
  }
  console.log(`${kills} kills`)
  expect(kills).toBeGreaterThan(30)
}, 300_000)
