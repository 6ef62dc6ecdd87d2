import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../src/core/clock.js'
import type { Message } from '../../src/core/message.js'
import type { Outcome } from '../../src/core/outcome.js'
import type { DeliveryEnd, NewDelivery } from '../../src/outbox/delivery.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createOutbox, type Outbox, type OutboxDeps } from '../../src/outbox/outbox.js'
import type { Candidate } from '../../src/outbox/pick.js'
import { claim, deliveries } from '../../src/outbox/queue.js'
import { fakePlatform, forever, gate, movableClock, recorder } from '../inbox/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

let store: TestStore
let open: Outbox[] = []
beforeAll(async () => {
  store = await openTestStore()
  outboxModel(store.connection)
  await store.ensureIndexes()
})
afterEach(async () => {
  for (const outbox of open) await outbox.close(0)
  open = []
  await store.connection.model('Delivery').deleteMany({})
})
afterAll(() => store.dispose())

let count = 0
function delivery(text: string, about: Partial<NewDelivery> = {}): NewDelivery {
  const key = `k${++count}`
  return { key, account: 'shop', to: 'ming', purpose: 'reply', message: { kind: 'text', text }, source: key, ...about }
}

interface Call {
  text: string
  to: string
  key: string
  end(outcome: Outcome): void
}

/** An outbox whose platform's calls end when the test says so. */
function opened(options: Partial<OutboxDeps> & { answer?: (text: string) => Outcome | undefined } = {}) {
  const calls: Call[] = []
  const told: DeliveryEnd[] = []
  const log = recorder()
  let waiters: { count: number; resolve: () => void }[] = []
  const platform = fakePlatform((message, { to, key }) => {
    const text = message.kind === 'text' ? message.text : message.kind
    return new Promise((end) => {
      calls.push({ text, to, key, end })
      const outcome = options.answer?.(text)
      if (outcome) end(outcome)
      waiters = waiters.filter(({ count, resolve }) => {
        if (calls.length >= count) resolve()
        return calls.length < count
      })
    })
  })
  const outbox = createOutbox({
    connection: store.connection,
    config: { concurrency: 8, expireAfter: 48 * 3_600_000 },
    clock: systemClock,
    leaseClock: store.clock,
    log,
    platform: (account) => (account === 'shop' ? platform : undefined),
    resolve: (message: Message) => {
      if (message.kind === 'notice' || message.kind === 'invitation') throw new Error(`there is no ${message.name}`)
      if (message.kind === 'card' || message.kind === 'article')
        throw new Error(`there is no ${message.kind} ${message.slug}`)
      return message
    },
    guards: [],
    record: async (ends) => void told.push(...ends),
    timing: { poll: 20 },
    ...options,
  })
  open.push(outbox)
  return {
    ...outbox,
    calls,
    told,
    log,
    called: (times: number) =>
      calls.length >= times
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiters.push({ count: times, resolve })),
  }
}

const rowOf = (key: string) => deliveries(store.connection).findOne({ _id: key })
async function state(key: string, wanted: string) {
  for (let row = await rowOf(key); ; row = await rowOf(key)) {
    if (row?.state === wanted) return row
    await new Promise(setImmediate)
  }
}
const SENT = (): Outcome => ({ state: 'sent', receipt: 'm1' })

describe('a delivery', () => {
  test('is stored once under its key, sent, and its end recorded', async () => {
    const outbox = opened({ answer: SENT })
    outbox.start()
    const one = delivery('hello')
    expect(await outbox.put(one)).toEqual(['new'])
    expect(await outbox.put([one, { ...one, message: { kind: 'text', text: 'changed' } }])).toEqual(['known', 'known'])
    const row = await state(one.key, 'sent')
    expect(row).toMatchObject({ attempts: 1, receipt: 'm1', contact: 'shop:ming' })
    for (const field of ['open', 'busy', 'owner', 'leaseUntil']) expect(row).not.toHaveProperty(field)
    await outbox.close()
    expect(outbox.calls.map((call) => call.text)).toEqual(['hello'])
    expect(outbox.told).toEqual([expect.objectContaining({ key: one.key, state: 'sent', kind: 'text', attempts: 1 })])
    expect(await rowOf(one.key)).not.toHaveProperty('untold')
  })

  test('is marked as sending before the platform is called', async () => {
    const outbox = opened()
    outbox.start()
    const one = delivery('hello')
    await outbox.put(one)
    await outbox.called(1)
    expect(await rowOf(one.key)).toMatchObject({ state: 'sending', attempts: 1, busy: true })
    outbox.calls[0]?.end({ state: 'sent' })
    await state(one.key, 'sent')
  })

  test('waits for its moment', async () => {
    const clock = movableClock()
    const outbox = opened({ answer: SENT, clock })
    outbox.start()
    const later = delivery('later', { dueAt: new Date(clock.now().getTime() + 60_000) })
    await outbox.put([later, delivery('now', { to: 'hua' })])
    await outbox.called(1)
    expect(outbox.calls.map((call) => call.text)).toEqual(['now'])
    clock.pass(60_001)
    await state(later.key, 'sent')
  })

  test('is tried again after a definite failure, and never after an uncertain end', async () => {
    const clock = movableClock()
    const outbox = opened({ clock })
    outbox.start()
    const [busy, unclear] = [delivery('busy'), delivery('unclear', { to: 'hua' })]
    await outbox.put([busy, unclear])
    await outbox.called(2)
    outbox.calls.find((call) => call.text === 'busy')?.end({ state: 'retry', reason: 'busy', code: -1 })
    outbox.calls.find((call) => call.text === 'unclear')?.end({ state: 'uncertain', reason: 'timeout' })
    await state(busy.key, 'retry')
    await state(unclear.key, 'uncertain')
    clock.pass(10_000)
    await outbox.called(3)
    outbox.calls[2]?.end({ state: 'sent' })
    expect(await state(busy.key, 'sent')).toMatchObject({ attempts: 2 })
    clock.pass(48 * 3_600_000)
    await outbox.sweep()
    await outbox.close()
    expect(outbox.calls.map((call) => call.text).sort()).toEqual(['busy', 'busy', 'unclear'])
    expect(await outbox.stats()).toEqual({ uncertain: 1 })
  })

  test('that was not sent in time expires', async () => {
    const clock = movableClock()
    const outbox = opened({ answer: SENT, clock, config: { concurrency: 8, expireAfter: 1000 } })
    const one = delivery('old')
    await outbox.put(one)
    clock.pass(1001)
    outbox.start()
    expect(await state(one.key, 'expired')).toMatchObject({ reason: 'expired' })
    expect(outbox.calls).toEqual([])
  })

  test('that a guard holds back is skipped or postponed, with the reason', async () => {
    const clock = movableClock()
    let quiet = true
    const outbox = opened({
      answer: SENT,
      clock,
      guards: [
        (row) => (row.to === 'hua' ? { verdict: 'skip', reason: 'opted-out' } : { verdict: 'pass' }),
        (_, now) =>
          quiet
            ? { verdict: 'postpone', until: new Date(now.getTime() + 5000), reason: 'quiet hours' }
            : { verdict: 'pass' },
      ],
    })
    outbox.start()
    const [out, later] = [delivery('out', { to: 'hua' }), delivery('later')]
    await outbox.put([out, later])
    expect(await state(out.key, 'skipped')).toMatchObject({ reason: 'opted-out', attempts: 0 })
    while ((await rowOf(later.key))?.reason !== 'quiet hours') await new Promise(setImmediate)
    quiet = false
    clock.pass(5001)
    expect(await state(later.key, 'sent')).toMatchObject({ attempts: 1 })
  })

  test('that cannot be made fails alone; the others go out', async () => {
    const outbox = opened({ answer: SENT })
    outbox.start()
    const broken = delivery('', { message: { kind: 'card', slug: 'gone' } })
    const fine = delivery('fine')
    await outbox.put([broken, fine])
    expect(await state(broken.key, 'failed')).toMatchObject({ reason: 'there is no card gone' })
    await state(fine.key, 'sent')
    await expect(outbox.put(delivery('x', { account: 'nobody' }))).rejects.toMatchObject({ code: 'outbox.account' })
  })

  test('can be called back while it waits', async () => {
    const outbox = opened({ answer: SENT })
    const one = delivery('never mind', { source: 'campaign:1' })
    await outbox.put([one, delivery('other')])
    expect(await outbox.cancel('campaign:1')).toBe(1)
    outbox.start()
    await outbox.called(1)
    expect(outbox.calls.map((call) => call.text)).toEqual(['other'])
    expect(await rowOf(one.key)).toMatchObject({ state: 'cancelled' })
  })
})

describe('the deliveries to one contact', () => {
  test('go one at a time and in order, also the pieces of a long text; others do not wait', async () => {
    const outbox = opened()
    outbox.start()
    await outbox.put([delivery('a first long piece; a second one'), delivery('then'), delivery('hi', { to: 'hua' })])
    await outbox.called(2)
    expect(outbox.calls.map((call) => call.text)).toEqual(['a first long piece;', 'hi'])
    outbox.calls[0]?.end({ state: 'sent' })
    await outbox.called(3)
    expect(outbox.calls[2]?.text).toBe(' a second one')
    outbox.calls[2]?.end({ state: 'sent' })
    await outbox.called(4)
    expect(outbox.calls[3]?.text).toBe('then')
    for (const call of outbox.calls) call.end({ state: 'sent' })
  })

  test('are shared by two workers without a double or a pair at once', async () => {
    const underWay = new Map<string, number>()
    const seen: string[] = []
    let most = 0
    const platform = fakePlatform(async (message, { to }) => {
      underWay.set(to, (underWay.get(to) ?? 0) + 1)
      most = Math.max(most, underWay.get(to) ?? 0)
      await new Promise(setImmediate)
      underWay.set(to, (underWay.get(to) ?? 0) - 1)
      seen.push(message.kind === 'text' ? `${to} ${message.text}` : '')
      return { state: 'sent' }
    })
    const workers = [opened({ platform: () => platform }), opened({ platform: () => platform })]
    const all = Array.from({ length: 60 }, (_, at) => delivery(String(at), { to: `p${at % 6}` }))
    await workers[0]?.put(all)
    for (const worker of workers) worker.start()
    for (const one of all) await state(one.key, 'sent')
    expect(most).toBe(1)
    expect(seen.length).toBe(60)
    for (let person = 0; person < 6; person++) {
      const own = seen.filter((line) => line.startsWith(`p${person} `)).map((line) => Number(line.split(' ')[1]))
      expect(own).toEqual([...own].sort((a, b) => a - b))
    }
  })
})

describe('two claims', () => {
  const until = new Date(Date.now() + 60_000)
  async function queued(count: number): Promise<Candidate[]> {
    const all = Array.from({ length: count }, (_, at) => delivery(String(at)))
    await opened().put(all)
    return deliveries(store.connection).find().sort({ seq: 1 }).toArray()
  }

  test('of one delivery: one wins', async () => {
    const rows = await queued(1)
    const claims = await Promise.all(['a', 'b'].map((owner) => claim(store.connection, rows, owner, until)))
    expect(claims.flat().length).toBe(1)
  })

  test('of two deliveries to one contact: one wins, the other stays in the queue', async () => {
    const [first, second] = await queued(2)
    expect(await claim(store.connection, first ? [first] : [], 'a', until)).toHaveLength(1)
    expect(await claim(store.connection, second ? [second] : [], 'b', until)).toEqual([])
    expect(await rowOf(second?._id ?? '')).toMatchObject({ state: 'queued', fence: 0 })
  })
})

describe('after a crash', () => {
  test('between claim and commit the delivery is queued again and sent', async () => {
    const { one, leaseClock, next } = await crashedAt('claimed')
    leaseClock.pass(31_000)
    expect(await next.sweep()).toEqual({ requeued: 1, uncertain: 0, poison: 0 })
    await state(one.key, 'sent')
    expect(next.calls.length).toBe(1)
  })

  test.each(['sending', 'delivered'] as const)(
    'at point %s nobody knows: it is uncertain and never repeated',
    async (point) => {
      const { one, leaseClock, next } = await crashedAt(point)
      expect(await next.sweep()).toEqual({ requeued: 0, uncertain: 0, poison: 0 })
      leaseClock.pass(31_000)
      expect(await next.sweep()).toEqual({ requeued: 0, uncertain: 1, poison: 0 })
      const behind = delivery('behind')
      await next.put(behind)
      await state(behind.key, 'sent')
      expect(await rowOf(one.key)).toMatchObject({ state: 'uncertain', reason: 'the process ended during the call' })
      expect(next.calls.map((call) => call.text)).toEqual(['behind'])
    },
  )

  test('before its end was recorded, the sweep records it', async () => {
    const clock = movableClock()
    const { one, next } = await crashedAt('ended', clock)
    await state(one.key, 'sent')
    await next.sweep()
    expect(next.told).toEqual([])
    clock.pass(10_001)
    await next.sweep()
    expect(next.told).toEqual([expect.objectContaining({ key: one.key, state: 'sent' })])
  })

  test('a worker that was only asleep cannot write over the verdict', async () => {
    const leaseClock = movableClock()
    const asleep = opened({ leaseClock })
    asleep.start()
    const one = delivery('hello')
    await asleep.put(one)
    await asleep.called(1)
    const next = opened({ leaseClock, answer: SENT })
    leaseClock.pass(31_000)
    expect(await next.sweep()).toEqual({ requeued: 0, uncertain: 1, poison: 0 })
    asleep.calls[0]?.end({ state: 'sent', receipt: 'late' })
    await asleep.close()
    const row = await rowOf(one.key)
    expect(row).toMatchObject({ state: 'uncertain' })
    expect(row).not.toHaveProperty('receipt')
    expect(asleep.told).toEqual([])
  })

  async function crashedAt(point: 'claimed' | 'sending' | 'delivered' | 'ended', clock = movableClock()) {
    const leaseClock = movableClock()
    const reached = gate()
    const dying = opened({
      leaseClock,
      clock,
      answer: SENT,
      fail: (at) => {
        if (at !== point) return undefined
        reached.open()
        return forever
      },
    })
    open.pop()
    dying.start()
    const one = delivery('hello')
    await dying.put(one)
    await reached.promise
    void dying.close(0)
    const next = opened({ leaseClock, clock, answer: SENT })
    next.start()
    return { one, leaseClock, next }
  }
})

describe('shutting down', () => {
  test('waits for what is under way and starts nothing new', async () => {
    const outbox = opened()
    outbox.start()
    const [one, two] = [delivery('one'), delivery('two')]
    await outbox.put([one, two])
    await outbox.called(1)
    const closing = outbox.close()
    outbox.calls[0]?.end({ state: 'sent' })
    await closing
    expect(await rowOf(one.key)).toMatchObject({ state: 'sent' })
    expect(await rowOf(two.key)).toMatchObject({ state: 'queued', fence: 0 })
    expect(outbox.told.map((end) => end.key)).toEqual([one.key])
  })
})
