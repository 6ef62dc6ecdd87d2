import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { bulkModels } from '../../../src/outbox/bulk/model.js'
import type { BulkPoint } from '../../../src/outbox/bulk/ports.js'
import { bulkRows } from '../../../src/outbox/bulk/rows.js'
import { openTestStore, type TestStore } from '../../store/open.js'
import { chunkOf, contactOf, isDone, openBulk, type TestBulk, until } from './setup.js'

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

describe('several processes', () => {
  test('send for an account one at a time, and everybody gets it once', async () => {
    const bulks = [opened(), opened(), opened()]
    await bulks[0]?.put([chunkOf(1000, { source: 'm' }), chunkOf(1000, { source: 'm', first: 2001 })])
    for (const bulk of bulks) bulk.start()
    await until(bulks[1] as TestBulk, 'm', isDone)
    const senders = bulks.filter((bulk) => bulk.calls.length > 0)
    expect(senders.length).toBe(1)
    expect(senders[0]?.calls.length).toBe(2000)
  })

  test('take over at once from one that ends in order, within its rate', async () => {
    const rate = () => 300
    const [first, second] = [opened({ rate }), opened({ rate })]
    await first.put([chunkOf(600, { source: 'h' })])
    first.start()
    await first.called(100)
    second.start()
    await first.close()
    await until(second, 'h', isDone)
    const all = [...first.calls, ...second.calls]
    expect(new Set(all.map(({ to }) => to)).size).toBe(600)
    expect(all.length).toBe(600)
    expect(second.calls.length).toBeGreaterThan(0)
    const times = all.map(({ at }) => at).sort((a, b) => a - b)
    for (let n = 300; n < times.length; n++) expect((times[n] ?? 0) - (times[n - 300] ?? 0)).toBeGreaterThan(999)
  })

  test.each<[BulkPoint, string]>([
    ['claimed', 'nothing is in doubt'],
    ['marking', 'nothing is in doubt'],
    ['sending', 'what was marked is in doubt'],
    ['answered', 'what was called is in doubt'],
  ])('take over from one that froze at %s: %s, nobody is written to twice', async (point) => {
    let frozen = false
    const first = opened({
      timing: { poll: 20, lease: 600, flushWithin: 50 },
      concurrency: 8,
      fail: (at) => {
        if (at === point && (point !== 'answered' || first.calls.length > 5)) frozen = true
        return frozen ? new Promise<void>(() => undefined) : undefined
      },
    })
    const second = opened({ timing: { poll: 20, lease: 600 } })
    await first.put([chunkOf(200, { source: 'f' })])
    first.start()
    while (!frozen) await new Promise((resolve) => setTimeout(resolve, 5))
    second.start()
    const { states } = await until(second, 'f', isDone)
    const all = [...first.calls, ...second.calls].map(({ to }) => to)
    expect(new Set(all).size).toBe(all.length)
    expect((states.sent ?? 0) + (states.uncertain ?? 0)).toBe(200)
    if (point === 'claimed' || point === 'marking') expect(states).toEqual({ sent: 200 })
    else expect(states.uncertain).toBeGreaterThan(0)
    const { ends } = await second.uncertain('f', { limit: 500 })
    expect(ends.length).toBe(states.uncertain ?? 0)
  })

  test('one that comes back after its lease sends nothing under it, and clears up what it was doubted for', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let frozen = false
    const first = opened({
      timing: { poll: 20, lease: 400, flushWithin: 50 },
      fail: (at) => {
        if (at === 'sending') frozen = true
        return frozen ? held : undefined
      },
    })
    const second = opened({ timing: { poll: 20, lease: 400 } })
    await first.put([chunkOf(100, { source: 'z' })])
    first.start()
    while (!frozen) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 500))
    second.start()
    const { states } = await until(second, 'z', isDone)
    expect(states.uncertain).toBeGreaterThan(0)
    const { length } = first.calls
    release()
    await until(second, 'z', ({ states, done }) => done && states.sent === 100)
    expect(first.calls.length).toBe(length)
    const all = [...first.calls, ...second.calls].map(({ to }) => to)
    expect(new Set(all).size).toBe(all.length)
  })

  test('change a chunk under the hands of another without losing what it did', async () => {
    const first = opened({
      rate: () => 100,
      answer: (_, calls) => (calls.length === 1 ? { state: 'failed', reason: 'x' } : { state: 'sent' }),
    })
    const second = opened()
    await first.put([chunkOf(150, { source: 'e' })])
    first.start()
    await until(second, 'e', ({ states }) => states.failed === 1)
    expect(await second.resend('e', 'failed')).toBe(1)
    expect((await until(second, 'e', isDone)).states).toEqual({ sent: 150 })
    expect(first.calls.length).toBe(151)
    expect(await second.of('e', contactOf(1))).toMatchObject({ state: 'sent' })
  })
})
