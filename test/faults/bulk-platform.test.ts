import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { chunksOf, contactOf } from '../../bench/push/people.js'
import { type Answer, type Arrival, type FakePlatform, startPlatform } from '../../bench/push/platform.js'
import { senderOf } from '../../bench/push/sender.js'
import { systemClock } from '../../src/core/clock.js'
import { bulkModels } from '../../src/outbox/bulk/model.js'
import { bulkRows } from '../../src/outbox/bulk/rows.js'
import { createMemoryTokenStore } from '../../src/platforms/shared/token-store.js'
import { isDone, openBulk, type TestBulk, until } from '../outbox/bulk/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

const PEOPLE = process.env['FAULTS'] === 'long' ? 5_000 : 600

let store: TestStore
let bulk: TestBulk | undefined
let platform: FakePlatform | undefined
beforeAll(async () => {
  store = await openTestStore()
  bulkModels(store.connection)
  await store.ensureIndexes()
})
afterEach(async () => {
  await bulk?.close(0)
  await platform?.close()
  bulk = undefined
  platform = undefined
  for (const collection of Object.values(bulkRows(store.connection))) await collection.deleteMany({})
})
afterAll(() => store.dispose())

/** The product's client against a platform that answers as told. */
async function facing(
  answer: (arrival: Arrival) => Answer,
  options: Parameters<typeof openBulk>[1] = {},
  headersTimeoutMs = 10_000,
) {
  platform = await startPlatform({ latencyMs: 3, people: PEOPLE, answer })
  const sender = senderOf(platform.url, createMemoryTokenStore(systemClock), { headersTimeoutMs, connections: 64 })
  bulk = openBulk(store, { sender: () => sender, rate: () => 2_000, ...options })
  bulk.start()
  return { platform, bulk }
}

/** A fixed sequence that looks like chance. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function report(name: string, counts: object): void {
  const parts = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  process.stdout.write(`  ${name}: ${parts.join(', ')}\n`)
}

describe('a platform that fails', () => {
  test('by 502, by cutting the line and by silence: unclear ends are uncertain, nobody gets it twice', async () => {
    const chance = dice(7)
    const answer = () => {
      const drawn = chance()
      return drawn < 0.04 ? 'broken' : drawn < 0.08 ? 'reset' : drawn < 0.1 ? 'hang' : {}
    }
    const { platform, bulk } = await facing(answer, {}, 1_000)
    await bulk.put(chunksOf('unclear', PEOPLE))
    const { states } = await until(bulk, 'unclear', isDone)
    const totals = platform.totals()
    report('502, reset, silence', { ...states, arrived: totals.people, doubled: totals.doubled })
    expect((states.sent ?? 0) + (states.uncertain ?? 0)).toBe(PEOPLE)
    expect(states.uncertain).toBeGreaterThan(PEOPLE / 20)
    expect(totals.doubled).toBe(0)
    expect(totals.people).toBe(PEOPLE)
  })

  test('by codes: each is taken for what it is', async () => {
    const codes = [45015, 43004, 40003, 47003, 45047]
    const { bulk } = await facing(({ person }) => (person % 10 < 5 ? { code: Number(codes[person % 10]) } : {}))
    await bulk.put(chunksOf('codes', PEOPLE))
    const { states, reasons } = await until(bulk, 'codes', isDone)
    report('codes', { ...states, ...reasons })
    const each = PEOPLE / 10
    expect(states.sent).toBe(PEOPLE / 2)
    expect(reasons).toMatchObject({ 'window-closed': each, 'window-used-up': each, 'not-following': each })
    expect((states.failed ?? 0) + (states.skipped ?? 0)).toBe(PEOPLE / 2)
    expect(await bulk.of('codes', contactOf(3))).toMatchObject({ code: 47003 })
    expect(bulk.reach.released.length).toBe(PEOPLE / 2)
  })

  test('by revoking the token over and over: everybody gets it, and few tokens are asked for', async () => {
    const { platform, bulk } = await facing(() => ({}), { rate: () => 300 })
    const revoking = setInterval(() => platform.revoke(), 300)
    await bulk.put(chunksOf('tokens', PEOPLE))
    const { states } = await until(bulk, 'tokens', ({ states }) => (states.sent ?? 0) > PEOPLE / 2)
    clearInterval(revoking)
    const revoked = platform.totals()
    expect(states.failed ?? 0).toBe(0)
    expect(states.uncertain ?? 0).toBe(0)
    report('token revoked every 300 ms', { ...states, tokens: revoked.tokens })
    expect(revoked.tokens).toBeLessThan(60)
    expect(revoked.doubled).toBe(0)
  }, 120_000)

  test('by being out of reach: nobody is in doubt, and it goes on when it is back', async () => {
    const { platform, bulk } = await facing(() => ({}))
    const { url } = platform
    await platform.close()
    await bulk.put(chunksOf('away', 40))
    await until(bulk, 'away', ({ states }) => (states.retry ?? 0) >= 5)
    const { states } = await bulk.progress('away')
    expect(states.uncertain ?? 0).toBe(0)
    expect(states.failed ?? 0).toBe(0)
    expect(url).toContain('127.0.0.1')
  })
})
