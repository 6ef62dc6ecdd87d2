import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../../src/core/outcome.js'
import { bulkModels } from '../../../src/outbox/bulk/model.js'
import type { BulkPoint } from '../../../src/outbox/bulk/ports.js'
import { bulkRows } from '../../../src/outbox/bulk/rows.js'
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

interface Sent {
  to: readonly string[]
  key: string
}

/** A platform that drops repetitions of a key, as the real one does (45065). */
function opened(
  sends: Sent[],
  options: Parameters<typeof openBulk>[1] & { end?: (nth: number) => Outcome | Promise<Outcome> } = {},
): TestBulk {
  const { end, ...rest } = options
  const bulk = openBulk(store, {
    mass: async (_message, to, key) => {
      sends.push({ to: [...to], key })
      return end ? end(sends.length) : { state: 'sent', receipt: `m${sends.length}` }
    },
    ...rest,
  })
  open.push(bulk)
  return bulk
}

const MASS = { channels: ['mass'] } as const

/** Everybody that was reached, however often the same send was repeated. */
function reached(sends: readonly Sent[]): string[] {
  const byKey = new Map(sends.map(({ key, to }) => [key, to]))
  return [...byKey.values()].flat()
}

describe('a mass send', () => {
  test('gathers the people of many chunks into one call of up to 10,000', async () => {
    const sends: Sent[] = []
    const bulk = opened(sends)
    const chunks = Array.from({ length: 12 }, (_, n) => chunkOf(1000, { source: 'm', first: n * 1000 + 1, ...MASS }))
    await bulk.put(chunks)
    bulk.start()
    const { states } = await until(bulk, 'm', isDone)
    expect(states).toEqual({ sent: 12_000 })
    expect(sends.map(({ to }) => to.length)).toEqual([10_000, 2_000])
    expect(new Set(reached(sends)).size).toBe(12_000)
    expect(bulk.calls.length).toBe(0)
    expect(await bulk.of('m', contactOf(7))).toMatchObject({ state: 'sent', channel: 'mass' })
    expect(bulk.reach.calls.get('mass')).toBe(2)
  })

  test('is a call for each variant', async () => {
    const sends: Sent[] = []
    const bulk = opened(sends)
    const text = (value: string) => ({ kind: 'text' as const, text: value })
    const chunk = chunkOf(10, { ...MASS, variants: [text('a'), text('b')] })
    await bulk.put([{ ...chunk, recipients: chunk.recipients.map((one, n) => ({ ...one, variant: n % 2 })) }])
    bulk.start()
    await until(bulk, chunk.source, isDone)
    expect(sends.map(({ to }) => to.length)).toEqual([5, 5])
  })

  test('fails whole when the platform refuses it, with the reason for everybody', async () => {
    const bulk = opened([], { end: () => ({ state: 'failed', reason: 'the draft is gone', code: 40007 }) })
    const chunk = chunkOf(5, MASS)
    await bulk.put([chunk])
    bulk.start()
    const progress = await until(bulk, chunk.source, isDone)
    expect(progress).toMatchObject({ states: { failed: 5 }, reasons: { 'the draft is gone': 5 } })
    expect(bulk.reach.released.length).toBe(5)
  })

  test('to a single person is no mass send, and says so', async () => {
    const sends: Sent[] = []
    const bulk = opened(sends)
    const chunk = chunkOf(1, MASS)
    await bulk.put([chunk])
    bulk.start()
    const { reasons } = await until(bulk, chunk.source, isDone)
    expect(reasons).toEqual({ 'a mass send needs at least two people': 1 })
    expect(sends).toEqual([])
  })

  test('that was cut short is made again with the same key and the same people', async () => {
    const sends: Sent[] = []
    let frozen = false
    const dead = () => new Promise<never>(() => undefined)
    const first = opened(sends, {
      timing: { poll: 20, lease: 600, flushWithin: 50 },
      end: () => {
        frozen = true
        return dead()
      },
      fail: () => (frozen ? dead() : undefined),
    })
    const second = opened(sends, { timing: { poll: 20, lease: 600 } })
    await first.put([chunkOf(1000, { source: 'k', ...MASS }), chunkOf(500, { source: 'k', first: 3001, ...MASS })])
    first.start()
    while (!frozen) await new Promise((resolve) => setTimeout(resolve, 10))
    second.start()
    expect((await until(second, 'k', isDone)).states).toEqual({ sent: 1500 })
    expect(sends.length).toBe(2)
    expect(new Set(sends.map(({ key }) => key)).size).toBe(1)
    expect(sends[1]?.to).toEqual(sends[0]?.to)
    frozen = false
  })

  test('that was stored but never called is void, and its people are in the next one', async () => {
    const sends: Sent[] = []
    let frozen = false
    const dead = () => new Promise<never>(() => undefined)
    const first = opened(sends, {
      timing: { poll: 20, lease: 600, flushWithin: 50 },
      fail: (point: BulkPoint) => {
        if (point === 'flushing' && first.reach.asked.length > 0) frozen = true
        return frozen ? dead() : undefined
      },
    })
    const second = opened(sends, { timing: { poll: 20, lease: 600 } })
    await first.put([chunkOf(300, { source: 'v', ...MASS })])
    first.start()
    while (!frozen) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await bulkRows(store.connection).batches.countDocuments({ state: 'made' })).toBe(1)
    second.start()
    expect((await until(second, 'v', isDone)).states).toEqual({ sent: 300 })
    expect(sends.length).toBe(1)
    frozen = false
  })

  test('is booked when its receipt comes, and undone when it reached nobody', async () => {
    const bulk = opened([])
    const chunk = chunkOf(20, MASS)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, isDone)
    const counts = { total: 20, filtered: 1, sent: 18, failed: 1 }
    expect(await bulk.settleMass({ account: 'shop', receipt: 'other', done: true, counts })).toBe(false)
    expect(await bulk.settleMass({ account: 'shop', receipt: 'm1', done: true, counts })).toBe(true)
    expect(await bulkRows(store.connection).batches.findOne({})).toMatchObject({ told: counts })
    expect((await bulk.progress(chunk.source)).states).toEqual({ sent: 20 })
    await bulk.settleMass({ account: 'shop', receipt: 'm1', done: false, reason: 'err(10001)', counts })
    expect(await bulk.progress(chunk.source)).toMatchObject({ states: { failed: 20 }, reasons: { 'err(10001)': 20 } })
  })

  test('stands beside messages to single people in one chunk', async () => {
    const sends: Sent[] = []
    const bulk = opened(sends, {
      verdict: (contact) => ({ channel: Number.parseInt(contact, 16) <= 3 ? 'customer-message' : 'mass' }),
    })
    const chunk = chunkOf(10, { channels: ['customer-message', 'mass'] })
    await bulk.put([chunk])
    bulk.start()
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ sent: 10 })
    expect(bulk.calls.map(({ to }) => to).sort()).toEqual([1, 2, 3].map(openidOf))
    expect(sends.map(({ to }) => to.length)).toEqual([7])
  })
})
