import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import type { MediaStore } from '../../src/platforms/official-account/media-store.js'
import { createTokenService } from '../../src/platforms/shared/token.js'
import type { TokenStore } from '../../src/platforms/shared/token-store.js'
import { connectStore, database, type Store } from '../../src/store/connect.js'
import { createLeases, type Leases } from '../../src/store/lease.js'
import { createMediaStore, mediaModel } from '../../src/store/media-store.js'
import { isGone, processName } from '../../src/store/process-name.js'
import { createTokenStore } from '../../src/store/token-store.js'

let store: Store
let dir: string
let leases: Leases
let serial = 0
const name = () => `key-${++serial}`

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weloop-lease-'))
  const uri = process.env['MONGODB_URI'] ?? ''
  store = await connectStore({ uri, dir, database: `lease_test_${process.pid}` }, silentLogger, { inProcess: true })
  leases = createLeases(store.connection)
})
afterAll(async () => {
  await database(store.connection).dropDatabase()
  await store.close()
  await rm(dir, { recursive: true, force: true })
})

/** Lets the database's clock pass a lease's end without waiting for it. */
const endNow = (key: string) =>
  database(store.connection)
    .collection<{ _id: string }>('leases')
    .updateOne({ _id: key }, [{ $set: { until: '$$NOW' } }])

describe('a lease', () => {
  test('is held by one of many who ask at once', async () => {
    const key = name()
    const taken = await Promise.all(Array.from({ length: 20 }, (_, at) => leases.take(key, `p${at}`, 10_000)))
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1)
    expect(taken.find((lease) => lease !== undefined)?.fence).toBe(1)
  })

  const onLinux = existsSync('/proc/self/stat') ? test : test.skip
  onLinux('of a process that was killed is taken over at once, of a live one never', async () => {
    const key = name()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const first = await leases.take(key, processName(child.pid), 60_000)
    expect(await leases.take(key, processName(), 60_000)).toBeUndefined()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const second = await leases.take(key, processName(), 60_000)
    expect(second?.fence).toBe(2)
    expect(await first?.renew(60_000)).toBe(false)
    expect(await leases.take(key, processName(), 60_000)).toBeUndefined()
  })

  test('of another machine, or of an owner with a name of its own, is waited for', () => {
    expect(isGone(processName())).toBe(false)
    expect(isGone('shop-1 pid 1 4f2c1c1e-0000-0000-0000-000000000000-4026531836.1')).toBe(false)
    expect(isGone('shop-1 pid 1 ?.?')).toBe(false)
    expect(isGone('a6a1a5a4-3b5d-4d8e-9a45-6f3fe1a0d3a2')).toBe(false)
  })

  test('can be taken again once released, with a larger fence', async () => {
    const key = name()
    const first = await leases.take(key, 'p1', 10_000)
    expect(await leases.take(key, 'p1', 10_000)).toBeUndefined()
    await first?.release()
    const second = await leases.take(key, 'p2', 10_000)
    expect([first?.fence, second?.fence]).toEqual([1, 2])
  })

  test('ends by the clock of the database, and a late holder can neither renew nor release it', async () => {
    const key = name()
    const late = await leases.take(key, 'stopped', 10_000)
    await endNow(key)
    const next = await leases.take(key, 'next', 10_000)
    expect(next?.fence).toBe(2)
    expect(await late?.renew(10_000)).toBe(false)
    await late?.release()
    expect(await leases.take(key, 'third', 10_000)).toBeUndefined()
    expect(await next?.renew(10_000)).toBe(true)
  })

  test('renewing moves its end', async () => {
    const key = name()
    const lease = await leases.take(key, 'p', 1)
    expect(await lease?.renew(60_000)).toBe(true)
    expect(await leases.take(key, 'other', 1000)).toBeUndefined()
  })

  test("its times are the database's even when the machine's clock is far off", async () => {
    const key = name()
    const before = (await database(store.connection).command({ hello: 1 }))['localTime'] as Date
    await leases.take(key, 'p', 60_000)
    const row = await database(store.connection)
      .collection<{ _id: string; until: Date }>('leases')
      .findOne({ _id: key })
    const ahead = (row?.until.getTime() ?? 0) - before.getTime()
    expect(ahead).toBeGreaterThanOrEqual(60_000)
    expect(ahead).toBeLessThan(70_000)
  })

  test('owners that look like operators of the store are plain text', async () => {
    const lease = await leases.take(name(), '$fence', 10_000)
    expect(lease).toMatchObject({ owner: '$fence', fence: 1 })
  })
})

describe('the token store on the database', () => {
  test('a version grows only with the value, and times are left as durations', async () => {
    const tokens: TokenStore = createTokenStore(store.connection)
    const key = name()
    expect(await tokens.read(key)).toBeUndefined()
    expect(await tokens.write(key, 'A', 7_200_000, 1)).toMatchObject({ value: 'A', version: 1 })
    expect(await tokens.write(key, 'A', 7_200_000, 2)).toMatchObject({ value: 'A', version: 1 })
    const third = await tokens.write(key, '$value', 7_200_000, 3)
    expect(third).toMatchObject({ value: '$value', version: 2 })
    expect(third.leftMs).toBeGreaterThan(7_190_000)
    expect(third.leftMs).toBeLessThanOrEqual(7_200_000)
  })

  test('a holder whose lease was taken over does not overwrite the newer token', async () => {
    const tokens = createTokenStore(store.connection)
    const key = name()
    await tokens.write(key, 'new', 7_200_000, 5)
    expect(await tokens.write(key, 'late', 7_200_000, 4)).toMatchObject({ value: 'new', version: 1 })
  })

  test('only the token that is stored can be expired', async () => {
    const tokens = createTokenStore(store.connection)
    const key = name()
    await tokens.write(key, 'B', 7_200_000, 1)
    await tokens.expire(key, 'A')
    expect((await tokens.read(key))?.leftMs).toBeGreaterThan(0)
    await tokens.expire(key, 'B')
    expect((await tokens.read(key))?.leftMs).toBeLessThanOrEqual(0)
  })

  test('forcing is allowed once in its time over all processes', async () => {
    const key = name()
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => createTokenStore(store.connection).mayForce(key, 600_000)),
    )
    expect(asked.filter(Boolean)).toHaveLength(1)
    expect(await createTokenStore(store.connection).mayForce(key, 0)).toBe(true)
  })

  test('four services on it fetch one token and agree on it', async () => {
    const key = name()
    let issued = 0
    const services = Array.from({ length: 4 }, () =>
      createTokenService({
        key,
        issue: async () => ({ value: `T${++issued}`, lifeMs: 7_200_000 }),
        store: createTokenStore(store.connection),
        clock: { now: () => new Date() },
        log: silentLogger,
      }),
    )
    const got = await Promise.all(services.flatMap((service) => Array.from({ length: 25 }, () => service.get())))
    expect(new Set(got.map((token) => token.value))).toEqual(new Set(['T1']))
    const [first] = got
    if (!first) throw new Error('no token')
    const next = await Promise.all(
      services.flatMap((service) => Array.from({ length: 25 }, () => service.replace(first))),
    )
    expect(new Set(next.map((token) => token.value))).toEqual(new Set(['T2']))
    expect(issued).toBe(2)
  })
})

describe('the media store on the database', () => {
  const key = { account: 'shop', sha256: 'ab'.repeat(32), type: 'image' }

  test('keeps ids by account, kind and content, and drops only the id that is meant', async () => {
    mediaModel(store.connection)
    await store.ensureIndexes()
    const media: MediaStore = createMediaStore(store.connection)
    expect(await media.find(key)).toBeUndefined()
    await media.put(key, 'M1', 60_000)
    expect(await media.find(key)).toMatchObject({ mediaId: 'M1' })
    expect((await media.find(key))?.leftMs).toBeGreaterThan(50_000)
    expect(await media.find({ ...key, account: 'other' })).toBeUndefined()
    await media.put(key, 'M2', 60_000)
    await media.drop(key, 'M1')
    expect(await media.find(key)).toMatchObject({ mediaId: 'M2' })
    await media.drop(key, 'M2')
    expect(await media.find(key)).toBeUndefined()
  })
})
