import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Decimal128, Double, Int32, Long } from 'bson'
import { type Document, MongoServerError } from 'mongodb'
import { codeOf, startStore, type TestStore } from './helpers.js'

let store: TestStore
beforeAll(async () => {
  store = await startStore()
})
afterAll(() => store.close())
interface Row {
  _id?: string | number
  [field: string]: unknown
}
const fresh = (name: string) => store.db.collection<Row>(name)

async function refusal(command: Document): Promise<{ code: unknown; message: string }> {
  try {
    await store.db.command(command)
  } catch (error) {
    if (error instanceof MongoServerError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('was not refused')
}

describe('what is not supported is refused, never ignored', () => {
  test.each<[string, Document, number]>([
    ['an unknown command', { fly: 1 }, 59],
    ['a prototype name as a command', { constructor: 1 }, 59],
    ['an unknown field of find', { find: 'c', wings: 1 }, 40415],
    ['an unknown field of insert', { insert: 'c', documents: [{}], wings: 1 }, 40415],
    ['an unknown field of an update statement', { update: 'c', updates: [{ q: {}, u: {}, wings: 1 }] }, 0],
    ['an unknown field of aggregate', { aggregate: 'c', pipeline: [], cursor: {}, wings: 1 }, 40415],
    ['an unknown field of findAndModify', { findAndModify: 'c', remove: true, wings: 1 }, 40415],
    ['an unknown field of count', { count: 'c', wings: 1 }, 40415],
    ['an unknown field of distinct', { distinct: 'c', key: 'a', wings: 1 }, 40415],
    [
      'an unknown field of createIndexes',
      { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a' }], wings: 1 },
      40415,
    ],
    ['an unknown index option', { createIndexes: 'c', indexes: [{ key: { a: 1 }, name: 'a', wings: 1 }] }, 197],
    ['a text index', { createIndexes: 'c', indexes: [{ key: { a: 'text' }, name: 'a' }] }, 115],
    ['a 2dsphere index', { createIndexes: 'c', indexes: [{ key: { a: '2dsphere' }, name: 'a' }] }, 115],
    ['a wildcard index', { createIndexes: 'c', indexes: [{ key: { '$**': 1 }, name: 'a' }] }, 115],
    ['an index without name', { createIndexes: 'c', indexes: [{ key: { a: 1 } }] }, 9],
    ['an index with direction 0', { createIndexes: 'c', indexes: [{ key: { a: 0 }, name: 'a' }] }, 67],
    ['a capped collection', { create: 'cap', capped: true, size: 1000 }, 115],
    ['a time series', { create: 'ts', timeseries: { timeField: 't' } }, 115],
    ['a view', { create: 'v', viewOn: 'c' }, 115],
    ['a validator', { create: 'val', validator: { a: 1 } }, 115],
    ['a collation', { find: 'c', collation: { locale: 'zh' } }, 115],
    ['a tailable cursor', { find: 'c', tailable: true }, 115],
    ['a collMod option', { collMod: 'c', validator: {} }, 115],
    ['$where', { find: 'c', filter: { $where: 'true' } }, 115],
    ['$text', { find: 'c', filter: { $text: { $search: 'x' } } }, 115],
    ['a transaction', { find: 'c', startTransaction: true, autocommit: false }, 115],
    ['commitTransaction', { commitTransaction: 1 }, 115],
    ['a login', { saslStart: 1, mechanism: 'PLAIN' }, 18],
    ['a snapshot read', { find: 'c', readConcern: { level: 'snapshot' } }, 115],
    ['a negative skip', { find: 'c', skip: -1 }, 51024],
    ['a collection name with a dollar', { find: 'a$b' }, 73],
    ['an empty collection name', { find: '' }, 73],
    ['an empty batch', { insert: 'c', documents: [] }, 16],
    ['a filter that is a number', { find: 'c', filter: 1 }, 14],
    ['a getMore without cursor', { getMore: Long.fromNumber(12345), collection: 'c' }, 43],
    ['a pipeline stage with two names', { aggregate: 'c', pipeline: [{ $match: {}, $limit: 1 }], cursor: {} }, 40323],
    ['an unknown stage', { aggregate: 'c', pipeline: [{ $fly: 1 }], cursor: {} }, 40324],
    ['an aggregate without cursor', { aggregate: 'c', pipeline: [] }, 9],
    ['a rename of what is not there', { renameCollection: 'test.nobody', to: 'test.x' }, 26],
    ['a drop of an index that is not there', { dropIndexes: 'nobody', index: 'x' }, 26],
    ['an explain of an unknown command', { explain: { fly: 1 } }, 73],
  ])('%s', async (_, command, code) => {
    await store.db.createCollection('c')
    if (code === 0) {
      const reply = await store.db.command(command)
      expect(reply['writeErrors']).toEqual([expect.objectContaining({ code: 40415, index: 0 })])
    } else expect((await refusal(command)).code).toBe(code)
  })

  test('transactions name the way out', async () => {
    const session = store.client.startSession()
    const work = session.withTransaction(() => fresh('tx').insertOne({ a: 1 }, { session }))
    await expect(work).rejects.toMatchObject({
      code: 115,
      message: expect.stringContaining('set MONGODB_URI to a replica set'),
    })
    await session.endSession()
    expect(await fresh('tx').countDocuments()).toBe(0)
  })

  test('a change stream is refused as a standalone refuses it', async () => {
    expect(await codeOf(fresh('watched').watch().next())).toBe(40573)
  })
})

describe('documents', () => {
  test('keep their number types through insert, update, findAndModify and a restart of nothing', async () => {
    const c = store.db.collection<Document>('types')
    const exact = { promoteValues: false } as const
    await c.insertOne({
      _id: 1 as never,
      i: new Int32(1),
      d: new Double(1),
      l: Long.fromNumber(1),
      n: Decimal128.fromString('1.10'),
    })
    await c.updateOne({}, { $set: { e: new Double(2), f: Long.fromNumber(2) } })
    await c.updateOne({}, { $inc: { d: new Double(1), l: Long.fromNumber(1) } })
    await c.findOneAndUpdate({}, { $set: { g: new Double(3) }, $inc: { i: new Int32(1) } })
    expect(await c.findOne({}, exact)).toEqual({
      _id: new Int32(1),
      i: new Int32(2),
      d: new Double(2),
      l: Long.fromNumber(2),
      n: Decimal128.fromString('1.10'),
      e: new Double(2),
      f: Long.fromNumber(2),
      g: new Double(3),
    })
  })

  test('get an _id when they have none, and have it first when it came last', async () => {
    const c = fresh('ids')
    await store.db.command({ insert: 'ids', documents: [{ a: 1 }, { a: 2, _id: 'last' }] })
    const [made, moved] = await c.find().toArray()
    expect(Object.keys(made ?? {})).toEqual(['_id', 'a'])
    expect(Object.keys(moved ?? {})).toEqual(['_id', 'a'])
  })

  test.each([
    ['an array', [1]],
    ['a regex', /x/],
  ])('cannot have %s as _id', async (_, _id) => {
    expect(
      await codeOf(
        store.db.command({ insert: 'ids', documents: [{ _id }] }).then((r) => {
          if (r['writeErrors']) throw Object.assign(new Error(), r['writeErrors'][0])
        }),
      ),
    ).toBe(53)
  })

  test('cannot pass 16 MB, also by an update', async () => {
    const c = fresh('large')
    const half = 'x'.repeat(9_000_000)
    await c.insertOne({ _id: 1, a: half })
    expect(await codeOf(c.updateOne({ _id: 1 }, { $set: { b: half } }))).toBe(10334)
    expect(await codeOf(c.updateOne({ _id: 1 }, { $push: { b: half } as Document }))).toBe(10334)
    expect(Object.keys((await c.findOne({})) ?? {})).toEqual(['_id', 'a'])
  })

  test('an unordered insert stores what it can and names each failure', async () => {
    const c = fresh('unordered')
    const work = c.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }], { ordered: false })
    await expect(work).rejects.toMatchObject({ code: 11000, result: { insertedCount: 2 } })
    const ordered = c.insertMany([{ _id: 3 }, { _id: 3 }, { _id: 4 }])
    await expect(ordered).rejects.toMatchObject({ code: 11000 })
    expect(await c.distinct('_id')).toEqual([1, 2, 3])
  })

  test('an update that would change _id is refused', async () => {
    const c = fresh('immutable')
    await c.insertOne({ _id: 1, a: 1 })
    expect(await codeOf(c.updateOne({ a: 1 }, { $set: { _id: 2 } }))).toBe(66)
    expect(await codeOf(c.replaceOne({ a: 1 }, { _id: 2 }))).toBe(66)
  })

  test('an update by _id reports matched and modified apart', async () => {
    const c = fresh('noop')
    await c.insertOne({ _id: 'a', state: 'new', n: 1 })
    const counts = ({ matchedCount, modifiedCount }: { matchedCount: number; modifiedCount: number }) => [
      matchedCount,
      modifiedCount,
    ]
    expect(counts(await c.updateOne({ _id: 'a' }, { $set: { state: 'done' } }))).toEqual([1, 1])
    expect(counts(await c.updateOne({ _id: 'a' }, { $set: { state: 'done' } }))).toEqual([1, 0])
    expect(counts(await c.updateOne({ _id: 'b' }, { $set: { state: 'done' } }))).toEqual([0, 0])
    const many = await c.updateMany({ _id: { $in: ['a', 'b', 'a'] } }, { $set: { n: 2 } })
    expect(counts(many)).toEqual([1, 1])
    const upserted = await c.updateOne({ _id: 'c' }, { $set: { n: 3 }, $setOnInsert: { made: true } }, { upsert: true })
    expect(upserted.upsertedId).toBe('c')
    const again = await c.updateOne({ _id: 'c' }, { $set: { n: 4 }, $setOnInsert: { made: false } }, { upsert: true })
    expect(counts(again)).toEqual([1, 1])
    expect(await c.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', state: 'done', n: 2 },
      { _id: 'c', n: 4, made: true },
    ])
  })
})

describe('cursors', () => {
  test('give every document once in batches, whatever is written in between', async () => {
    const c = fresh('walk')
    await c.insertMany(Array.from({ length: 300 }, (_, i) => ({ _id: i })))
    const seen: unknown[] = []
    for await (const doc of c.find().batchSize(7)) {
      seen.push(doc['_id'])
      if (Number(doc['_id']) % 50 === 0) await c.deleteOne({ _id: doc['_id'] })
      if (doc['_id'] === 100) await c.updateMany({ _id: { $gt: 200 } }, { $set: { changed: true } })
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })

  test('end when killed', async () => {
    const c = fresh('walk')
    const cursor = c.find().batchSize(2)
    await cursor.next()
    const { id } = cursor
    await cursor.close()
    expect((await refusal({ getMore: id, collection: 'walk' })).code).toBe(43)
  })

  test('large results come in batches below 16 MB', async () => {
    const c = fresh('wide')
    const text = 'x'.repeat(1_000_000)
    for (let i = 0; i < 4; i++) await c.insertMany(Array.from({ length: 10 }, () => ({ text })))
    expect((await c.find().batchSize(1000).toArray()).length).toBe(40)
  })
})

test('explain names the index, and tells a scan from a lookup', async () => {
  const c = fresh('plans')
  await c.createIndex({ a: 1, b: -1 })
  await c.insertMany(Array.from({ length: 20 }, (_, i) => ({ a: i % 3, b: i })))
  const stage = async (filter: Document) => JSON.stringify((await c.find(filter).explain())['queryPlanner'].winningPlan)
  expect(await stage({ a: 1 })).toContain('a_1_b_-1')
  expect(await stage({ b: 1 })).toContain('COLLSCAN')
  expect(await stage({ _id: 'x' })).toContain('IDHACK')
  const explained = await c.find({ a: 1, b: { $gt: 10 } }).explain()
  expect(explained['executionStats']).toMatchObject({ nReturned: 3, totalDocsExamined: 3 })
})

test('a collection that grows past 100 000 documents is warned about once', async () => {
  const c = fresh('huge')
  const rows = Array.from({ length: 50_000 }, () => ({}))
  await c.insertMany(rows.map((r) => ({ ...r })))
  expect(store.log.filter((line) => line.includes('test.huge'))).toEqual([])
  await c.insertMany(rows.map((r) => ({ ...r })))
  await c.insertMany(rows.slice(0, 2000).map((r) => ({ ...r })))
  await c.insertMany(rows.slice(0, 2000).map((r) => ({ ...r })))
  expect(store.log.filter((line) => line.includes('test.huge'))).toEqual([expect.stringContaining('set MONGODB_URI')])
  await c.drop()
})
