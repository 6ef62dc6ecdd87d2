import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Document } from 'mongodb'
import { verify } from '../storage/verify.js'
import { codeOf, startStore, type TestStore } from './helpers.js'

let store: TestStore
beforeAll(async () => {
  store = await startStore()
})
afterAll(async () => {
  expect(verify(store.server.store)).toEqual([])
  await store.close()
})
interface Row {
  _id?: string | number
  [field: string]: unknown
}
const fresh = (name: string) => store.db.collection<Row>(name)

test('a duplicate names index, pattern and value as MongoDB does', async () => {
  const c = fresh('dup')
  await c.createIndex({ openid: 1, at: -1 }, { unique: true })
  await c.insertOne({ _id: 1, openid: 'o1', at: new Date(5) })
  await expect(c.insertOne({ _id: 2, openid: 'o1', at: new Date(5) })).rejects.toMatchObject({
    code: 11000,
    keyPattern: { openid: 1, at: -1 },
    keyValue: { openid: 'o1', at: new Date(5) },
    message:
      'E11000 duplicate key error collection: test.dup index: openid_1_at_-1 dup key: { openid: "o1", at: new Date(5) }',
  })
  await expect(c.insertOne({ _id: 1 })).rejects.toMatchObject({
    code: 11000,
    keyPattern: { _id: 1 },
    keyValue: { _id: 1 },
  })
  expect(await c.countDocuments()).toBe(1)
})

test('a unique index holds against updates, upserts and inside arrays', async () => {
  const c = fresh('unique')
  await c.createIndex({ tags: 1 }, { unique: true })
  await c.insertMany([
    { _id: 1, tags: ['a', 'b', 'a'] },
    { _id: 2, tags: ['c'] },
  ])
  await expect(c.insertOne({ tags: ['x', 'b'] })).rejects.toMatchObject({ code: 11000, keyValue: { tags: 'b' } })
  expect(await codeOf(c.updateOne({ _id: 2 }, { $push: { tags: 'a' } as Document }))).toBe(11000)
  expect(await codeOf(c.updateOne({ _id: 2 }, { $set: { tags: ['a'] } }))).toBe(11000)
  expect(await codeOf(c.updateOne({ _id: 2 }, { $set: { tags: ['c', 'c', 'd'] } }))).toBeUndefined()
  expect(await codeOf(c.insertOne({ _id: 3 }))).toBeUndefined()
  expect(await codeOf(c.insertOne({ _id: 4 }))).toBe(11000)
})

test('building a unique index over duplicates leaves no index and no collection behind', async () => {
  const c = fresh('build')
  await c.insertMany([{ a: 1 }, { a: 1 }])
  expect(await codeOf(c.createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }]))).toBe(11000)
  expect((await c.indexes()).map((ix) => ix.name)).toEqual(['_id_'])
})

test('a sparse unique index lets any number of documents go without the field', async () => {
  const c = fresh('sparse')
  await c.createIndex({ unionid: 1 }, { unique: true, sparse: true })
  await c.insertMany([{}, {}, { unionid: 'u' }, { unionid: null }])
  expect(await codeOf(c.insertOne({ unionid: 'u' }))).toBe(11000)
  expect(await c.countDocuments({ unionid: null })).toBe(3)
  expect(await c.countDocuments({ unionid: { $ne: 'u' } })).toBe(3)
})

test('a partial index is used only when the query implies it, and follows updates in and out', async () => {
  const c = fresh('partial')
  await c.createIndex({ dueAt: 1 }, { partialFilterExpression: { state: 'pending' } })
  await c.insertMany(Array.from({ length: 10 }, (_, i) => ({ _id: i, state: i < 5 ? 'pending' : 'done', dueAt: i })))
  const plan = async (f: Document) => JSON.stringify((await c.find(f).explain())['queryPlanner'].winningPlan)
  expect(await plan({ state: 'pending', dueAt: { $lte: 3 } })).toContain('dueAt_1')
  expect(await plan({ dueAt: { $lte: 3 } })).toContain('COLLSCAN')
  expect(await plan({ state: { $in: ['pending', 'done'] }, dueAt: 3 })).toContain('COLLSCAN')
  await c.updateMany({ _id: { $in: [0, 1] } }, { $set: { state: 'done' } })
  await c.updateOne({ _id: 7 }, { $set: { state: 'pending' } })
  const due = await c
    .find({ state: 'pending', dueAt: { $lte: 9 } })
    .sort({ dueAt: 1 })
    .toArray()
  expect(due.map((d) => d['_id'])).toEqual([2, 3, 4, 7])
})

test('a hidden index is kept up but not used until it is shown again', async () => {
  const c = fresh('hidden')
  await c.createIndex({ a: 1 }, { hidden: true })
  await c.insertOne({ a: 1 })
  const plan = async () => JSON.stringify((await c.find({ a: 1 }).explain())['queryPlanner'].winningPlan)
  expect(await plan()).toContain('COLLSCAN')
  await store.db.command({ collMod: 'hidden', index: { name: 'a_1', hidden: false } })
  expect(await plan()).toContain('a_1')
})

test('two array elements do not lend each other their fields in a compound index', async () => {
  const c = fresh('multikey')
  await c.createIndex({ 'a.b': 1, 'a.c': 1 })
  await c.insertOne({
    _id: 1,
    a: [
      { b: 1, c: 5 },
      { b: 7, c: 2 },
    ],
  })
  await c.insertOne({ _id: 2, a: [{ b: [1, 3], c: 9 }] })
  expect(await c.countDocuments({ 'a.b': 1, 'a.c': 2 })).toBe(1)
  expect(await c.countDocuments({ 'a.b': 3, 'a.c': 9 })).toBe(1)
  expect(await c.countDocuments({ 'a.b': { $gt: 2, $lt: 2 } })).toBe(2)
  expect(await codeOf(c.createIndex({ 'a.b': 1, d: 1 }).then(() => c.insertOne({ a: [{ b: 1 }], d: [1] })))).toBe(171)
})

test('an expired document goes with the next sweep, and none before its time', async () => {
  const c = fresh('ttl')
  await c.createIndex({ expireAt: 1 }, { expireAfterSeconds: 0 })
  await c.createIndex({ at: 1 }, { expireAfterSeconds: 3600 })
  const now = Date.now()
  await c.insertMany([
    { _id: 'gone', expireAt: new Date(now - 1000) },
    { _id: 'stays', expireAt: new Date(now + 60_000) },
    { _id: 'old', at: new Date(now - 3_601_000) },
    { _id: 'young', at: new Date(now - 3_000_000) },
    { _id: 'text', expireAt: 'yesterday' },
    { _id: 'list', expireAt: [new Date(now + 60_000), new Date(now - 1000)] },
  ])
  expect(await store.server.sweep()).toBe(3)
  expect(await c.distinct('_id')).toEqual(['stays', 'text', 'young'])
  await store.db.command({ collMod: 'ttl', index: { name: 'at_1', expireAfterSeconds: 60 } })
  expect(await store.server.sweep()).toBe(1)
  expect(await codeOf(c.createIndex({ a: 1, b: 1 }, { expireAfterSeconds: 1 }))).toBe(67)
})

test('identical indexes are created once, conflicting ones refused', async () => {
  const c = fresh('same')
  await c.createIndex({ a: 1 })
  await c.createIndex({ a: 1 })
  expect(await codeOf(c.createIndex({ a: 1 }, { name: 'other' }))).toBe(85)
  expect(await codeOf(c.createIndex({ a: 1 }, { unique: true }))).toBe(86)
  expect(await codeOf(c.createIndex({ b: 1 }, { name: 'a_1' }))).toBe(86)
  expect(await codeOf(c.dropIndex('_id_'))).toBe(72)
  expect(await codeOf(c.dropIndex('nobody'))).toBe(27)
  await c.dropIndexes()
  expect((await c.indexes()).length).toBe(1)
})

test('keys longer than LMDB takes are still found and still unique', async () => {
  const c = fresh('long')
  await c.createIndex({ text: 1 }, { unique: true })
  const text = 'x'.repeat(5000)
  await c.insertMany([
    { _id: 1, text },
    { _id: 2, text: `${text}y` },
  ])
  expect(await c.findOne({ text: `${text}y` })).toMatchObject({ _id: 2 })
  expect(await codeOf(c.insertOne({ text }))).toBe(11000)
  expect((await c.find().sort({ text: -1 }).toArray()).map((d) => d['_id'])).toEqual([2, 1])
  await c.insertOne({ _id: 'k'.repeat(3000) })
  expect(await c.countDocuments({ _id: 'k'.repeat(3000) })).toBe(1)
})
