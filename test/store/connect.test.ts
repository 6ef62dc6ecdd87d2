import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Schema } from 'mongoose'
import { silentLogger } from '../../src/core/log.js'
import { connectStore, database } from '../../src/store/connect.js'
import { createIndexes } from '../../src/store/indexes.js'
import { defineModel, isDefined, Schema as OwnSchema } from '../../src/store/schema.js'
import { until } from '../helpers/until.js'
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

  test('a list of indexes that was made before holds no start up, and what somebody dropped comes back', async () => {
    const { connection } = store
    const rows = database(connection).collection('declared')
    const declare = (name: string, unique: boolean) => {
      const made = new OwnSchema({ _id: String, at: Date, to: String }, { collection: 'declared', versionKey: false })
      made.index({ at: 1 }, { name: 'at' })
      if (unique) made.index({ to: 1 }, { name: 'to', unique: true })
      defineModel(connection, name, made)
    }
    const names = async () => (await rows.indexes()).map(({ name }) => name).toSorted()
    declare('Declared', false)
    expect([isDefined(connection, 'Declared'), Object.keys(connection.models)]).toEqual([true, []])
    const own = createIndexes(connection, silentLogger, 20)
    await own.ensure()
    expect(await names()).toEqual(['_id_', 'at'])
    await rows.dropIndex('at')
    await own.ensure()
    expect(await names()).toEqual(['_id_'])
    await until(async () => (await names()).length === 2)
    expect(await names()).toEqual(['_id_', 'at'])
    declare('DeclaredMore', true)
    await own.ensure()
    expect(await names()).toEqual(['_id_', 'at', 'to'])
    own.close()
    await rows.insertOne({ _id: 'a' as never, to: 'x' })
    await expect(connection.model('DeclaredMore').create({ _id: 'b', to: 'x' })).rejects.toThrow(/E11000/)
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
