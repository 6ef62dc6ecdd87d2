import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { MongoClient } from 'mongodb'
import { type OpenedStore, openStore } from '../open.js'
import { backup, info, migrate, type Progress, restore } from '../operations.js'
import { newDir } from './helpers.js'

let dir: string
beforeEach(() => {
  dir = newDir()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (at = dir) => openStore({ dir: at, inProcess: true })
const compiled = join(process.cwd(), 'dist/embedded-mongo/open.js')
const built = existsSync(compiled) ? test : test.skip

async function put(store: OpenedStore, ...ids: string[]): Promise<void> {
  const client = await MongoClient.connect(store.uri)
  await client
    .db('test')
    .collection<{ _id: string }>('c')
    .insertMany(ids.map((_id) => ({ _id })))
  await client.close()
}

async function all(store: OpenedStore): Promise<string[]> {
  const client = await MongoClient.connect(store.uri)
  const ids = await client.db('test').collection<{ _id: string }>('c').distinct('_id')
  await client.close()
  return ids
}

describe('a directory', () => {
  test('belongs to the first that opens it; the second joins', async () => {
    const first = await open()
    const second = await open()
    expect([first.owner, second.owner]).toEqual([true, false])
    expect(second.uri).toBe(first.uri)
    await put(second, 'a')
    expect(await all(first)).toEqual(['a'])
    await second.close()
    expect(await all(first)).toEqual(['a'])
    await first.close()
    const third = await open()
    expect(third.owner).toBe(true)
    expect(await all(third)).toEqual(['a'])
    await third.close()
  })

  test('opened by many at once has one owner', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open()))
    expect(stores.filter((s) => s.owner).length).toBe(1)
    for (const s of stores.sort((a, b) => Number(a.owner) - Number(b.owner))) await s.close()
  })

  test('has a socket that only its user can open', async () => {
    const store = await open()
    expect(statSync(join(dir, 'mongo.sock')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dir, 'data.mdb')).mode & 0o777).toBe(0o600)
    await store.close()
    expect(existsSync(join(dir, 'mongo.sock'))).toBe(false)
    expect(existsSync(join(dir, 'owner.json'))).toBe(false)
  })

  test('with a name too long for a socket gets one elsewhere, in a folder of its own', async () => {
    const deep = join(dir, 'x'.repeat(60), 'y'.repeat(60))
    const store = await open(deep)
    expect(store.uri).toContain(encodeURIComponent(join(tmpdir(), 'embedded-mongo-')))
    await put(store, 'a')
    await store.close()
  })

  test.each([
    ['a dead process', { pid: 2 ** 22 + 1, started: '1', host: hostname() }],
    ['an older process of the same number', { pid: process.pid, started: '1', host: hostname() }],
    ['nobody', {}],
  ])('left behind by %s is taken over', async (_, owner) => {
    writeFileSync(
      join(dir, 'owner.json'),
      JSON.stringify({ ...owner, host: hostname(), address: { path: join(dir, 'mongo.sock') } }),
    )
    writeFileSync(join(dir, 'mongo.sock'), '')
    const store = await open()
    expect(store.owner).toBe(true)
    await put(store, 'a')
    await store.close()
  })

  test('passes to a guest when the owner goes, and drivers find it again', async () => {
    const owner = await open()
    const guest = await open()
    const client = await MongoClient.connect(guest.uri)
    const c = client.db('test').collection<{ _id: string }>('c')
    await c.insertOne({ _id: 'before' })
    await owner.close()
    // the command that meets the broken connection fails, as with any server that restarts; the next ones do not
    for (let tries = 0; (await c.insertOne({ _id: 'after' }).catch(() => undefined)) === undefined; tries++) {
      expect(tries).toBeLessThan(20)
    }
    expect(guest.owner).toBe(true)
    expect(await all(guest)).toEqual(['after', 'before'])
    await client.close()
    await guest.close()
  })

  built('is shared with another process, and survives its kill', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(compiled)}
      const store = await openStore({ dir: ${JSON.stringify(dir)} })
      console.log(store.owner)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = await new Promise((resolve) => child.stdout.once('data', (d: Buffer) => resolve(d.toString().trim())))
    expect(said).toBe('true')
    const guest = await open()
    expect(guest.owner).toBe(false)
    await put(guest, 'a', 'b')
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    expect(await all(guest)).toEqual(['a', 'b'])
    expect(guest.owner).toBe(true)
    await guest.close()
  })

  built('is served by a worker thread', async () => {
    const lines: string[] = []
    const store = await openStore({ dir, log: (_, text) => lines.push(text) })
    await put(store, 'a')
    expect(await all(store)).toEqual(['a'])
    expect(await store.sweep()).toBe(0)
    await store.close()
    expect(lines).toEqual([])
  })
})

describe('operations', () => {
  test('info counts, backup copies a store in use, restore brings it back', async () => {
    const store = await open()
    await put(store, 'a', 'b')
    const report = await info(dir)
    expect(report.inUse).toBe(true)
    expect(report.collections).toEqual([{ ns: 'test.c', documents: 2, indexes: ['_id_'] }])
    const file = join(dir, 'copy.mdb')
    expect((await backup(dir, file)).bytes).toBeGreaterThan(0)
    await expect(backup(dir, file)).rejects.toThrow('exists')
    await put(store, 'c')
    await expect(restore(dir, file)).rejects.toThrow('stop it first')
    await store.close()
    expect(await restore(dir, file)).toEqual({ collections: 1, documents: 2 })
    const again = await open()
    expect(await all(again)).toEqual(['a', 'b'])
    await again.close()
    expect(existsSync(join(dir, 'data.mdb.before-restore'))).toBe(true)
  })

  test('restore refuses what is no backup and leaves the store as it was', async () => {
    const store = await open()
    await put(store, 'a')
    await store.close()
    const file = join(dir, 'noise')
    writeFileSync(file, 'not a store '.repeat(1000))
    await expect(restore(dir, file)).rejects.toThrow('no file of a store')
    const whole = join(dir, 'whole.mdb')
    await backup(dir, whole)
    truncateSync(whole, statSync(whole).size - 4096)
    await expect(restore(dir, whole)).rejects.toThrow('cut short')
    await expect(restore(dir, join(dir, 'nobody'))).rejects.toThrow('no file')
    await expect(info(join(dir, 'nowhere'))).rejects.toThrow('no store')
    const again = await open()
    expect(await all(again)).toEqual(['a'])
    await again.close()
  })

  test('migrate copies documents and indexes, goes on where it stopped, and checks the counts', async () => {
    mkdirSync(join(dir, 'a'))
    const from = await open(join(dir, 'a'))
    const to = await open(join(dir, 'b'))
    const source = await MongoClient.connect(from.uri)
    const rows = source.db('shop').collection<{ _id: number; n: number }>('orders')
    await rows.createIndex({ n: -1 }, { unique: true, name: 'by_n' })
    await rows.insertMany(Array.from({ length: 1200 }, (_, i) => ({ _id: i, n: i })))
    const stopped = new Error('stopped')
    const stop = (p: Progress) => {
      if (p.done >= 500) throw stopped
    }
    await expect(migrate(from.uri, to.uri, stop)).rejects.toBe(stopped)
    const seen: Progress[] = []
    expect(await migrate(from.uri, to.uri, (p) => seen.push(p))).toEqual({
      collections: 1,
      documents: 1200,
      written: 700,
    })
    expect(seen.at(-1)).toEqual({ ns: 'shop.orders', done: 1200, total: 1200, written: 700 })
    const target = await MongoClient.connect(to.uri)
    const copied = target.db('shop').collection<{ _id: number; n: number }>('orders')
    expect(await copied.indexes()).toEqual(await rows.indexes())
    await copied.insertOne({ _id: -1, n: -1 })
    await expect(migrate(from.uri, to.uri, () => {})).rejects.toThrow('empty the target')
    await source.close()
    await target.close()
    await from.close()
    await to.close()
  })
})
