import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fuzzRound } from './fuzz.js'
import { startStore, type TestStore } from './helpers.js'

let store: TestStore
beforeAll(async () => {
  store = await startStore()
})
afterAll(() => store.close())

// the long form is test/long/fuzz.ts
test.each([
  [11, 2048],
  [12, 2048],
  [13, 50],
  [14, 50],
  [15, 7],
  [16, 0],
])(
  'an index answers what a scan answers, and every entry has its document (seed %i, entries of %i documents in memory)',
  async (seed, mostRecent) => {
    store.server.store.mostRecent = mostRecent
    const run = await fuzzRound(store, seed)
    expect(run.problems).toEqual([])
    expect(run.queries).toBeGreaterThan(50)
    expect(run.indexed).toBeGreaterThan(5)
  },
)
