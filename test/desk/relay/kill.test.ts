import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createRelay } from '../../../src/desk/relay/relay.js'
import { Died, dyingConnection } from '../../alerts/dying-connection.js'
import { type Bench, openBench } from './setup.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.dispose())
beforeEach(() => bench.reset())

/**
 * A morning of one staff member: an offer, a take, four messages of two people, answers, a choice. The first process is
 * killed at a write; what it did not confirm is told and pushed again to the second, as the desk and the inbox do.
 */
async function killedAt(at: number, when: 'before' | 'after'): Promise<boolean> {
  await bench.reset()
  const { connection, died } = dyingConnection(bench.store.connection, at, when)
  const mortal =
    <A extends unknown[], R>(call: (...given: A) => R) =>
    (...given: A): R => {
      if (died()) throw new Died()
      return call(...given)
    }
  const { ports } = bench
  const first = createRelay({
    ...ports,
    connection,
    outbox: { ...ports.outbox, put: mortal(ports.outbox.put) },
    desk: mortal(ports.desk),
    updateCard: mortal(ports.updateCard),
  })
  const second = bench.another()
  let alive = true
  /** As long as the first process lives it does the work; what it does not finish, the second does from the start. */
  const done = async (work: (relay: typeof first) => unknown) => {
    if (alive) {
      try {
        await work(first)
        if (!died()) return
      } catch (error) {
        if (!died()) throw error
      }
      alive = false
      bench.fake.tell(second)
    }
    await work(second)
  }
  bench.fake.tell(first)
  const { fake } = bench
  const row = fake.queue('a')
  fake.queue('b')
  const staff = ['lihua', 'wangfang']
  await done((relay) => relay.offered({ id: 'o', conversation: row, staff, place: 1 }))
  await done((relay) => relay.run())
  const offer = bench.card('wangfang')
  if (offer) await done((relay) => relay.cardSent({ key: offer.key, to: 'wangfang', responseCode: 'code-w' }))
  const take = bench.press('lihua', 'desk:take:a:1', 'take')
  await done((relay) => relay.handle(take, () => undefined))
  fake.hold('b', 'lihua')
  for (const [id, text] of [
    ['a', 'A1'],
    ['b', 'B1'],
    ['a', 'A2'],
  ] as const) {
    const entry = fake.entry(id, text)
    const conversation = fake.rows.get(id) ?? row
    await done((relay) => relay.incoming({ id: `in:${entry._id}`, conversation, entry }))
    bench.clock.pass(1000)
    await done((relay) => relay.run())
  }
  const writes = [bench.message('lihua', '回复', 'w1'), bench.message('lihua', '#2 您好', 'w2')]
  for (const update of writes) await done((relay) => relay.handle(update, () => undefined))
  const choose = bench.press('lihua', 'desk:to:a', 'choose')
  await done((relay) => relay.handle(choose, () => undefined))
  await first.close()
  bench.clock.pass(5000)
  await bench.settle(second)

  const chat = bench.chat('lihua').join('\n')
  const count = (words: string) => chat.split(words).length - 1
  const where = [at, when]
  expect([...where, ['A1', 'B1', 'A2', '您已接入'].map(count)]).toEqual([...where, [1, 1, 1, 1]])
  expect([...where, chat.indexOf('A1') < chat.indexOf('A2')]).toEqual([...where, true])
  expect([...where, fake.sayings().toSorted()]).toEqual([...where, ['a: 回复', 'b: 您好']])
  const codes = bench.updated.map(({ code }) => code)
  expect([...where, codes.length]).toEqual([...where, new Set(codes).size])
  return died()
}

test('a process killed at any of its writes loses no message, says none twice and answers once', async () => {
  let kills = 0
  for (const when of ['after', 'before'] as const) {
    for (let at = 1; at < 200; at++) {
      if (!(await killedAt(at, when))) break
      kills += 1
    }
  }
  console.log(`${kills} kills`)
  expect(kills).toBeGreaterThan(60)
}, 300_000)

test('two processes that work at the same time tell everything once and in order', async () => {
  const row = bench.fake.hold('a', 'lihua')
  const relays = [bench.relay, bench.another(), bench.another()]
  for (let n = 1; n <= 12; n++) {
    const entry = bench.fake.entry('a', `第${n}句。`)
    const telling = { id: `in:${entry._id}`, conversation: row, entry }
    await Promise.all(relays.map((relay) => relay.incoming(telling)))
    if (n % 4 === 0) bench.clock.pass(1000)
    await Promise.all(relays.map((relay) => relay.run()))
    await Promise.all(relays.map((relay) => relay.handle(bench.message('lihua', `答${n}`, `w${n}`), () => undefined)))
  }
  await Promise.all(relays.map((relay) => bench.settle(relay)))
  const said = Array.from({ length: 12 }, (_, at) => `第${at + 1}句。`).join('')
  expect(
    bench
      .chat('lihua')
      .join('')
      .replace(/#1 林小雨：|\n/g, ''),
  ).toBe(said)
  expect(bench.fake.sayings()).toEqual(Array.from({ length: 12 }, (_, at) => `a: 答${at + 1}`))
})
