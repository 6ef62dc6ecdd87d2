// mongoose and agenda as the product uses them, through the unmodified driver.
import { rmSync } from 'node:fs'
import { MongoBackend } from '@agendajs/mongo-backend'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Agenda } from 'agenda'
import mongoose, { type Connection, Schema } from 'mongoose'
import { verify } from '../storage/verify.js'
import { newDir, startStore, type TestStore } from './helpers.js'

let dir: string
let store: TestStore
let connection: Connection
beforeAll(async () => {
  dir = newDir()
  store = await startStore({ dir })
  connection = await mongoose.createConnection(`${store.uri}/app`).asPromise()
})
afterAll(async () => {
  await connection.close()
  expect(verify(store.server.store)).toEqual([])
  await store.close()
  rmSync(dir, { recursive: true })
})

describe('mongoose', () => {
  const follower = new Schema(
    {
      openid: { type: String, unique: true },
      unionid: { type: String, sparse: true, index: true },
      tags: [String],
      points: { type: Number, default: 0 },
      orders: [{ sku: String, price: Number }],
      expireAt: { type: Date, index: { expireAfterSeconds: 0 } },
    },
    { timestamps: true },
  )

  test('a duplicate is told by key and value', async () => {
    const Follower = connection.model('Follower', follower)
    await Follower.init()
    await Follower.create({ openid: 'o1', tags: ['vip'], orders: [{ sku: 'a', price: 100 }] })
    await expect(Follower.create({ openid: 'o1' })).rejects.toMatchObject({ code: 11000, keyValue: { openid: 'o1' } })
  })

  test('20 upserts of the same follower at once make one document and fail nobody', async () => {
    const Follower = connection.model('Follower', follower)
    const upsert = () =>
      Follower.findOneAndUpdate({ openid: 'race' }, { $inc: { points: 1 } }, { upsert: true, returnDocument: 'after' })
    const docs = await Promise.all(Array.from({ length: 20 }, upsert))
    expect(await Follower.countDocuments({ openid: 'race' })).toBe(1)
    expect(docs.map((d) => d?.points).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    )
    const updates = Array.from({ length: 20 }, () =>
      Follower.updateOne({ openid: 'race2' }, { $set: { points: 1 } }, { upsert: true }),
    )
    expect((await Promise.all(updates)).filter((r) => r.upsertedCount === 1).length).toBe(1)
    expect(await Follower.countDocuments({ openid: 'race2' })).toBe(1)
  })

  test('increments of one document are never lost', async () => {
    const Follower = connection.model('Follower', follower)
    await Promise.all(Array.from({ length: 50 }, () => Follower.updateOne({ openid: 'o1' }, { $inc: { points: 1 } })))
    expect((await Follower.findOne({ openid: 'o1' }))?.points).toBe(50)
  })

  test('positional updates, bulk writes, joins and dates with a timezone', async () => {
    const Follower = connection.model('Follower', follower)
    await Follower.updateOne({ openid: 'o1', 'orders.sku': 'a' }, { $set: { 'orders.$.price': 90 } })
    expect((await Follower.findOne({ openid: 'o1' }))?.orders[0]?.price).toBe(90)
    const bulk = await Follower.bulkWrite(
      Array.from({ length: 100 }, (_, i) => ({
        updateOne: { filter: { openid: `b${i}` }, update: { $set: { points: i } }, upsert: true },
      })),
    )
    expect(bulk.upsertedCount).toBe(100)
    const [days] = await Follower.aggregate([
      {
        $group: {
          _id: { $dateToString: { format: '%Y', date: '$createdAt', timezone: 'Asia/Shanghai' } },
          n: { $sum: 1 },
        },
      },
    ])
    expect(days.n).toBe(103)
    const [joined] = await Follower.aggregate([
      { $match: { openid: 'o1' } },
      { $lookup: { from: 'followers', localField: 'openid', foreignField: 'openid', as: 'me' } },
      { $project: { _id: 0, n: { $size: '$me' } } },
    ])
    expect(joined).toEqual({ n: 1 })
  })

  test('an expired document goes with the sweep', async () => {
    const Follower = connection.model('Follower', follower)
    await Follower.updateOne({ openid: 'b0' }, { expireAt: new Date(Date.now() - 1000) })
    expect(await store.server.sweep()).toBe(1)
    expect(await Follower.countDocuments({ openid: 'b0' })).toBe(0)
  })
})

test('two agendas racing for 100 jobs run each once; failed, repeated and later jobs are kept and run', async () => {
  const { db } = connection
  if (db === undefined) throw new Error('not connected')
  const ran = new Map<string, number>()
  const note = (key: string) => ran.set(key, (ran.get(key) ?? 0) + 1)
  let settled: () => void = () => {}
  const enough = new Promise<void>((resolve) => {
    settled = resolve
  })
  const done = () => {
    const jobs = [...ran.keys()].filter((k) => k.startsWith('job')).length
    if (jobs === 100 && (ran.get('tick') ?? 0) >= 2 && ran.has('later') && ran.has('fail')) settled()
  }
  const make = () => {
    const agenda = new Agenda({
      backend: new MongoBackend({ mongo: db }),
      processEvery: 100,
      maxConcurrency: 20,
      defaultLockLifetime: 10_000,
    })
    const define = (name: string, work: (data: unknown) => void) =>
      agenda.define(name, async (job) => {
        work(job.attrs.data)
        done()
      })
    define('push', (data) => note(`job${Reflect.get(Object(data), 'i')}`))
    define('tick', () => note('tick'))
    define('later', () => note('later'))
    agenda.define('fail', async () => {
      note('fail')
      done()
      throw new Error('boom')
    })
    return agenda
  }
  const [a, b] = [make(), make()]
  await a.start()
  await b.start()
  await Promise.all(Array.from({ length: 100 }, (_, i) => a.now('push', { i })))
  await a.every('1 second', 'tick')
  await a.schedule('in 1 second', 'later', {})
  await a.now('fail', {})
  await enough
  await a.drain()
  await b.drain()
  expect([...ran].filter(([key, n]) => key.startsWith('job') && n !== 1)).toEqual([])
  const failed = await db.collection('agendaJobs').findOne({ name: 'fail' })
  expect(failed).toMatchObject({ failReason: 'boom', failCount: 1 })
  expect(await db.collection('agendaJobs').countDocuments({ name: 'tick' })).toBe(1)
})
