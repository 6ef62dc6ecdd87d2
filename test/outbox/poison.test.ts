import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { mongo } from 'mongoose'
import type { DeliveryRow } from '../../src/outbox/delivery.js'
import { gate } from '../inbox/setup.js'
import { delivery, movableClock, type OutboxBench, openBench, SENT, words } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

/** Writes into the collection behind the outbox's back. */
const damage = (key: string, change: object) =>
  bench.store.connection.collection<DeliveryRow>('outbox').updateOne({ _id: key }, change)

describe('a delivery that cannot be dealt with', () => {
  test.each([
    ['has no date', { $unset: { dueAt: '' } }],
    ['has a word for a number', { $set: { seq: 'first' } }],
    ['has no contact', { $unset: { contact: '' } }],
  ])('because it %s is put aside; the others go out, also to the same person', async (_, change) => {
    const outbox = bench.open({ answer: SENT })
    const [bad, behind, other] = [delivery('bad'), delivery('behind'), delivery('other')]
    await outbox.put([bad, { ...behind, to: bad.to }, other])
    await damage(bad.key, change)
    outbox.start()
    for (const one of [behind, other]) await bench.state(one.key, 'sent')
    expect(await bench.state(bad.key, 'failed')).toMatchObject({ reason: 'poison', attention: true })
    expect(await bench.row(bad.key)).not.toHaveProperty('open')
  })

  test('because it has no message, or a guard throws, fails alone', async () => {
    const outbox = bench.open({
      answer: SENT,
      guards: [
        ({ source }) => {
          if (source === 'broken') throw new TypeError('cannot read')
          return { verdict: 'pass' }
        },
      ],
    })
    const [empty, broken, fine] = [delivery('x'), delivery('y', { source: 'broken' }), delivery('fine')]
    await outbox.put([empty, broken, fine])
    await damage(empty.key, { $set: { message: null } })
    outbox.start()
    await bench.state(fine.key, 'sent')
    expect(await bench.state(empty.key, 'failed')).toMatchObject({ attempts: 0 })
    expect(await bench.state(broken.key, 'failed')).toMatchObject({ reason: 'poison', detail: 'cannot read' })
  })

  test('for which the store was away while it was judged is judged again', async () => {
    let away = 1
    const outbox = bench.open({
      answer: SENT,
      guards: [
        () => {
          if (away-- > 0) throw new mongo.MongoNetworkError('connection closed')
          return { verdict: 'pass' }
        },
      ],
    })
    const one = delivery('patient')
    await outbox.put([one])
    outbox.start()
    await bench.state(one.key, 'queued')
    while (away > 0) await new Promise(setImmediate)
    outbox.clock.pass(2_000)
    expect(await bench.state(one.key, 'sent')).toMatchObject({ attempts: 1 })
  }, 15_000)

  test('is refused to the one who puts it, and to nobody who puts at the same moment', async () => {
    const outbox = bench.open()
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const notice = { kind: 'notice', name: 'n', data: circle } as const
    const puts = [
      outbox.put(delivery('fine')),
      outbox.put(delivery(notice)),
      outbox.put(delivery(words('字'.repeat(100)), { alternatives: [words('长'.repeat(100_000))] })),
      outbox.put(delivery('x', { key: 'k'.repeat(401) })),
      outbox.put(delivery('fine too')),
    ]
    const ends = await Promise.allSettled(puts)
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as { code: string }).code))).toEqual(
      [['new'], 'outbox.unfit', 'outbox.size', 'outbox.key', ['new']],
    )
  })

  test('whose end the store refuses ends without its evidence; those written with it are whole', async () => {
    const outbox = bench.open()
    outbox.start()
    const [bad, fine] = [delivery('bad'), delivery('fine')]
    await outbox.put([bad, fine])
    await outbox.called(2)
    await damage(bad.key, { $set: { tries: 'no object' } })
    for (const call of outbox.calls) call.end({ state: 'sent', receipt: 'm' })
    expect(await bench.state(fine.key, 'sent')).toMatchObject({ tries: { 1: { end: { receipt: 'm' } } } })
    expect(await bench.state(bad.key, 'sent')).toMatchObject({ tries: 'no object' })
  })

  test('whose end cannot be told does not keep others from it, and is left out aloud in the end', async () => {
    const told: string[] = []
    const outbox = bench.open({
      answer: SENT,
      record: async (ends) => {
        if (ends.some(({ source }) => source === 'unspeakable')) throw new Error('not valid')
        told.push(...ends.map(({ key }) => key))
      },
    })
    outbox.start()
    const [bad, fine] = [delivery('a', { source: 'unspeakable' }), delivery('b')]
    await outbox.put([bad, fine])
    for (const one of [bad, fine]) await bench.state(one.key, 'sent')
    outbox.clock.pass(10_001)
    for (let round = 0; round < 5; round++) await outbox.sweep()
    expect(told).toEqual([fine.key])
    expect(await bench.row(bad.key)).not.toHaveProperty('untold')
    expect(outbox.log.lines).toContain('error end cannot be recorded and is left out of the events')
  })
})

describe('a delivery over which processes end', () => {
  test('is tried alone after the second time, and given up after three more; the others are sent', async () => {
    const leaseClock = movableClock()
    const clock = movableClock()
    const bad = delivery('bad')
    const others = [delivery('one'), delivery('two')]
    await bench.open({ clock }).put([bad, ...others])
    const held: string[][] = []
    for (let life = 0; life < 5; life++) {
      const died = gate()
      const seen: string[] = []
      const process = bench.open({
        clock,
        leaseClock,
        answer: SENT,
        guards: [
          ({ _id }) => {
            seen.push(_id)
            if (_id !== bad.key) return { verdict: 'pass' }
            died.open()
            return new Promise(() => undefined)
          },
        ],
      })
      process.start()
      await died.promise
      held.push(seen)
      bench.abandon(process)
      leaseClock.pass(31_000)
      const sweeper = bench.open({ clock, leaseClock })
      const swept = await sweeper.sweep()
      if (life < 4) expect(swept.poison).toBe(0)
      else expect(swept).toMatchObject({ poison: 1 })
      if (life === 1) {
        const helper = bench.open({ clock, leaseClock, answer: SENT, guards: [suspects(bad.key)] })
        helper.start()
        for (const one of others) await bench.state(one.key, 'sent')
        await helper.close(0)
        clock.pass(1001)
      }
    }
    expect(held[2]).toEqual([bad.key])
    expect(held[3]).toEqual([bad.key])
    expect(held[4]).toEqual([bad.key])
    expect(await bench.row(bad.key)).toMatchObject({ state: 'failed', reason: 'poison', crashes: 4, attention: true })
  }, 20_000)

  /** Lets everything pass but the bad one, which it puts off. */
  function suspects(key: string) {
    return ({ _id }: DeliveryRow, now: Date) =>
      _id === key
        ? ({ verdict: 'postpone', until: new Date(now.getTime() + 1000), reason: 'later' } as const)
        : ({ verdict: 'pass' } as const)
  }
})
