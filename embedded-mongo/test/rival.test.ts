// Sorted reads with a limit: an index in the order asked for is used where it is the shorter way, and only there.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Document } from 'mongodb'
import { startStore, type TestStore } from './helpers.js'

const COUNT = 6000
const rows = Array.from({ length: COUNT }, (_, n) => ({
  _id: (n * 2741) % COUNT,
  of: n % 3 === 0 ? 'few' : 'many',
  live: n % 10 !== 0,
  staff: `s${n % 40}`,
  late: n > COUNT - 1500 ? 'yes' : 'no',
  at: n % 7 === 0 ? null : (n * 31) % 997,
}))
let served: TestStore
beforeAll(async () => {
  served = await startStore()
  const rowsOf = served.client.db('t').collection<Document>('c')
  await rowsOf.insertMany(rows as never)
  await rowsOf.createIndexes([
    { key: { of: 1, live: 1 }, name: 'of' },
    { key: { of: 1, staff: 1, live: 1, _id: 1 }, name: 'staff' },
    { key: { late: 1 }, name: 'late' },
  ])
})
afterAll(() => served.close())

/** The stage names of the winning plan, and how many documents were looked at. */
async function explained(filter: Document, sort: Document, limit: number) {
  const found = await served.client
    .db('t')
    .collection('c')
    .find(filter)
    .sort(sort)
    .limit(limit)
    .explain('executionStats')
  const plan = JSON.stringify(found['queryPlanner'].winningPlan)
  const index = /"indexName":"(\w+)"/.exec(plan)?.[1]
  return { index, sorts: plan.includes('"SORT"'), looked: Number(found['executionStats'].totalDocsExamined) }
}

describe('a page of many', () => {
  test('comes from the index in its order, once the better fitting one has shown to be long', async () => {
    const { index, sorts, looked } = await explained({ of: 'many', live: true }, { _id: 1 }, 20)
    expect([index, sorts]).toEqual(['_id_', false])
    expect(looked).toBeLessThan(1600)
  })

  test('a field with one value all over does not disturb an order, wherever it stands in the index', async () => {
    const { index, sorts, looked } = await explained({ of: 'many', live: true }, { staff: -1, _id: -1 }, 20)
    expect([index, sorts]).toEqual(['staff', false])
    expect(looked).toBeLessThan(1600)
    const { index: plain, sorts: again } = await explained({ of: 'many', live: { $in: [true] } }, { staff: 1 }, 20)
    expect([plain, again]).toEqual(['staff', false])
    expect(
      (await explained({ of: 'many', live: { $in: [true, false] } }, { staff: 1, live: 1, _id: 1 }, 20)).sorts,
    ).toBe(false)
    expect((await explained({ of: 'many', live: { $in: [true, false] } }, { staff: 1, _id: 1 }, 20)).sorts).toBe(true)
  })

  test('what the order reaches late is sorted after all, and costs little more', async () => {
    const few = { late: 'yes', live: false, at: 996 }
    const { index, sorts, looked } = await explained(few, { _id: 1 }, 20)
    expect([index, sorts]).toEqual(['late', true])
    expect(looked).toBe(1499)
  })
})

test('whatever way is taken, the documents are those that a scan and a sort give', async () => {
  const { client } = served
  const collection = client.db('t').collection('c')
  const condition = fc.record(
    {
      of: fc.constantFrom<unknown>('few', 'many', { $in: ['few', 'many'] }, { $ne: 'few' }),
      live: fc.constantFrom<unknown>(true, false, { $in: [true] }, { $in: [true, false] }, null),
      late: fc.constantFrom('yes', 'no'),
      at: fc.constantFrom<unknown>(null, 31, { $gt: 500 }, { $lte: 3 }),
    },
    { requiredKeys: [] },
  )
  const way = fc.constantFrom(1, -1)
  const sorts = fc.uniqueArray(fc.constantFrom('of', 'live', 'staff', 'at'), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(
      condition,
      fc.tuple(sorts, fc.array(way, { minLength: 4, maxLength: 4 })),
      fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 1100 })),
      async (filter, [fields, ways], [skip, limit]) => {
        const sort = Object.fromEntries([...fields, '_id'].map((name, at) => [name, ways[at] ?? 1]))
        const [found, scanned] = await Promise.all([
          collection
            .find(filter, { projection: { _id: 1 } })
            .sort(sort as never)
            .skip(skip)
            .limit(limit)
            .toArray(),
          collection
            .aggregate([
              { $addFields: { scanned: 1 } },
              { $match: filter },
              { $sort: sort },
              { $skip: skip },
              { $limit: limit },
            ])
            .toArray(),
        ])
        expect(found.map(({ _id }) => _id)).toEqual(scanned.map(({ _id }) => _id))
      },
    ),
    { numRuns: Number(process.env['RIVAL_RUNS'] ?? 60) },
  )
}, 120_000)
