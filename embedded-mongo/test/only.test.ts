// Reads that want some fields only: cut out of the bytes, or read from an index's keys, they give what a scan gives.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BSONSymbol, EJSON, ObjectId } from 'bson'
import fc from 'fast-check'
import type { Document } from 'mongodb'
import { decodeExact, encode } from '../bson/decode.js'
import { type Examined, select } from '../query/select.js'
import { Store } from '../storage/store.js'
import { newDir, startStore, type TestStore } from './helpers.js'

let served: TestStore
beforeAll(async () => {
  served = await startStore()
})
afterAll(() => served.close())

const text = fc.constantFrom('a', 'ab', '中文', '', 'a\0b', 'x'.repeat(1100), 'x'.repeat(1600))
const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 6, arbitrary: fc.constantFrom(0, 1, -1, 86_400_000, -2, 8.64e15).map((ms) => new Date(ms)) },
  fc.constantFrom(new ObjectId('0'.repeat(24)), new ObjectId('f'.repeat(24))),
  fc.boolean(),
  fc.constantFrom(null, undefined, 3, 2.5, -0, Number.NaN),
  fc.constantFrom(new BSONSymbol('a'), { b: 1 }, /^a/),
)
// a regular expression is no bound
const bound = value.filter((v) => !(v instanceof RegExp))
const document = fc.record({ a: value, b: value, c: value }, { requiredKeys: [] })
const condition = fc.oneof(
  fc.record({ $gte: bound, $lt: bound }, { requiredKeys: [] }),
  fc.array(value, { maxLength: 3 }).map(($in) => ({ $in })),
  text,
)
const fields = fc.subarray(['a', 'b', 'c'])
const direction = fc.constantFrom(1, -1)

const simple = (doc: Document, only: readonly string[]) =>
  EJSON.stringify(
    Object.entries(doc)
      .filter(([name]) => only.includes(name))
      .toSorted(),
    { relaxed: false },
  )

function ask(query: Parameters<typeof select>[1], store: Store, examined: Examined): string[] {
  const only = query.only ?? []
  const found: string[] = []
  for (const hit of select(store.get('t.c'), query, examined)) if (hit) found.push(simple(decodeExact(hit.raw), only))
  return found.toSorted()
}

test('fields read from an index are those of the documents, types and all', () => {
  let covered = 0
  fc.assert(
    fc.property(
      fc.array(document, { maxLength: 30 }),
      fc.tuple(condition, condition),
      fc.tuple(fields, fields, fc.tuple(direction, direction, direction), fc.boolean()),
      (docs, [first, second], [only, filtered, [da, db, dc], settled]) => {
        const store = new Store(join(newDir(), 'data.mdb'))
        store.transact(() => {
          const made = store.ensure('t.c')
          made.addIndex({ v: 2, key: { a: da, b: db, c: dc }, name: 'abc' })
          for (const [n, doc] of docs.entries()) made.insert(encode({ _id: n, ...doc }))
          if (settled) made.settle()
        })
        const filter: Document = {}
        if (filtered.includes('a')) filter['a'] = first
        if (filtered.includes('b')) filter['b'] = second
        const examined: Examined = { documents: 0 }
        const found = ask({ filter, only, hint: 'abc' }, store, examined)
        expect(found).toEqual(ask({ filter, only, hint: { $natural: 1 } }, store, { documents: 0 }))
        if (examined.covered && examined.documents < found.length) covered++
        store.close()
      },
    ),
    { numRuns: 300 },
  )
  expect(covered).toBeGreaterThan(20)
})

test('by the driver: covered counts, finds and distincts look at no document, and say so', async () => {
  const c = served.db.collection('facts')
  await c.createIndex({ type: 1, at: -1, who: 1 }, { name: 'type' })
  const fact = (n: number) => ({
    type: n % 3 ? 'seen' : 'paid',
    at: new Date(n * 1000),
    who: `w${n % 5}`,
    more: 'x'.repeat(50),
  })
  await c.insertMany(Array.from({ length: 90 }, (_, n) => fact(n)))
  const filter = { type: 'paid', at: { $gte: new Date(30_000) } }
  const rows = await c.find(filter, { projection: { _id: 0, who: 1, at: 1 } }).toArray()
  expect(rows).toHaveLength(20)
  expect(rows[0]).toEqual({ at: new Date(87_000), who: 'w2' })
  const explained = await c.find(filter, { projection: { _id: 0, who: 1 } }).explain()
  expect(explained['queryPlanner'].winningPlan).toMatchObject({
    stage: 'PROJECTION_COVERED',
    inputStage: { stage: 'IXSCAN', indexName: 'type' },
  })
  expect(explained['executionStats']).toMatchObject({ nReturned: 20, totalKeysExamined: 20, totalDocsExamined: 0 })
  expect(await c.countDocuments(filter)).toBe(20)
  expect(await c.distinct('who', filter)).toEqual(['w0', 'w1', 'w2', 'w3', 'w4'])
  const whole = (await c.find(filter, { projection: { who: 1 } }).explain())['executionStats']
  expect(whole).toMatchObject({ nReturned: 20, totalDocsExamined: 20 })
})

test('an inclusion keeps fields whole and in the document’s order, beside a sort in memory too', async () => {
  const c = served.db.collection('people')
  await c.insertMany([
    { _id: 1 as never, deep: { a: [1, { b: 2 }], n: 2.0 }, name: 'a', n: 2 },
    { _id: 2 as never, name: 'b', n: 1 },
  ])
  const find = (projection: Document) => c.find({}, { projection, sort: { n: 1 } }).toArray()
  expect(await find({ name: true, deep: 1 })).toEqual([
    { _id: 2, name: 'b' },
    { _id: 1, deep: { a: [1, { b: 2 }], n: 2 }, name: 'a' },
  ])
  expect(Object.keys((await find({ name: 1, deep: 1 }))[1] ?? {})).toEqual(['_id', 'deep', 'name'])
  expect(await find({ _id: 1 })).toEqual([{ _id: 2 }, { _id: 1 }])
  expect(await find({ _id: 0, gone: 1 })).toEqual([{}, {}])
  expect(await find({ 'deep.n': 1 })).toEqual([{ _id: 2 }, { _id: 1, deep: { n: 2 } }])
  expect(await c.findOne({ _id: 1 as never }, { projection: { name: 1, _id: 0 } })).toEqual({ name: 'a' })
})
