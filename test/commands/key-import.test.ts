import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { importOrderFile } from '../../src/commands/import.js'
import { createKey, listKeys, revokeKey, rotateKey } from '../../src/commands/key.js'
import { openShopTools } from '../../src/commands/shop.js'
import type { ShownKey } from '../../src/shop/access/keys.js'
import type { ImportProgress, ImportSummary } from '../../src/shop/import/import.js'
import { openShop, type TestShop } from './shop.js'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())
beforeEach(() => {
  shop.said.length = 0
})

describe('weloop key', () => {
  const about = { name: '商城', shop: 'mall', scope: [] }

  test('makes a key, shows its secret once, rotates and ends it', async () => {
    expect(await createKey({ ...shop.context, ...about, account: 'shop', json: true })).toBe(0)
    const { id, secret } = shop.json<{ id: string; secret: string }>()
    expect(await rotateKey(id, { ...shop.context, overlap: '24h' })).toBe(0)
    const said = shop.said.slice(1).join('\n')
    expect(said).toContain('The secret is not shown again')
    const second = /secret {2}(\S+)/.exec(said)?.[1] ?? ''

    const tools = await openShopTools(shop.context)
    const found = await tools.shop.keys.find(id)
    await tools.close()
    expect(found).toMatchObject({ shop: 'mall', account: 'shop', secrets: [secret, second] })
    expect(found?.scopes).toContain('orders:write')
    expect(found?.scopes).not.toContain('admin')

    shop.said.length = 0
    expect(await listKeys(shop.context)).toBe(0)
    expect(shop.said.join('\n')).toMatch(/two secrets until/)
    expect(shop.said.join('\n')).not.toContain(secret)
    expect(await revokeKey(id, shop.context)).toBe(0)
    expect(await listKeys({ ...shop.context, json: true })).toBe(0)
    expect(shop.json<ShownKey[]>()[0]).toMatchObject({ _id: id, revokedAt: expect.any(String), activeSecrets: 0 })
  })

  test.each([
    [{ account: 'nobody' }, 'key.invalid'],
    [{ scope: ['root'] }, 'key.invalid'],
    [{ lasts: 'soon' }, 'key.invalid'],
    [{ rate: 'many' }, 'key.invalid'],
  ])('refuses %j with a way out', async (change, code) => {
    await expect(createKey({ ...shop.context, ...about, ...change })).rejects.toMatchObject({
      code,
      fix: expect.any(String),
    })
  })

  test('says when there is no such key', async () => {
    await expect(rotateKey('wlk_x', { ...shop.context, overlap: '0' })).rejects.toMatchObject({ code: 'key.unknown' })
    await expect(revokeKey('wlk_x', shop.context)).rejects.toMatchObject({ code: 'key.unknown' })
  })
})

describe('weloop import orders', () => {
  test('brings a file in, tells progress and what was rejected, and exits with 1 then', async () => {
    const file = path.join(shop.root, '订单.csv')
    const rows = ['A1,u1,2024-05-01,2024-05-01,12.50,milk,1,好', 'A2,u2,2024-05-01,2024-05-01,12.50,milk,many,坏']
    writeFileSync(file, `订单号,会员号,下单时间,付款时间,实付金额,商品编码,数量,备注\n${rows.join('\n')}\n`)
    const seen: ImportProgress[] = []
    const options = { ...shop.context, shop: 'mall', progress: (one: ImportProgress) => void seen.push(one) }
    expect(await importOrderFile(file, { ...options, json: true })).toBe(1)
    expect(shop.json<ImportSummary>()).toMatchObject({ state: 'done', counts: { orders: 2, accepted: 1, rejected: 1 } })
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.bytes)
    expect(await importOrderFile(file, options)).toBe(1)
    expect(shop.said.at(-1)).toMatch(
      /known before {2}1[\s\S]*rejected {6}1, see .*rejects\.csv[\s\S]*not used {6}columns 备注/,
    )

    const tools = await openShopTools(shop.context)
    const contact = await tools.shop.lookup.find({ shop: 'mall' }, { user: 'u1' })
    expect((await tools.contacts.get(contact ?? ''))?.shop).toMatchObject({ orderCount: 1, paidFen: 1250 })
    await tools.close()
  })

  test.each([
    [{ account: 'nobody' }, 'import.account'],
    [{ encoding: 'latin1' }, 'import.encoding'],
  ])('refuses %j', async (change, code) => {
    await expect(importOrderFile('x.csv', { ...shop.context, shop: 'mall', ...change })).rejects.toMatchObject({ code })
  })
})
