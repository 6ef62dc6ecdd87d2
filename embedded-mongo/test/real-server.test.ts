// Answers that suites checked against a real server expect, and that this store once gave otherwise.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Binary, Double, Int32 } from 'bson'
import { evalExpr } from '../expr/index.js'
import { compileFilter } from '../match/index.js'
import { show } from '../show.js'
import { runPipeline } from '../stages/index.js'
import { compileUpdate } from '../update/index.js'
import type { Doc } from '../values.js'
import { codeOf, startStore, type TestStore } from './helpers.js'
import { code, outcome, table } from './known-answers.js'

table<[Doc, Doc], Doc>(
  'a path that a scalar bars is refused, but for a removal',
  [
    ['$pop below a number', [{ a: 5 }, { $pop: { 'a.b': 1 } }], code(28)],
    ['$pop below null', [{ a: null }, { $pop: { 'a.b': 1 } }], code(28)],
    ['$pop by name in an array', [{ a: [1] }, { $pop: { 'a.b': 1 } }], code(28)],
    ['$pop beyond the end of an array', [{ a: [1] }, { $pop: { 'a.3': 1 } }], { a: [1] }],
    ['$pop at a missing path', [{ c: 1 }, { $pop: { 'a.b': 1 } }], { c: 1 }],
    ['$pull below a number', [{ a: 5 }, { $pull: { 'a.b': 1 } }], code(28)],
    ['$pullAll below a text', [{ a: 'x' }, { $pullAll: { 'a.b': [1] } }], code(28)],
    ['$pull at a missing path', [{ a: {} }, { $pull: { 'a.b': 1 } }], { a: {} }],
    ['$rename from below a number', [{ a: 5 }, { $rename: { 'a.b': 'c' } }], code(28)],
    ['$rename from a missing path', [{ a: {} }, { $rename: { 'a.b': 'c' } }], { a: {} }],
    ['$unset below a number', [{ a: 5 }, { $unset: { 'a.b': 1 } }], { a: 5 }],
  ],
  ([doc, u]) => compileUpdate(u, undefined, { now: new Date(0) }).apply(doc),
)

table<[Doc, Doc], boolean>(
  'a reference in a filter',
  [
    ['with $ref and $id is a value', [{ a: { $ref: 'c', $id: 1 } }, { a: { $ref: 'c', $id: 1 } }], true],
    ['with $ref alone is an unknown operator', [{ a: { $ref: 'c' } }, { a: 1 }], code(2)],
    ['with $id alone is an unknown operator', [{ a: { $id: 1 } }, { a: 1 }], code(2)],
    ['may be matched by one part in $elemMatch', [{ a: { $elemMatch: { $id: 1 } } }, { a: [{ $id: 1 }] }], true],
  ],
  ([filter, doc]) => compileFilter(filter)(doc),
)

table<Doc, boolean>(
  'an empty name in a filter path',
  [
    ['at its end is refused', { 'a.': 1 }, code(115)],
    ['at its start is refused', { '.a': 1 }, code(115)],
    ['inside is refused', { $or: [{ 'a..b': 1 }] }, code(115)],
    ['that is the whole path is a name', { '': 1 }, true],
  ],
  (filter) => compileFilter(filter)({ '': 1 }),
)

table<unknown, unknown>(
  'expressions',
  [
    ['$switch without branches is refused, default or not', { $switch: { branches: [], default: 1 } }, code(40068)],
    ['$rand takes no arguments', { $rand: { a: 1 } }, code(3040501)],
    ['$rand takes an object', { $rand: 1 }, code(10065)],
    ['a path that ends with a dot', '$a.', code(40353)],
    ['a path that starts with a dot', '$.a', code(15998)],
  ],
  (e) => evalExpr({ a: 1 }, e),
)

table<Doc, unknown>(
  'stages',
  [
    ['$bucket by a constant', { $bucket: { groupBy: 1, boundaries: [0, 5] } }, code(40202)],
    ['$bucket by an array', { $bucket: { groupBy: ['$a'], boundaries: [0, 5] } }, code(40202)],
    ['$bucket by a path', { $bucket: { groupBy: '$a', boundaries: [0, 5] } }, [{ _id: 0, count: 1 }]],
    ['$bucket by an expression', { $bucket: { groupBy: { $abs: '$a' }, boundaries: [0, 5] } }, [{ _id: 0, count: 1 }]],
    ['$unset of an empty path', { $unset: '' }, code(40352)],
    ['$project of a path that ends with a dot', { $project: { 'a.': 1 } }, code(40353)],
    ['$sort by a path that ends with a dot', { $sort: { 'a.': 1 } }, code(40353)],
  ],
  (stage) => [...runPipeline([{ a: 1 }], [stage], { resolve: () => [] })],
)

test('values are shown as the server shows them', () => {
  const uuid = new Binary(Buffer.from('00000000000f423f0000000000000080', 'hex'), 4)
  expect(show(uuid)).toBe('UUID("00000000-000f-423f-0000-000000000080")')
  expect(show(new Binary(Buffer.from([0x20, 0x21, 0xab])))).toBe('BinData(0, 2021AB)')
  expect(show(new Double(-0))).toBe('-0.0')
})

test('a refusal inside an update names the path and what bars it', () => {
  const run = () => compileUpdate({ $pop: { 'a.b': 1 } }, undefined, { now: new Date(0) }).apply({ a: 'foo' })
  expect(outcome(run)).toEqual({ code: 28 })
  expect(run).toThrow('Cannot use the part (b) of (a.b) to traverse the element ({a: "foo"})')
})

describe('through the driver', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await startStore()
  })
  afterAll(() => store.close())

  test('an upsert may make top-level names with a dollar, a change may not', async () => {
    const c = store.db.collection<Doc & { _id: number }>('dollars')
    await c.updateOne({ _id: 1 }, { $set: { $each: { n: 1 } } }, { upsert: true })
    expect(await c.findOne({ _id: 1 })).toEqual({ _id: 1, $each: { n: 1 } })
    expect(await codeOf(c.updateOne({ _id: 1 }, { $set: { $other: 1 } }))).toBe(52)
    await c.updateOne({ _id: 1 }, { $set: { 'a.$b': 1 } })
    expect(await c.findOne({ _id: 1 })).toEqual({ _id: 1, $each: { n: 1 }, a: { $b: 1 } })
  })

  test('collections named system. are not written', async () => {
    const c = store.db.collection<Doc>('system.foo')
    expect(await codeOf(c.insertOne({ a: 1 }))).toBe(73)
    expect(await codeOf(c.updateOne({}, { $set: { a: 1 } }))).toBe(73)
    expect(await codeOf(c.deleteMany({}))).toBe(73)
    expect(await codeOf(c.findOneAndDelete({}))).toBe(73)
    expect(await codeOf(c.createIndex({ a: 1 }))).toBe(73)
    expect(await codeOf(store.db.createCollection('system.bar'))).toBe(73)
    expect(await c.countDocuments()).toBe(0)
  })

  test('a whole double stays a double through pipelines, $out, distinct and literals', async () => {
    const typed = { promoteValues: false } as const
    const c = store.db.collection<Doc & { _id: number }>('doubles')
    await c.insertOne({ _id: 1, a: new Double(2), i: 7, deep: [{ b: new Double(3) }] })
    const [row] = await c
      .aggregate(
        [{ $project: { a: 1, type: { $type: '$a' }, sum: { $add: ['$i', new Double(1)] }, i: { $add: ['$i', 1] } } }],
        typed,
      )
      .toArray()
    expect(row).toEqual({ _id: new Int32(1), a: new Double(2), type: 'double', sum: new Double(8), i: new Int32(8) })
    await c.aggregate([{ $set: { more: true } }, { $out: 'doublesOut' }]).toArray()
    const copy = await store.db.collection('doublesOut').findOne({}, typed)
    expect(copy?.['deep']).toEqual([{ b: new Double(3) }])
    expect(await c.distinct('a', {}, typed)).toEqual([new Double(2)])
    expect(await c.findOne({}, { projection: { x: { $literal: new Double(4) } }, ...typed })).toEqual({
      _id: new Int32(1),
      x: new Double(4),
    })
    await c.createIndex({ a: 1 }, { unique: true })
    await expect(c.insertOne({ _id: 2, a: new Double(2) })).rejects.toThrow('dup key: { a: 2.0 }')
  })

  test('parallel arrays are named in the refusal', async () => {
    const c = store.db.collection<Doc>('parallel')
    await c.createIndex({ 'stock.size': 1, 'stock.quantity': 1 })
    await expect(c.insertOne({ stock: { size: [1, 2], quantity: [3, 4] } })).rejects.toThrow(
      'cannot index parallel arrays [quantity] [size]',
    )
  })
})
