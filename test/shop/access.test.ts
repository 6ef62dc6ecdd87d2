import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keyRows } from '../../src/shop/access/model.js'
import { openVault } from '../../src/shop/access/vault.js'
import { type OpenShop, openShop } from './open-shop.js'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const fresh = { name: '小程序商城', shop: 'demo', scopes: ['events:write'] }
const material = () => randomBytes(32).toString('base64')

describe('the vault', () => {
  test('opens what it sealed, only for what it was sealed for, and never twice the same', async () => {
    const vault = await openVault({ material: material(), dir: '' })
    const sealed = vault.seal('geheim 密', 'api-key:1')
    expect(vault.open(sealed, 'api-key:1')).toBe('geheim 密')
    expect(vault.seal('geheim 密', 'api-key:1')).not.toBe(sealed)
    expect(sealed).not.toContain(Buffer.from('geheim').toString('base64url').slice(0, 6))
    expect(() => vault.open(sealed, 'api-key:2')).toThrow('belongs elsewhere')
    const parts = sealed.split('.')
    for (const index of [2, 3]) {
      const changed = parts.map((part, at) => (at === index ? `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}` : part))
      expect(() => vault.open(changed.join('.'), 'api-key:1')).toThrow('was changed')
    }
    expect(() => vault.open([...parts.slice(0, 3), parts[3]?.slice(0, 4)].join('.'), 'api-key:1')).toThrow('changed')
  })

  test('opens with a former master key and says what is to be sealed anew', async () => {
    const [old, current] = [material(), material()]
    const sealed = (await openVault({ material: old, dir: '' })).seal('x', 'c')
    const both = await openVault({ material: `${current},${old}`, dir: '' })
    expect([both.open(sealed, 'c'), both.isOld(sealed), both.isOld(both.seal('x', 'c'))]).toEqual(['x', true, false])
    const only = await openVault({ material: current, dir: '' })
    expect(() => only.open(sealed, 'c')).toThrow('is not here')
  })

  test('makes its key file once, for its owner only, however many start at once', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'weloop-vault-'))
    try {
      const vaults = await Promise.all(Array.from({ length: 5 }, () => openVault({ material: '', dir })))
      const sealed = vaults.map((vault) => vault.seal('x', 'c'))
      for (const one of sealed) expect(vaults[0]?.open(one, 'c')).toBe('x')
      const file = path.join(dir, 'master.key')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(Buffer.from(await readFile(file, 'utf8'), 'base64')).toHaveLength(32)
      await writeFile(file, 'short')
      await expect(openVault({ material: '', dir })).rejects.toMatchObject({ code: 'vault.key' })
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  test.each(['c2hvcnQ=', 'not base64 at all', material().slice(0, 20)])('refuses the master key %s', async (bad) => {
    await expect(openVault({ material: bad, dir: '' })).rejects.toMatchObject({ code: 'vault.key' })
  })
})

describe('a key', () => {
  test('is shown its secret once and is found with it; the store holds no secret', async () => {
    const made = await shop.keys.create({ ...fresh, account: 'shop', perMinute: 30, addresses: ['10.1.0.0/16', '::1'] })
    expect(made.id).toMatch(/^wlk_[\w-]{12}$/)
    expect(made.secret).toMatch(/^wls_[\w-]{43}$/)
    const found = await shop.keys.find(made.id)
    expect(found).toMatchObject({
      shop: 'demo',
      account: 'shop',
      scopes: ['events:write'],
      perMinute: 30,
      secrets: [made.secret],
    })
    expect(['10.1.2.3', '::ffff:10.1.2.3', '::1', '10.2.0.1', 'nonsense'].map((one) => found?.allows(one))).toEqual([
      ...[true, true, true, false, false],
    ])
    const listed = await shop.keys.list()
    expect(listed.find(({ _id }) => _id === made.id)).toMatchObject({ name: '小程序商城', activeSecrets: 1 })
    expect(JSON.stringify(listed)).not.toContain('sealed')
    expect(JSON.stringify(await keyRows(shop.store.connection).find({}).toArray())).not.toContain(made.secret)
  })

  test('has two secrets while it is rotated, the elder until it ends', async () => {
    const { id, secret } = await shop.keys.create(fresh)
    const next = await shop.keys.rotate(id, 86_400_000)
    const other = await shop.another()
    expect((await other.keys.find(id))?.secrets).toEqual([secret, next.secret])
    await expect(shop.keys.rotate(id, 1000)).rejects.toMatchObject({ code: 'key.rotating' })
    shop.pass(86_400_001)
    expect((await (await shop.another()).keys.find(id))?.secrets).toEqual([next.secret])
    const last = await shop.keys.rotate(id, 0)
    expect((await shop.keys.find(id))?.secrets).toEqual([last.secret])
  })

  test('that was revoked or has expired is not found, here at once', async () => {
    const { id } = await shop.keys.create(fresh)
    expect(await shop.keys.find(id)).toBeDefined()
    expect(await shop.keys.revoke(id)).toBe(true)
    expect(await shop.keys.find(id)).toBeUndefined()
    await expect(shop.keys.rotate(id, 0)).rejects.toMatchObject({ code: 'key.unknown' })
    expect(await shop.keys.revoke('wlk_nobody')).toBe(false)
    const short = await shop.keys.create({ ...fresh, expiresAt: new Date(shop.now().getTime() + 1000) })
    shop.pass(1001)
    expect(await shop.keys.find(short.id)).toBeUndefined()
  })

  test.each([
    [{ shop: 'Shop!' }, 'name of a shop'],
    [{ scopes: ['all'] }, "no scope 'all'"],
    [{ scopes: [] }, 'without a scope'],
    [{ name: ' ' }, 'name is empty'],
    [{ perMinute: 0 }, 'rate'],
    [{ addresses: ['10.0.0.0/99'] }, 'address'],
    [{ addresses: ['shop.example'] }, 'address'],
  ])('%j is refused', async (change, words) => {
    await expect(shop.keys.create({ ...fresh, ...change })).rejects.toThrow(words)
  })

  test('of the sample shop is made again and again, and refused in production', async () => {
    const demo = { id: 'wlk_demo', secret: 'wls_demo', ...fresh }
    await shop.keys.ensureDemo(demo)
    await shop.keys.ensureDemo({ ...demo, secret: 'wls_demo2' })
    expect((await shop.keys.find('wlk_demo'))?.secrets).toEqual(['wls_demo2'])
    const production = await shop.another({ production: true })
    expect(await production.keys.find('wlk_demo')).toBeUndefined()
    await expect(production.keys.ensureDemo(demo)).rejects.toMatchObject({ code: 'key.demo' })
  })

  test('whose master key is gone says so instead of letting anybody in; a former one seals it anew', async () => {
    const [old, current] = [material(), material()]
    const before = await shop.another({ masterKey: old })
    const { id, secret } = await before.keys.create(fresh)
    const without = await shop.another({ masterKey: current })
    await expect(without.keys.find(id)).rejects.toMatchObject({ code: 'unavailable.vault' })
    const both = await shop.another({ masterKey: `${current},${old}` })
    expect((await both.keys.find(id))?.secrets).toEqual([secret])
    expect((await without.keys.find(id))?.secrets).toEqual([secret])
  })
})

test('a nonce is taken once over all processes', async () => {
  const other = await shop.another()
  const until = new Date(shop.now().getTime() + 600_000)
  const uses = Array.from({ length: 10 }, (_, index) => (index % 2 ? shop : other).nonces.use('k', 'nonce-1', until))
  expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1)
  expect(await shop.nonces.use('k2', 'nonce-1', until)).toBe(true)
})

describe('answers', () => {
  test('are given again; another request, or the same one at the same time, is told apart', async () => {
    const claimed = await shop.answers.claim('k', 'key-0001', 'hash')
    if (claimed.state !== 'new') throw new Error(claimed.state)
    expect(await shop.answers.claim('k', 'key-0001', 'hash')).toEqual({ state: 'running', retryAfterSeconds: 5 })
    expect(await shop.answers.claim('k', 'key-0001', 'other')).toEqual({ state: 'other' })
    await shop.answers.keep(claimed.claim, 202, '{"a":1}')
    expect(await shop.answers.claim('k', 'key-0001', 'hash')).toEqual({ state: 'done', status: 202, body: '{"a":1}' })
    expect((await shop.answers.claim('k2', 'key-0001', 'other')).state).toBe('new')
    shop.pass(86_400_001)
    expect((await shop.answers.claim('k', 'key-0001', 'other')).state).toBe('new')
  })

  test('that were released may be worked on again, those of a dead process after a minute, by one', async () => {
    const first = await shop.answers.claim('k', 'key-0002', 'hash')
    if (first.state !== 'new') throw new Error(first.state)
    await shop.answers.release(first.claim)
    const second = await shop.answers.claim('k', 'key-0002', 'hash')
    if (second.state !== 'new') throw new Error(second.state)
    shop.pass(60_001)
    const takers = await Promise.all(Array.from({ length: 5 }, () => shop.answers.claim('k', 'key-0002', 'hash')))
    expect(takers.filter(({ state }) => state === 'new')).toHaveLength(1)
    await shop.answers.keep(second.claim, 200, 'late')
    await shop.answers.release(second.claim)
    expect((await shop.answers.claim('k', 'key-0002', 'hash')).state).toBe('running')
  })
})
