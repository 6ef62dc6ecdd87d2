// Index entries that wait in memory: found, undone, brought to disk and made again like all others.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Document } from 'mongodb'
import { decodePlain, encode } from '../bson/decode.js'
import type { Collection } from '../storage/collection.js'
import { above } from '../storage/layout.js'
import { RecentKeys } from '../storage/recent-keys.js'
import { Store } from '../storage/store.js'
import { verify } from '../storage/verify.js'
import { codeOf, newDir, startStore } from './helpers.js'

function openAt(dir: string, mostRecent: number): { store: Store; c: Collection } {
  const store = new Store(join(dir, 'data.mdb'))
  store.mostRecent = mostRecent
  const c = store.transact(() => {
    const made = store.ensure('t.c')
    if (made.indexes.length === 1) {
      made.addIndex({ v: 2, key: { a: 1 }, name: 'a_1' })
      made.addIndex({ v: 2, key: { u: 1 }, name: 'u_1', unique: true, sparse: true })
    }
    return made
  })
  return { store, c }
}

const insert = (store: Store, c: Collection, doc: Document) => store.transact(() => c.insert(encode(doc)))
const index = (c: Collection, name: string) => {
  const found = c.indexes.find((ix) => ix.name === name)
  if (found === undefined) throw new Error(`no index ${name}`)
  return found
}
function valuesByIndex(c: Collection, reverse = false): unknown[] {
  const ix = index(c, 'a_1')
  return [...c.range(ix, ix.prefix, above(ix.prefix), reverse)].map((record) => {
    const raw = c.raw(record)
    return raw === undefined ? undefined : decodePlain(raw)['a']
  })
}

test('ordered keys answer as a sorted list does', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', 'ÿ', '\0'), maxLength: 3 })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key)), key, key, (steps, low, high) => {
      const keys = new RecentKeys()
      const model = new Set<string>()
      for (const [adding, k] of steps) {
        expect(adding ? keys.add(k) : keys.remove(k)).toBe(adding ? !model.has(k) : model.has(k))
        if (adding) model.add(k)
        else model.delete(k)
      }
      const sorted = [...model].sort()
      expect(keys.all).toEqual(sorted)
      expect(keys.next(low, false, high)).toBe(sorted.find((k) => k >= low && k < high))
      expect(keys.next(low, true, high)).toBe(sorted.find((k) => k > low && k < high))
      expect(keys.previous(high, low)).toBe(sorted.filter((k) => k >= low && k < high).at(-1))
    }),
  )
})

test('a walk in both directions meets entries of memory and of disk in one order', async () => {
  const dir = newDir()
  const { store, c } = openAt(dir, 4)
  for (const a of [5, 1, 9, 3, 7, 2, 8, 4, 6, 0]) insert(store, c, { _id: a, a })
  expect(c.recent).toBe(2)
  expect(valuesByIndex(c)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(valuesByIndex(c, true)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  await store.close()
  rmSync(dir, { recursive: true })
})

test.each([false, true])('a walk that rests while entries go to disk misses none (backwards: %s)', async (reverse) => {
  const dir = newDir()
  const { store, c } = openAt(dir, 1000)
  for (const a of [10, 30, 50]) insert(store, c, { _id: a, a })
  store.transact(() => c.settle())
  for (const a of [20, 40, 60, 5]) insert(store, c, { _id: a, a })
  const ix = index(c, 'a_1')
  for (let rest = 0; rest <= 7; rest++) {
    const walk = c.range(ix, ix.prefix, above(ix.prefix), reverse)
    const met: number[] = []
    for (let step = 0; ; step++) {
      if (step === rest) {
        store.rest()
        store.transact(() => c.settle())
        insert(store, c, { _id: 100 + rest, a: reverse ? 1000 : -1 })
      }
      const next = walk.next()
      if (next.done) break
      met.push(next.value)
    }
    const values = met.map((record) => decodePlain(c.raw(record) ?? Buffer.alloc(0))['a'])
    const early = values.filter((a) => typeof a === 'number' && a >= 5 && a <= 60)
    expect(early).toEqual(reverse ? [60, 50, 40, 30, 20, 10, 5] : [5, 10, 20, 30, 40, 50, 60])
  }
  await store.close()
  rmSync(dir, { recursive: true })
})

test('what an aborted transaction did in memory is undone, brought to disk meanwhile or not', async () => {
  const dir = newDir()
  const { store, c } = openAt(dir, 3)
  for (const a of [1, 2]) insert(store, c, { _id: a, a })
  const abort = () =>
    store.transact(() => {
      for (const a of [3, 4, 5, 6, 7]) c.insert(encode({ _id: a, a }))
      for (const record of c.records()) {
        const raw = c.raw(record)
        if (raw !== undefined && record === 2) c.remove(record, raw)
      }
      throw new Error('no')
    })
  expect(abort).toThrow('no')
  expect(valuesByIndex(c)).toEqual([1, 2])
  expect(c.recent).toBe(2)
  insert(store, c, { _id: 8, a: 8 })
  expect(verify(store)).toEqual([])
  await store.close()
  rmSync(dir, { recursive: true })
})

test('a change refused for a unique key leaves the other entries as they were', async () => {
  const server = await startStore()
  const c = server.db.collection<Document>('c')
  await c.createIndexes([
    { key: { a: 1 }, name: 'a_1' },
    { key: { u: 1 }, name: 'u_1', unique: true },
  ])
  await c.insertMany([
    { _id: 1, a: 1, u: 1 },
    { _id: 2, a: 2, u: 2 },
  ] as Document[])
  expect(await codeOf(c.updateOne({ a: 2 }, { $set: { a: 3, u: 1 } }))).toBe(11000)
  expect(await c.find({ a: { $gt: 0 } }).toArray()).toHaveLength(2)
  expect(await c.findOne({ a: 2 })).toMatchObject({ u: 2 })
  expect(verify(server.server.store)).toEqual([])
  await server.close()
})

test('entries that were only in memory are made again from the documents when the file is opened', async () => {
  const dir = newDir()
  const copy = newDir()
  const { store, c } = openAt(dir, 4)
  for (let a = 0; a < 11; a++) insert(store, c, { _id: a, a: a % 3 === 0 ? [a, a + 0.5] : a, u: a })
  // the file as a killed process leaves it
  copyFileSync(join(dir, 'data.mdb'), join(copy, 'data.mdb'))
  const again = openAt(copy, 4)
  expect(again.c.recent).toBe(c.recent)
  expect(valuesByIndex(again.c)).toEqual(valuesByIndex(c))
  expect(index(again.c, 'a_1').multikey).toBe(true)
  expect(verify(again.store)).toEqual([])
  await again.store.close()
  const settled = openAt(copy, 4)
  expect(settled.c.recent).toBe(0)
  expect(verify(settled.store)).toEqual([])
  await Promise.all([store.close(), settled.store.close()])
  for (const path of [dir, copy]) rmSync(path, { recursive: true })
})

test('a record id that is given again after the last document left keeps its entries through a crash', async () => {
  const dir = newDir()
  const copy = newDir()
  const first = openAt(dir, 2)
  for (const a of [1, 2, 3]) insert(first.store, first.c, { _id: a, a })
  first.store.transact(() => first.c.remove(3, first.c.raw(3) ?? Buffer.alloc(0)))
  await first.store.close()
  const { store, c } = openAt(dir, 10)
  store.transact(() => c.remove(2, c.raw(2) ?? Buffer.alloc(0)))
  await store.close()
  const third = openAt(dir, 10)
  expect(insert(third.store, third.c, { _id: 4, a: 4 })).toBe(2)
  copyFileSync(join(dir, 'data.mdb'), join(copy, 'data.mdb'))
  const last = openAt(copy, 10)
  expect(valuesByIndex(last.c)).toEqual([1, 4])
  expect(verify(last.store)).toEqual([])
  await Promise.all([third.store.close(), last.store.close()])
  for (const path of [dir, copy]) rmSync(path, { recursive: true })
})
