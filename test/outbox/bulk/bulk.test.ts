import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { bulkModels } from '../../../src/outbox/bulk/model.js'
import { bulkPersonalData } from '../../../src/outbox/bulk/personal-data.js'
import { bulkRows } from '../../../src/outbox/bulk/rows.js'
import { movableClock } from '../../inbox/setup.js'
import { openTestStore, type TestStore } from '../../store/open.js'
import { chunkOf, contactOf, isDone, openBulk, openidOf, type TestBulk, until } from './setup.js'

let store: TestStore
let open: TestBulk[] = []
beforeAll(async () => {
  store = await openTestStore()
  bulkModels(store.connection)
  await store.ensureIndexes()
})
afterEach(async () => {
  for (const bulk of open) await bulk.close(0)
  open = []
  for (const collection of Object.values(bulkRows(store.connection))) await collection.deleteMany({})
})
afterAll(() => store.dispose())

function opened(options: Parameters<typeof openBulk>[1] = {}): TestBulk {
  const bulk = openBulk(store, options)
  open.push(bulk)
  return bulk
}

/** Lets time pass until the source is done. */
async function passing(clock: ReturnType<typeof movableClock>, bulk: TestBulk, source: string) {
  for (;;) {
    const progress = await bulk.progress(source)
    if (progress.done) return progress
    clock.pass(5_000)
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
}

describe('chunks', () => {
  test('are sent to each of their people once, and the source is done', async () => {
    const bulk = opened()
    const [one, two] = [chunkOf(1000, { source: 's' }), chunkOf(300, { source: 's', first: 2001 })]
    expect(await bulk.put([one, two])).toEqual(['new', 'new'])
    bulk.start()
    const progress = await until(bulk, 's', isDone)
    expect(progress).toMatchObject({ recipients: 1300, states: { sent: 1300 }, reasons: {} })
    expect(progress.variants).toEqual([{ sent: 1300, failed: 0, uncertain: 0 }])
    expect(bulk.calls.length).toBe(1300)
    expect(new Set(bulk.calls.map((call) => call.to)).size).toBe(1300)
    expect(bulk.calls[0]?.key).toBe(`s:1:${contactOf(1)}`)
    expect(bulk.reach.calls.get('customer-message')).toBe(1300)
  })

  test('put again change nothing, also after they were sent', async () => {
    const bulk = opened()
    const chunk = chunkOf(10)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, isDone)
    expect(await bulk.put([chunk, { ...chunk, variants: [{ kind: 'text', text: 'other' }] }])).toEqual([
      'known',
      'known',
    ])
    await bulk.close()
    expect(bulk.calls.length).toBe(10)
  })

  test('that cannot be stored as they are written are refused', async () => {
    const bulk = opened()
    await expect(bulk.put([chunkOf(1001)])).rejects.toThrow('1001 recipients')
    await expect(bulk.put([chunkOf(2, { recipient: { contact: contactOf(7) } })])).rejects.toThrow('in it twice')
    await expect(bulk.put([chunkOf(1, { recipient: { contact: 'ming' } })])).rejects.toThrow("'ming'")
    await expect(bulk.put([chunkOf(1, { recipient: { variant: 1 } })])).rejects.toThrow('no variant 1')
  })

  test('are not sent before they are due', async () => {
    const clock = movableClock()
    const bulk = opened({ clock })
    const chunk = chunkOf(3, { dueAt: new Date(clock.now().getTime() + 60_000) })
    await bulk.put([chunk])
    bulk.start()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(bulk.calls.length).toBe(0)
    clock.pass(60_000)
    await until(bulk, chunk.source, isDone)
    expect(bulk.calls.length).toBe(3)
  })

  test('give up what is not sent by the time they expire, and say so', async () => {
    const clock = movableClock()
    const bulk = opened({ clock, rate: () => 20 })
    const chunk = chunkOf(500, { expiresAt: new Date(clock.now().getTime() + 60_000) })
    await bulk.put([chunk])
    bulk.start()
    await bulk.called(3)
    clock.pass(61_000)
    const { states } = await until(bulk, chunk.source, isDone)
    expect(states.sent).toBe(bulk.calls.length)
    expect((states.sent ?? 0) + (states.expired ?? 0)).toBe(500)
    expect(states.expired).toBeGreaterThan(300)
  })

  test('tell of each person what happened', async () => {
    const bulk = opened({
      answer: ({ to }) =>
        to === openidOf(2) ? { state: 'failed', reason: 'the template is gone', code: 40037 } : { state: 'sent' },
    })
    const chunk = chunkOf(4, { recipient: {} })
    const recipients = chunk.recipients.map((one, n) => (n === 3 ? { ...one, skip: 'hold-out' as const } : one))
    await bulk.put([{ ...chunk, recipients }])
    bulk.start()
    const progress = await until(bulk, chunk.source, isDone)
    expect(progress.states).toEqual({ sent: 2, failed: 1, skipped: 1 })
    expect(progress.reasons).toEqual({ 'the template is gone': 1, 'hold-out': 1 })
    expect(await bulk.of(chunk.source, contactOf(1))).toMatchObject({ state: 'sent', channel: 'customer-message' })
    expect(await bulk.of(chunk.source, contactOf(2))).toMatchObject({ state: 'failed', code: 40037, to: openidOf(2) })
    expect(await bulk.of(chunk.source, contactOf(4))).toMatchObject({ state: 'skipped', reason: 'hold-out' })
    expect(await bulk.of(chunk.source, contactOf(5))).toBeUndefined()
    expect(await bulk.of('other', contactOf(1))).toBeUndefined()
    expect(bulk.reach.released).toEqual([contactOf(2)])
  })

  test('carry several variants, counted apart', async () => {
    const bulk = opened()
    const chunk = chunkOf(10, {
      variants: [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ],
    })
    await bulk.put([{ ...chunk, recipients: chunk.recipients.map((one, n) => ({ ...one, variant: n < 3 ? 1 : 0 })) }])
    bulk.start()
    const { variants } = await until(bulk, chunk.source, isDone)
    expect(variants.map(({ sent }) => sent)).toEqual([7, 3])
    const b = bulk.calls.filter(({ message }) => message.kind === 'text' && message.text === 'b')
    expect(b.map(({ to }) => to).sort()).toEqual([openidOf(1), openidOf(2), openidOf(3)])
  })
})

describe('the resolver', () => {
  test('is asked for many at once, and its skips are counted by reason', async () => {
    const bulk = opened({
      verdict: (contact) =>
        Number.parseInt(contact, 16) % 2 === 0
          ? { refusals: [{ channel: 'customer-message', reason: 'opted-out' }] }
          : undefined,
    })
    const chunk = chunkOf(100)
    await bulk.put([chunk])
    bulk.start()
    const progress = await until(bulk, chunk.source, isDone)
    expect(progress).toMatchObject({ states: { sent: 50, skipped: 50 }, reasons: { 'opted-out': 50 } })
    expect(bulk.reach.asked).toEqual([100])
    expect(bulk.reach.booked.get(chunk.source)?.size).toBe(50)
  })

  test('may say later: nobody is asked again before', async () => {
    const clock = movableClock()
    const morning = new Date(clock.now().getTime() + 3_600_000 / 2)
    const bulk = opened({
      clock,
      verdict: () => (clock.now() < morning ? { until: morning, reason: 'quiet-hours' } : undefined),
    })
    const chunk = chunkOf(20)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, () => bulk.reach.asked.length > 0)
    expect(await bulk.of(chunk.source, contactOf(1))).toMatchObject({ state: 'waiting' })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(bulk.reach.asked).toEqual([20])
    clock.pass(3_600_000 / 2)
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 20 })
    expect(bulk.reach.asked).toEqual([20, 20])
  })

  test('is asked for the next channel when the platform refuses one', async () => {
    const bulk = opened({
      answer: ({ message }) =>
        message.kind === 'text' ? { state: 'skipped', reason: 'window-closed', code: 45015 } : { state: 'sent' },
      resolve: (_message, channel) =>
        channel === 'template'
          ? { kind: 'filled-notice', channel: 'template', template: 't', fields: {} }
          : { kind: 'text', text: 'x' },
    })
    const chunk = chunkOf(3, { channels: ['customer-message', 'template'], purpose: 'service' })
    await bulk.put([chunk])
    bulk.start()
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 3 })
    expect(bulk.calls.length).toBe(6)
    expect(await bulk.of(chunk.source, contactOf(1))).toMatchObject({ channel: 'template' })
  })
})

describe('how a call ended', () => {
  test('decides whether it is tried again: a definite refusal with a rest is, with a pause', async () => {
    const clock = movableClock()
    const bulk = opened({
      clock,
      answer: ({ to }, calls) =>
        calls.filter((call) => call.to === to).length < 3
          ? { state: 'retry', reason: 'busy', code: -1, afterMs: 2_000 }
          : { state: 'sent' },
    })
    const chunk = chunkOf(2)
    await bulk.put([chunk])
    bulk.start()
    await bulk.called(2)
    await until(bulk, chunk.source, ({ states }) => states.retry === 2)
    expect(bulk.calls.length).toBe(2)
    expect((await passing(clock, bulk, chunk.source)).states).toEqual({ sent: 2 })
    expect(bulk.calls.length).toBe(6)
  })

  test('an unclear end is uncertain, listed with evidence, and never repeated by itself', async () => {
    const clock = movableClock()
    const bulk = opened({
      clock,
      answer: ({ to }) =>
        to === openidOf(3) ? { state: 'uncertain', reason: 'the connection was reset' } : { state: 'sent' },
    })
    const chunk = chunkOf(5)
    await bulk.put([chunk])
    bulk.start()
    const progress = await until(bulk, chunk.source, isDone)
    expect(progress.states).toEqual({ sent: 4, uncertain: 1 })
    const { ends, next } = await bulk.uncertain(chunk.source)
    expect(next).toBeUndefined()
    expect(ends).toEqual([
      {
        contact: contactOf(3),
        to: openidOf(3),
        state: 'uncertain',
        channel: 'customer-message',
        reason: 'the connection was reset',
        at: expect.any(Date),
        variant: 0,
      },
    ])
    clock.pass(86_400_000)
    await bulk.sweep()
    expect(bulk.calls.length).toBe(5)
    expect(bulk.reach.booked.get(chunk.source)?.has(contactOf(3))).toBe(true)
  })

  test('an unclear end of a keyed channel is repeated with the same key', async () => {
    const clock = movableClock()
    const bulk = opened({
      clock,
      answer: ({ to }, calls) =>
        calls.filter((call) => call.to === to).length === 1
          ? { state: 'uncertain', reason: 'no answer' }
          : { state: 'sent' },
    })
    const chunk = chunkOf(2, { channels: ['template'], purpose: 'service' })
    await bulk.put([chunk])
    bulk.start()
    expect((await passing(clock, bulk, chunk.source)).states).toEqual({ sent: 2 })
    expect(bulk.calls.map(({ key }) => key).sort()).toEqual([1, 1, 2, 2].map((n) => `${chunk.key}:${contactOf(n)}`))
  })

  test('at-least-once repeats what is unclear on a channel without a key, because the campaign asked for it', async () => {
    const clock = movableClock()
    const bulk = opened({
      clock,
      answer: (_, calls) => (calls.length === 1 ? { state: 'uncertain', reason: 'no answer' } : { state: 'sent' }),
    })
    const chunk = chunkOf(1, { repeatUncertain: true })
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states.retry === 1)
    clock.pass(10_000)
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 1 })
  })

  test('a used-up quota parks the channel: nobody else is tried, nobody loses a try', async () => {
    const clock = movableClock()
    const midnight = new Date(clock.now().getTime() + 3_600_000 / 2)
    const bulk = opened({
      clock,
      rate: () => 200,
      answer: (_, calls) =>
        calls.length > 3 && clock.now() < midnight
          ? { state: 'retry', reason: 'quota', code: 45009, afterMs: 1_800_000, park: true }
          : { state: 'sent' },
      verdict: () =>
        bulk.reach.parked.length > 0 && clock.now() < midnight ? { until: midnight, reason: 'quota' } : undefined,
    })
    const chunk = chunkOf(100)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states.sent === 3 && states.waiting === 97)
    expect(bulk.calls.length).toBeLessThan(15)
    expect(bulk.reach.parked).toEqual(['customer-message'])
  })

  test('five calls without an answer shut the gate: an outage does not make everybody uncertain', async () => {
    const bulk = opened({ answer: () => ({ state: 'uncertain', reason: 'no answer came' }), concurrency: 8 })
    const chunk = chunkOf(500)
    await bulk.put([chunk])
    bulk.start()
    await bulk.called(5)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(bulk.calls.length).toBeLessThanOrEqual(12)
  })
})

describe('an operator', () => {
  test('pauses a source and lets it go on; nothing begins in between, also not of chunks put meanwhile', async () => {
    const bulk = opened({ rate: () => 500 })
    const chunk = chunkOf(400, { source: 'p' })
    await bulk.put([chunk])
    bulk.start()
    await bulk.called(20)
    await bulk.pause('p')
    await bulk.put([chunkOf(100, { source: 'p', first: 1001 })])
    let seen = -1
    while (seen !== bulk.calls.length) {
      seen = bulk.calls.length
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(seen).toBeLessThan(400)
    const paused = await bulk.progress('p')
    expect(paused.done).toBe(false)
    expect(paused.states.sending ?? 0).toBe(0)
    await bulk.resume('p')
    expect((await until(bulk, 'p', isDone)).states).toEqual({ sent: 500 })
    expect(bulk.calls.length).toBe(500)
  })

  test('cancels a source: what was not begun with is cancelled, also in the hands of a sender', async () => {
    const bulk = opened({ rate: () => 200 })
    await bulk.put([chunkOf(400, { source: 'c' }), chunkOf(1000, { source: 'c', first: 5001 })])
    bulk.start()
    await bulk.called(10)
    await bulk.cancel('c')
    const { states } = await until(bulk, 'c', isDone)
    expect(states.sent).toBe(bulk.calls.length)
    expect((states.sent ?? 0) + (states.cancelled ?? 0)).toBe(1400)
    expect(await bulk.put([chunkOf(5, { source: 'c', first: 9001 })])).toEqual(['new'])
    await bulk.sweep()
    expect((await until(bulk, 'c', isDone)).states.cancelled).toBe((states.cancelled ?? 0) + 5)
    await bulk.pause('c')
    await bulk.resume('c')
    expect(await bulk.put([chunkOf(5, { source: 'c', first: 9501 })])).toEqual(['new'])
    await bulk.sweep()
    expect((await until(bulk, 'c', isDone)).states.sent).toBe(bulk.calls.length)
  })

  test('sends again to those who failed, or takes the uncertain for sent', async () => {
    let broken = true
    const bulk = opened({
      answer: ({ to }) => {
        if (!broken) return { state: 'sent' }
        if (to === openidOf(1)) return { state: 'failed', reason: 'bad picture', code: 40007 }
        return to === openidOf(2) || to === openidOf(3) ? { state: 'uncertain', reason: 'reset' } : { state: 'sent' }
      },
    })
    const chunk = chunkOf(10)
    await bulk.put([chunk])
    bulk.start()
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 7, failed: 1, uncertain: 2 })
    broken = false
    expect(await bulk.resend(chunk.source, 'failed')).toBe(1)
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 8, uncertain: 2 })
    expect(await bulk.treatAsSent(chunk.source, [contactOf(2)])).toBe(1)
    expect(await bulk.resend(chunk.source, [contactOf(3), contactOf(4)])).toBe(1)
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 10 })
    expect(await bulk.of(chunk.source, contactOf(2))).toMatchObject({ reason: 'treated as sent' })
    expect(bulk.calls.length).toBe(12)
    expect(await bulkRows(store.connection).people.countDocuments({})).toBe(0)
  })

  test('is told with every write what ended, for stop rules', async () => {
    const told: Record<string, number> = {}
    const bulk = opened({
      answer: ({ to }) => (to === openidOf(1) ? { state: 'failed', reason: 'x' } : { state: 'sent' }),
      onEnds: (source, ended) => {
        for (const [state, n] of Object.entries(ended))
          told[`${source} ${state}`] = (told[`${source} ${state}`] ?? 0) + n
      },
    })
    const chunk = chunkOf(50)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, isDone)
    expect(told).toEqual({ [`${chunk.source} sent`]: 49, [`${chunk.source} failed`]: 1 })
  })

  test('reads long lists page by page', async () => {
    const bulk = opened({ answer: () => ({ state: 'failed', reason: 'x' }) })
    await bulk.put([chunkOf(7, { source: 'l' }), chunkOf(7, { source: 'l', first: 101 })])
    bulk.start()
    await until(bulk, 'l', isDone)
    const seen: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await bulk.ends('l', ['failed'], { limit: 3, ...(after !== undefined && { after }) })
      seen.push(...page.ends.map(({ contact }) => contact))
      after = page.next
      more = after !== undefined
    }
    expect(seen.length).toBe(14)
    expect(new Set(seen).size).toBe(14)
  })
})

describe('a person', () => {
  test('who is erased is left out where nothing was sent yet, and no id of the platform stays', async () => {
    const clock = movableClock()
    const bulk = opened({ clock })
    const later = new Date(clock.now().getTime() + 60_000)
    await bulk.put([chunkOf(3, { source: 'now' }), chunkOf(3, { source: 'later', dueAt: later })])
    bulk.start()
    await until(bulk, 'now', isDone)
    const { connection, clock: leaseClock } = store
    const part = bulkPersonalData({ connection, clock, leaseClock })
    expect(await part.export(contactOf(2), [])).toEqual([
      { source: 'now', state: 'sent', channel: 'customer-message', at: expect.any(Date) },
      { source: 'later', state: 'waiting' },
    ])
    await part.erase(contactOf(2), [], 'erased')
    await part.erase(contactOf(2), [], 'erased')
    clock.pass(60_000)
    expect((await until(bulk, 'later', isDone)).states).toEqual({ sent: 2, skipped: 1 })
    expect(await bulk.of('now', contactOf(2))).toMatchObject({ state: 'sent', to: '' })
    expect(bulk.calls.filter(({ to }) => to === openidOf(2)).length).toBe(1)
    const stored = await bulkRows(connection).audience.find({}).toArray()
    expect(JSON.stringify(stored)).not.toContain(openidOf(2))
    expect(JSON.stringify(stored)).toContain(openidOf(3))
  })
})
