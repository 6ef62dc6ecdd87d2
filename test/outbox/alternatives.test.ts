import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/core/outcome.js'
import { delivery, notice, type OutboxBench, openBench, SENT, words } from './setup.js'

let bench: OutboxBench
beforeAll(async () => {
  bench = await openBench()
})
afterEach(() => bench.reset())
afterAll(() => bench.close())

const refused: Outcome = { state: 'skipped', reason: 'refused', code: 43101, detail: 'none left' }
const closed: Outcome = { state: 'skipped', reason: 'window-closed', code: 45015 }
const template = notice('template', 'T')
const subscription = notice('subscription', 'S')

describe('a delivery with alternatives', () => {
  test('goes by the first that the platform takes; every refusal is kept, in its order', async () => {
    const answers: Record<string, Outcome> = { S: refused, hello: closed, T: { state: 'sent', receipt: 'm9' } }
    const outbox = bench.open({ answer: (what) => answers[what] })
    const one = delivery(subscription, { alternatives: [words('hello'), template] })
    expect(await outbox.put(one)).toEqual(['new'])
    outbox.start()
    const row = await bench.state(one.key, 'sent')
    expect(row).toMatchObject({ channel: 'template', option: 2, receipt: 'm9', message: template, attempts: 3 })
    expect(row.reasons).toMatchObject([
      { option: 0, channel: 'subscription', reason: 'refused', code: 43101 },
      { option: 1, channel: 'customer-message', reason: 'window-closed', code: 45015 },
    ])
    expect(outbox.calls.map(({ key }) => key)).toEqual([one.key, `${one.key}#1`, `${one.key}#2`])
    await outbox.close()
    expect(outbox.told).toMatchObject([{ state: 'sent', channel: 'template', reasons: [{}, {}] }])
  })

  test('passes over what guards and content refuse without a call, and ends with the last reason when nothing is left', async () => {
    const outbox = bench.open({
      answer: SENT,
      guards: [
        ({ channel }) => (channel === 'template' ? { verdict: 'pass' } : { verdict: 'skip', reason: 'no-credit' }),
      ],
    })
    outbox.start()
    const gone = { kind: 'notice', name: 'gone', data: {} } as const
    const reached = delivery(subscription, { alternatives: [gone, template] })
    const lost = delivery(gone, { alternatives: [subscription, words('hello')] })
    await outbox.put([reached, lost])
    expect(await bench.state(reached.key, 'sent')).toMatchObject({ option: 2, attempts: 1 })
    const row = await bench.state(lost.key, 'skipped')
    expect(row).toMatchObject({ reason: 'no-credit', attempts: 0 })
    expect(row.reasons?.map(({ reason }) => reason)).toEqual(['there is no notice gone', 'no-credit', 'no-credit'])
    expect(outbox.calls.map(({ what }) => what)).toEqual(['T'])
  })

  test('waits when what stands against it ends by itself, and takes another way if one is open now', async () => {
    let quiet = true
    const outbox = bench.open({
      answer: SENT,
      guards: [
        ({ channel }, now) =>
          quiet && channel !== 'template'
            ? { verdict: 'postpone', until: new Date(now.getTime() + 60_000), reason: 'quiet-hours' }
            : { verdict: 'pass' },
      ],
    })
    outbox.start()
    const waits = delivery(words('waits'), { alternatives: [subscription] })
    const goes = delivery(words('never'), { alternatives: [template] })
    await outbox.put([waits, goes])
    expect(await bench.state(goes.key, 'sent')).toMatchObject({ option: 1, reasons: [{ reason: 'quiet-hours' }] })
    const waiting = await bench.until(waits.key, ({ reason }) => reason === 'quiet-hours')
    expect(waiting).toMatchObject({ state: 'queued', option: 0, attempts: 0 })
    expect(waiting).not.toHaveProperty('reasons')
    quiet = false
    outbox.clock.pass(60_001)
    expect(await bench.state(waits.key, 'sent')).toMatchObject({ option: 0 })
  })

  test('with an unclear end takes no other way: it might be a second message', async () => {
    const outbox = bench.open({ answer: () => ({ state: 'uncertain', reason: 'timeout' }) })
    outbox.start()
    const one = delivery(words('hello'), { alternatives: [template] })
    await outbox.put(one)
    const row = await bench.state(one.key, 'uncertain')
    expect(row.tries?.['1']).toMatchObject({
      channel: 'customer-message',
      end: { state: 'uncertain', reason: 'timeout', wrote: words('hello') },
    })
    expect(outbox.calls).toHaveLength(1)
    await outbox.close()
    expect(outbox.followed.map(({ _id }) => _id)).toEqual([one.key])
  })

  test('is given up at its own expiry, before the configured one', async () => {
    const outbox = bench.open({ answer: SENT })
    const one = delivery('late', { expiresAt: new Date(outbox.clock.now().getTime() + 1000) })
    await outbox.put(one)
    outbox.clock.pass(1001)
    outbox.start()
    expect(await bench.state(one.key, 'expired')).toMatchObject({ reason: 'expired' })
    expect(outbox.calls).toEqual([])
  })
})

describe('a channel that the platform refuses as a whole', () => {
  const quota: Outcome = { state: 'retry', reason: 'quota', code: 45009, afterMs: 3_600_000, park: true }

  test('rests: others go another way or wait without a call, and one alone finds out when it may be asked again', async () => {
    let left = false
    const outbox = bench.open({
      answer: (what) => (what !== 'T' || left ? { state: 'sent', receipt: 'm' } : quota),
      config: { concurrency: 1, expireAfter: 48 * 3_600_000 },
    })
    outbox.start()
    const first = delivery(template)
    await outbox.put(first)
    const until = outbox.clock.now().getTime() + 3_600_000
    expect((await bench.state(first.key, 'retry')).nextAt.getTime()).toBeGreaterThanOrEqual(until)
    const more = Array.from({ length: 5 }, () => delivery(template))
    const other = delivery(template, { alternatives: [words('hello')] })
    await outbox.put([...more, other])
    expect(await bench.state(other.key, 'sent')).toMatchObject({
      channel: 'customer-message',
      reasons: [{ reason: 'quota' }],
    })
    for (const one of more) await bench.until(one.key, ({ reason }) => reason === 'quota')
    expect(outbox.calls.map(({ what }) => what)).toEqual(['T', 'hello'])
    outbox.clock.pass(3_600_001)
    await outbox.called(3)
    for (const one of [first, ...more]) await bench.until(one.key, ({ nextAt }) => nextAt > outbox.clock.now())
    expect(outbox.calls.filter(({ what }) => what === 'T')).toHaveLength(2)
    left = true
    outbox.clock.pass(3_600_001)
    await outbox.called(4)
    outbox.clock.pass(60_000)
    for (const one of [first, ...more]) await bench.state(one.key, 'sent')
  })

  test('without another way costs a delivery with several no more than its turn', async () => {
    const outbox = bench.open({ answer: (what) => (what === 'T' ? quota : SENT()) })
    outbox.start()
    const one = delivery(template, { alternatives: [words('hello')] })
    await outbox.put(one)
    expect(await bench.state(one.key, 'sent')).toMatchObject({ channel: 'customer-message', attempts: 2 })
  })
})
