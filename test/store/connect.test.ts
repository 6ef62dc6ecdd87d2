import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Schema } from 'mongoose'
import { silentLogger } from '../../src/core/log.js'
import { connectStore } from '../../src/store/connect.js'
import { openTestStore, type TestStore } from './open.js'

describe('the store', () => {
  let store: TestStore
  beforeAll(async () => {
    store = await openTestStore()
  })
  afterAll(() => store.dispose())

  test('answers, and its clock is near ours', async () => {
    await store.ping()
    expect(Math.abs(store.clock.offsetMs)).toBeLessThan(1000)
    expect(Math.abs(store.clock.now().getTime() - Date.now())).toBeLessThan(2000)
  })

  test('builds the indexes of its models, and builds one again whose options changed', async () => {
    const schema = (seconds: number) => {
      const made = new Schema({ _id: String, at: Date }, { collection: 'things', versionKey: false })
      made.index({ at: 1 }, { name: 'kept', expireAfterSeconds: seconds })
      return made
    }
    store.connection.model('Thing', schema(60))
    await store.ensureIndexes()
    store.connection.deleteModel('Thing')
    store.connection.model('Thing', schema(120))
    await store.ensureIndexes()
    const indexes = await store.connection.db?.collection('things').indexes()
    expect(indexes?.find((index) => index.name === 'kept')?.expireAfterSeconds).toBe(120)
    store.connection.deleteModel('Thing')
  })

  test('keeps operators that came from outside out of filters', async () => {
    const Person = store.connection.model('Person', new Schema({ _id: String, name: String }, { versionKey: false }))
    await Person.create({ _id: 'a', name: 'Ming' })
    const outside: unknown = JSON.parse('{"$ne":null}')
    await expect(Person.findOne({ name: outside as string })).rejects.toThrow(/Cast/)
    await expect(Person.findOne({ nmae: 'Ming' })).rejects.toThrow(/strict/)
    expect((await Person.findOne({ name: 'Ming' }))?._id).toBe('a')
  })

  test('is shared by several connections of one process without anything global', async () => {
    const other = await connectStore(store.config, silentLogger, { inProcess: true })
    await store.connection.db?.collection<{ _id: string }>('shared').insertOne({ _id: 'x' })
    expect(await other.connection.db?.collection<{ _id: string }>('shared').findOne({ _id: 'x' })).toEqual({ _id: 'x' })
    await other.close()
    await store.ping()
  })

  test('says what to check when it cannot be reached, and shows no password', async () => {
    const config = { uri: 'mongodb://weloop:geheim@127.0.0.1:1/x', dir: '', database: 'x' }
    const failed = connectStore(config, silentLogger, { attempts: 1 })
    await expect(failed).rejects.toMatchObject({ code: 'store.unreachable', fix: expect.stringMatching(/MONGODB_URI/) })
    await expect(failed).rejects.not.toThrow(/geheim/)
  })
})
