import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fuzzRound } from './fuzz.js'
import { startStore, type TestStore } from './helpers.js'

let store: TestStore
beforeAll(async () => {
  store = await startStore()
})
afterAll(() => store.close())

// the long form is test/long/fuzz.ts
test.each([11, 12, 13, 14, 15, 16])(
  'an index answers what a scan answers, and every entry has its document (seed %i)',
  async (seed) => {
    const run = await fuzzRound(store, seed)
    expect(run.problems).toEqual([])
    expect(run.queries).toBeGreaterThan(50)
    expect(run.indexed).toBeGreaterThan(5)
  },
)
