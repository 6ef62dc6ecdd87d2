import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { bulkModels } from '../../../src/outbox/bulk/model.js'
import { bulkRows } from '../../../src/outbox/bulk/rows.js'
import type { Question } from '../../../src/outbox/reach/reach.js'
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

const VISIT = { channels: ['customer-message', 'next-visit'] } as const

/** Who has written lately can be reached, everybody else when they come by. */
function windows() {
  const openFor = new Set<string>()
  const verdict = (contact: string, _question: Question) =>
    ({ channel: openFor.has(contact) ? 'customer-message' : 'next-visit' }) as const
  return { openFor, verdict }
}

describe('the next visit', () => {
  test('sends what waited for it, once, to the one who came', async () => {
    const { openFor, verdict } = windows()
    const bulk = opened({ verdict })
    const chunk = chunkOf(5, VISIT)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states['waiting-visit'] === 5)
    expect(await bulk.of(chunk.source, contactOf(2))).toMatchObject({ state: 'waiting-visit' })
    openFor.add(contactOf(2))
    expect(await bulk.visited(contactOf(2))).toBe(true)
    await until(bulk, chunk.source, ({ states }) => states.sent === 1)
    expect(await bulk.visited(contactOf(2))).toBe(false)
    expect(await bulk.visited(contactOf(99))).toBe(false)
    expect(bulk.calls.map(({ to }) => to)).toEqual([openidOf(2)])
    expect((await bulk.progress(chunk.source)).states).toEqual({ sent: 1, 'waiting-visit': 4 })
  })

  test('keeps waiting when the visit opened nothing', async () => {
    const { openFor, verdict } = windows()
    const bulk = opened({ verdict })
    const chunk = chunkOf(2, VISIT)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states['waiting-visit'] === 2)
    await bulk.visited(contactOf(1))
    const asked = bulk.reach.asked.length
    await until(bulk, chunk.source, () => bulk.reach.asked.length > asked)
    await until(bulk, chunk.source, ({ states }) => states['waiting-visit'] === 2)
    openFor.add(contactOf(1))
    while (!(await bulk.visited(contactOf(1)))) await new Promise((resolve) => setTimeout(resolve, 20))
    await until(bulk, chunk.source, ({ states }) => states.sent === 1)
    expect(bulk.calls.length).toBe(1)
  })

  test('costs no look at the store while nobody waits', async () => {
    const bulk = opened()
    await bulk.visited(contactOf(1))
    const { db } = store.connection
    const collection = db?.collection.bind(db)
    let looks = 0
    if (db && collection) {
      db.collection = ((...args: Parameters<typeof collection>) => {
        looks++
        return collection(...args)
      }) as typeof db.collection
    }
    for (let n = 0; n < 1000; n++) expect(await bulk.visited(contactOf(n))).toBe(false)
    if (db && collection) db.collection = collection
    expect(looks).toBe(0)
  })

  test('that does not come in time expires, and is no longer looked for', async () => {
    const clock = movableClock()
    const { verdict } = windows()
    const bulk = opened({ verdict, clock })
    const chunk = chunkOf(3, { ...VISIT, expiresAt: new Date(clock.now().getTime() + 60_000) })
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states['waiting-visit'] === 3)
    clock.pass(61_000)
    expect((await until(bulk, chunk.source, isDone)).states).toEqual({ expired: 3 })
    while ((await bulkRows(store.connection).people.countDocuments({})) > 0) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(await bulk.visited(contactOf(1))).toBe(false)
  })

  test('of several people at once shares its looks', async () => {
    const { openFor, verdict } = windows()
    const bulk = opened({ verdict })
    const chunk = chunkOf(300, VISIT)
    await bulk.put([chunk])
    bulk.start()
    await until(bulk, chunk.source, ({ states }) => states['waiting-visit'] === 300)
    for (let n = 1; n <= 100; n++) openFor.add(contactOf(n))
    await Promise.all(Array.from({ length: 100 }, (_, n) => bulk.visited(contactOf(n + 1))))
    await until(bulk, chunk.source, ({ states }) => states.sent === 100)
    expect(new Set(bulk.calls.map(({ to }) => to)).size).toBe(100)
  })
})

describe('a receipt', () => {
  test('settles an uncertain notice, and only the one it is about', async () => {
    const clock = movableClock()
    const bulk = opened({
      clock,
      answer: ({ to }) => (to === openidOf(1) ? { state: 'sent' } : { state: 'uncertain', reason: 'no answer' }),
      resolve: () => ({ kind: 'filled-notice', channel: 'template', template: 't', fields: {} }),
      leaseClock: clock,
    })
    const chunk = chunkOf(3, { channels: ['template'], purpose: 'service' })
    await bulk.put([chunk])
    bulk.start()
    await bulk.called(3)
    clock.pass(600_000)
    await until(bulk, chunk.source, isDone)
    expect(bulk.calls.length).toBe(3)
    expect((await bulk.progress(chunk.source)).states).toEqual({ sent: 1, uncertain: 2 })
    const at = clock.now()
    const about = { account: 'shop', at } as const
    expect(await bulk.settle({ ...about, to: openidOf(1), arrived: true })).toBe(false)
    expect(await bulk.settle({ ...about, to: openidOf(2), arrived: true })).toBe(true)
    expect(await bulk.settle({ ...about, to: openidOf(2), arrived: true })).toBe(false)
    expect(await bulk.settle({ ...about, to: openidOf(3), arrived: false, reason: 'user block' })).toBe(true)
    expect(await bulk.progress(chunk.source)).toMatchObject({
      states: { sent: 2, failed: 1 },
      reasons: { 'user block': 1 },
    })
  })
})
