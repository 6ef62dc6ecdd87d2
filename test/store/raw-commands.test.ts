import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BSON } from 'bson'
import { database, insertEncoded, insertRaw, takesEncoded } from '../../src/store/raw-commands.js'
import { openTestStore, type TestStore } from './open.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(() => store.dispose())

const all = (name: string) => database(store.connection).collection(name).find({}).sort({ _id: 1 }).toArray()

describe('documents that are encoded already', () => {
  const rows = [1, 2, 3].map((n) => ({ _id: n as never, name: `第${n}`, at: new Date(n), nested: { list: [n, null] } }))
  const bytes = Buffer.concat(rows.map((row) => BSON.serialize(row)))

  test('are taken by the driver that is installed; if this fails, inbox rows go the slower way', () => {
    expect(takesEncoded).toBe(true)
  })

  test('are stored as if they had been given as objects', async () => {
    expect(await insertRaw(store.connection, 'objects', rows)).toEqual([])
    expect(await insertEncoded(store.connection, 'encoded', bytes)).toEqual([])
    expect(await all('encoded')).toEqual(await all('objects'))
    expect(await all('encoded')).toHaveLength(3)
  })

  test('are refused one by one', async () => {
    await insertRaw(store.connection, 'taken', rows.slice(1, 2))
    const faults = await insertEncoded(store.connection, 'taken', bytes)
    expect(faults.map(({ index, code }) => [index, code])).toEqual([[1, 11_000]])
    expect(await all('taken')).toHaveLength(3)
  })
})
