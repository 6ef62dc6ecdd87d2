import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Document, MongoClient } from 'mongodb'
import { Store } from '../storage/store.js'
import { verify } from '../storage/verify.js'
import { codeOf, newDir, startStore } from './helpers.js'
import { killRound } from './kill.js'

test('an internal failure aborts the whole transaction, gives counters back and fails only the guilty command', async () => {
  const store = await startStore({ maxPoolSize: 10 })
  const c = store.db.collection<Document>('c')
  await c.createIndex({ n: 1 }, { unique: true })
  await c.insertMany([{ n: 1 }, { n: 2 }])
  const collection = store.server.store.get('test.c')
  if (collection === undefined) throw new Error('no collection')
  const insert = collection.insert.bind(collection)
  // fails after the row's bytes and entries are written
  collection.insert = (raw) => {
    const record = insert(raw)
    if (raw.includes('poison')) throw new Error('the disk bit back')
    return record
  }
  const rows = [3, 4, 5, 6].map((n) => c.insertOne({ n }))
  const codes = await Promise.all([...rows.map(codeOf), codeOf(c.insertOne({ n: 7, v: 'poison' }))])
  expect(codes).toEqual([undefined, undefined, undefined, undefined, 1])
  collection.insert = insert
  expect(await c.countDocuments()).toBe(6)
  expect(await c.estimatedDocumentCount()).toBe(6)
  expect(await c.insertOne({ n: 7 }).then(() => c.countDocuments({ n: 7 }))).toBe(1)
  expect(verify(store.server.store)).toEqual([])
  expect(store.log).toEqual(expect.arrayContaining([expect.stringContaining('the disk bit back')]))
  await store.close()
})

test('an aborted transaction forgets collections and indexes it made', async () => {
  const dir = newDir()
  const store = new Store(join(dir, 'data.mdb'))
  const work = () =>
    store.transact(() => {
      const c = store.create('test.gone')
      c.addIndex({ v: 2, key: { a: 1 }, name: 'a_1' })
      throw new Error('no')
    })
  expect(work).toThrow('no')
  expect(store.get('test.gone')).toBeUndefined()
  store.transact(() => store.create('test.kept'))
  expect([...store.collections.keys()]).toEqual(['test.kept'])
  await store.close()
  const again = new Store(join(dir, 'data.mdb'))
  expect([...again.collections.keys()]).toEqual(['test.kept'])
  await again.close()
  rmSync(dir, { recursive: true })
})

test('flags of an index survive a refused document and a restart', async () => {
  const dir = newDir()
  let store = await startStore({ dir })
  const c = store.db.collection<Document>('c')
  await c.createIndex({ tags: 1 })
  await c.createIndex({ u: 1 }, { unique: true })
  await c.insertOne({ u: 1 })
  expect(await codeOf(c.insertOne({ u: 1, tags: ['a', 'b'] }))).toBe(11000)
  await c.insertOne({ u: 2, tags: ['a', 'b'] })
  await store.close()
  store = await startStore({ dir })
  const found = await store.db
    .collection('c')
    .find({ tags: { $gte: 'a' } })
    .toArray()
  expect(found.length).toBe(1)
  await store.close()
  rmSync(dir, { recursive: true })
})

const compiled = join(process.cwd(), 'dist/embedded-mongo/server.js')
const built = existsSync(compiled) ? test : test.skip

// long form: node dist/embedded-mongo/test/long/kill.js
built('nothing acknowledged is lost and no entry is orphaned when the server is killed under 8 writers', async () => {
  const dir = newDir()
  const acked = { inserted: new Set<number>(), updated: new Map<number, number>(), next: 0 }
  for (let round = 0; round < 2; round++) {
    expect(await killRound(dir, compiled, acked, 300)).toEqual([])
  }
  expect(acked.inserted.size).toBeGreaterThan(20)
  rmSync(dir, { recursive: true })
})

const posix = process.platform === 'win32' || !existsSync(compiled) ? test.skip : test

posix('a full disk answers an error, keeps what was stored, and takes writes again when there is room', async () => {
  const dir = newDir()
  const script = `
    import { startServer } from ${JSON.stringify(compiled)}
    await startServer({ file: ${JSON.stringify(join(dir, 'data.mdb'))}, listen: { path: ${JSON.stringify(join(dir, 'd.sock'))} } })
    console.log('up')`
  // a file size limit of 4 MB (ulimit counts 1024 byte blocks) makes LMDB's writes fail as a full disk does
  const command = `trap '' XFSZ; ulimit -f 4096; exec "${process.execPath}" --input-type=module -e "$SCRIPT"`
  const child = spawn('bash', ['-c', command], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, SCRIPT: script },
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const client = await MongoClient.connect(`mongodb://${encodeURIComponent(join(dir, 'd.sock'))}`, {
    retryWrites: false,
  })
  const c = client.db('test').collection<Document>('c')
  await c.createIndex({ n: 1 }, { unique: true })
  let stored = 0
  let code: number | undefined
  while (code === undefined && stored < 2000) {
    code = await codeOf(c.insertOne({ n: stored, text: 'x'.repeat(20_000) }))
    if (code === undefined) stored++
  }
  expect(code).toBe(14031)
  expect(stored).toBeGreaterThan(50)
  expect(await c.countDocuments({})).toBe(stored)
  expect(await c.findOne({ n: stored })).toBeNull()
  await client.close()
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  const store = await startStore({ dir })
  const again = store.db.collection('c')
  expect(await again.countDocuments({})).toBe(stored)
  await again.insertOne({ n: stored })
  expect(verify(store.server.store)).toEqual([])
  await store.close()
  rmSync(dir, { recursive: true })
})
