import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/core/outcome.js'
import type { Update } from '../../src/core/update.js'
import { forever, gate } from '../inbox/setup.js'
import { delivery, movableClock, notice, type OutboxBench, openBench, SENT, words } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const UNCLEAR: Outcome = { state: 'uncertain', reason: 'no answer came in time' }
const template = notice('template', 'T')
let event = 0
/** The platform's receipt of a template message. */
function receipt(to: string, messageId: string, at: Date, status = 'success'): Update {
  const base = { id: `e${++event}`, platform: 'official-account', account: 'shop', from: to, at } as const
  return { kind: 'event.notice.sent', ...base, messageId, ok: status === 'success', status }
}

describe('a message with a key', () => {
  test('whose end is unclear is repeated under the same key, and sent once', async () => {
    const outbox = bench.open({ answer: (_, calls) => (calls === 1 ? UNCLEAR : { state: 'sent', receipt: 'm7' }) })
    outbox.start()
    const one = delivery(template)
    await outbox.put(one)
    await bench.state(one.key, 'retry')
    outbox.clock.pass(10_000)
    outbox.leaseClock.pass(10_000)
    const row = await bench.state(one.key, 'sent')
    expect(outbox.calls.map(({ key }) => key)).toEqual([one.key, one.key])
    expect(Object.values(row.tries ?? {}).map(({ end }) => end?.state)).toEqual(['uncertain', 'sent'])
  })

  test('is left to a person when the platform may have forgotten the key', async () => {
    const outbox = bench.open({ answer: () => UNCLEAR })
    outbox.start()
    const one = delivery(template)
    await outbox.put(one)
    await bench.state(one.key, 'retry')
    outbox.clock.pass(9 * 60_000)
    outbox.leaseClock.pass(9 * 60_000)
    expect(await bench.state(one.key, 'uncertain')).toMatchObject({ attention: true, attempts: 1 })
    expect(outbox.calls).toHaveLength(1)
  })

  test.each(['sending', 'delivered'] as const)(
    'is sent once more after a crash at %s, within the key only',
    async (point) => {
      for (const [silenceMs, end] of [
        [31_000, 'sent'],
        [9 * 60_000, 'uncertain'],
      ] as const) {
        const clocks = { clock: movableClock(), leaseClock: movableClock() }
        const reached = gate()
        const dying = bench.open({
          ...clocks,
          answer: SENT,
          fail: (at) => {
            if (at !== point) return undefined
            reached.open()
            return forever
          },
        })
        dying.start()
        const one = delivery(template)
        await dying.put(one)
        await reached.promise
        bench.abandon(dying)
        const next = bench.open({ ...clocks, answer: SENT })
        next.start()
        clocks.leaseClock.pass(silenceMs)
        expect(await next.sweep()).toMatchObject(end === 'sent' ? { requeued: 1 } : { uncertain: 1 })
        const row = await bench.state(one.key, end)
        expect(next.calls.map(({ key }) => key)).toEqual(end === 'sent' ? [one.key] : [])
        if (end === 'sent') expect(row.tries?.['1']?.end).toMatchObject({ reason: 'the process ended during the call' })
      }
    },
  )

  test('that waits to be repeated cannot be called back as if nothing had been sent', async () => {
    const outbox = bench.open({ answer: () => UNCLEAR })
    outbox.start()
    const one = delivery(template, { source: 'order:1' })
    await outbox.put(one)
    await bench.state(one.key, 'retry')
    expect(await outbox.cancelOne(one.key, 'ming')).toBe(false)
    expect(await outbox.cancel('order:1')).toBe(1)
    expect(await bench.row(one.key)).toMatchObject({ state: 'uncertain', reason: 'cancelled' })
  })
})

describe('a worker whose lease lapsed', () => {
  test('before its call does not make it', async () => {
    const leaseClock = movableClock()
    const [at, go] = [gate(), gate()]
    const slow = bench.open({
      leaseClock,
      answer: SENT,
      fail: (point) => {
        if (point !== 'sending') return undefined
        at.open()
        return go.promise
      },
    })
    slow.start()
    const one = delivery('hello')
    await slow.put(one)
    await at.promise
    leaseClock.pass(31_000)
    const other = bench.open({ leaseClock, answer: SENT })
    expect(await other.sweep()).toMatchObject({ uncertain: 1 })
    go.open()
    await slow.close()
    expect(slow.calls).toEqual([])
    expect(await bench.row(one.key)).toMatchObject({ state: 'uncertain' })
  })
})

describe('a receipt', () => {
  test('confirms what was sent; the same one again changes nothing', async () => {
    const outbox = bench.open({ answer: SENT })
    outbox.start()
    const one = delivery(template)
    await outbox.put(one)
    await bench.state(one.key, 'sent')
    const at = outbox.clock.now()
    await outbox.settle(receipt(one.to, 'm1', at))
    const row = await bench.row(one.key)
    expect(row).toMatchObject({ state: 'sent', confirmedAt: at })
    await outbox.settle(receipt(one.to, 'm1', at, 'failed: system failed'))
    expect(await bench.row(one.key)).toEqual(row)
  })

  test('that says it was not delivered fails the delivery, or sends it another way', async () => {
    const outbox = bench.open({ answer: (what) => ({ state: 'sent', receipt: `m-${what}` }) })
    outbox.start()
    const last = delivery(template)
    const more = delivery(notice('template', 'U'), { alternatives: [words('hello')] })
    await outbox.put([last, more])
    for (const one of [last, more]) await bench.state(one.key, 'sent')
    await outbox.settle(receipt(last.to, 'm-T', outbox.clock.now(), 'failed: system failed'))
    expect(await bench.row(last.key)).toMatchObject({ state: 'failed', attention: true, settled: { by: 'receipt' } })
    await outbox.settle(receipt(more.to, 'm-U', outbox.clock.now(), 'failed:user block'))
    const row = await bench.until(more.key, ({ state, option }) => state === 'sent' && option === 1)
    expect(row).toMatchObject({ channel: 'customer-message', receipt: 'm-hello', reasons: [{ reason: 'blocked' }] })
    expect(outbox.acts.map(({ act, row: { _id } }) => [act, _id])).toEqual([
      ['refused-late', last.key],
      ['refused-late', more.key],
    ])
  })

  test('settles the unclear end of the same person, and the event is told', async () => {
    const outbox = bench.open({ answer: () => UNCLEAR })
    outbox.start()
    const one = delivery(notice('subscription', 'S'))
    await outbox.put(one)
    await bench.state(one.key, 'uncertain')
    const base = {
      id: 'x',
      platform: 'official-account',
      account: 'shop',
      from: one.to,
      at: outbox.clock.now(),
    } as const
    const item = { messageId: 'm5', code: '0', status: 'success' }
    await outbox.settle({ kind: 'event.subscription.sent', ...base, items: [{ ...item, templateId: 'another' }] })
    expect(await bench.row(one.key)).toMatchObject({ state: 'uncertain' })
    await outbox.settle({
      kind: 'event.subscription.sent',
      ...base,
      items: [{ ...item, templateId: 'S', messageId: 'm6' }],
    })
    const row = await bench.row(one.key)
    expect(row).toMatchObject({ state: 'sent', receipt: 'm6', settled: { by: 'receipt' } })
    expect(row).not.toHaveProperty('attention')
    outbox.clock.pass(10_001)
    await outbox.sweep()
    expect(outbox.told.map(({ state }) => state)).toEqual(['uncertain', 'sent'])
  })

  test('for one of two unclear deliveries to a person is not guessed', async () => {
    const outbox = bench.open({ answer: () => UNCLEAR })
    outbox.start()
    const to = 'twin'
    const pair = [delivery(notice('subscription', 'S'), { to }), delivery(notice('subscription', 'S'), { to })]
    await outbox.put(pair)
    for (const one of pair) await bench.state(one.key, 'uncertain')
    const base = { id: 'y', platform: 'official-account', account: 'shop', from: to, at: outbox.clock.now() } as const
    const items = [{ messageId: 'm8', code: '0', status: 'success', templateId: 'S' }]
    await outbox.settle({ kind: 'event.subscription.sent', ...base, items })
    for (const one of pair) expect(await bench.row(one.key)).toMatchObject({ state: 'uncertain' })
  })

  test('that is quicker than our own end waits for it', async () => {
    const outbox = bench.open()
    outbox.start()
    const one = delivery(template)
    await outbox.put(one)
    await outbox.called(1)
    await outbox.settle(receipt(one.to, 'm3', outbox.clock.now(), 'failed:user block'))
    outbox.calls[0]?.end({ state: 'sent', receipt: 'm3' })
    await bench.state(one.key, 'sent')
    await outbox.sweep()
    expect(await bench.row(one.key)).toMatchObject({ state: 'failed', reason: 'blocked' })
  })
})
