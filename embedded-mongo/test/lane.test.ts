import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { deserialize, serialize } from 'bson'
import { Lane } from '../lane.js'
import { startServer } from '../server.js'
import { codeOf, newDir, startStore, type TestStore } from './helpers.js'

let store: TestStore
let lane: Lane
beforeAll(async () => {
  store = await startStore()
  lane = new Lane(() => ({ path: join(store.dir, 'mongo.sock') }))
})
afterAll(async () => {
  lane.close()
  await store.close()
})

const insert = (...rows: object[]) =>
  lane.run(
    serialize({ insert: 'rows', ordered: false, $db: 'test' }),
    'documents',
    Buffer.concat(rows.map((row) => serialize(row))),
  )
const ids = () => store.db.collection<{ _id: number }>('rows').distinct('_id')

describe('a lane', () => {
  test('stores encoded documents and tells which were refused', async () => {
    expect(await insert({ _id: 1 }, { _id: 2, text: '退货' })).toEqual({ n: 2, ok: 1 })
    const answer = await insert({ _id: 3 }, { _id: 2 }, { _id: 4 })
    expect(answer).toMatchObject({ n: 2, writeErrors: [{ index: 1, code: 11_000 }] })
    expect(await ids()).toEqual([1, 2, 3, 4])
  })

  test('carries more commands at once than it has connections, each with its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => insert({ _id: 100 + n }, { _id: n % 4 === 0 ? 1 : 200 + n })),
    )
    expect(answers.map((answer) => answer['n'])).toEqual(answers.map((_, n) => (n % 4 === 0 ? 1 : 2)))
  })

  test('carries documents of several megabytes', async () => {
    const text = 'x'.repeat(3_000_000)
    expect(await insert({ _id: 500, text })).toMatchObject({ n: 1 })
    const row = await store.db.collection<{ _id: number; text: string }>('rows').findOne({ _id: 500 })
    expect(row?.text).toBe(text)
  })

  test("rejects with the server's error", async () => {
    const body = serialize({ insert: 'rows', surprise: 1, $db: 'test' })
    expect(await codeOf(lane.run(body, 'documents', serialize({ _id: 900 })))).toBe(40_415)
  })

  test('takes updates', async () => {
    const update = { q: { _id: 1 }, u: { $set: { state: 'done' }, $unset: { none: '' } } }
    const body = serialize({ update: 'rows', ordered: false, $db: 'test' })
    expect(await lane.run(body, 'updates', serialize(update))).toEqual({ n: 1, nModified: 1, ok: 1 })
  })
})

test('a lane rejects what was under way when its server goes, and works again with the next one', async () => {
  const dir = newDir()
  const path = join(dir, 'mongo.sock')
  const options = { file: join(dir, 'data.mdb'), listen: { path } }
  const first = await startServer(options)
  const other = new Lane(() => ({ path }))
  const put = (n: number) =>
    other.run(serialize({ insert: 'c', $db: 'test' }), 'documents', Buffer.from(serialize({ _id: n })))
  await put(1)
  const lost = Promise.allSettled(Array.from({ length: 9 }, (_, n) => put(10 + n)))
  await first.close()
  expect((await lost).some(({ status }) => status === 'rejected')).toBe(true)
  await expect(put(2)).rejects.toThrow()
  const second = await startServer(options)
  expect(await put(3)).toMatchObject({ n: 1 })
  const collection = second.store.get('test.c')
  const stored = [...(collection?.records() ?? [])].map((record) =>
    deserialize(collection?.raw(record) ?? Buffer.alloc(0)),
  )
  expect(stored.map(({ _id }) => _id)).toEqual(expect.arrayContaining([1, 3]))
  other.close()
  await expect(put(4)).rejects.toThrow('closed')
  await second.close()
})
