import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createScene, drawScene, listScenes, showScene } from '../../src/commands/scene.js'
import { syncFollowers } from '../../src/commands/sync.js'
import { openTools } from '../../src/commands/tools.js'
import type { SyncProgress } from '../../src/contacts/sync/followers.js'
import type { SyncSummary } from '../../src/contacts/sync/run.js'
import type { SceneRow } from '../../src/growth/scenes/model.js'
import { openShop, type TestShop } from './shop.js'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
  writeFileSync(path.join(shop.root, 'config/local.yaml'), 'accounts:\n  shop:\n    mirrorTags: [会员]\n')
})
afterAll(() => shop.close())
beforeEach(() => {
  shop.said.length = 0
})

describe('weloop sync followers', () => {
  test('brings contacts and mirrored tags in step with the simulated WeChat, and tells it', async () => {
    const ids = Array.from({ length: 3 }, () => shop.simulator.control.addFollower({ following: true }).id)
    const seen: SyncProgress[] = []
    expect(await syncFollowers({ ...shop.context, json: true, progress: (one) => seen.push(one) })).toBe(0)
    const [first] = shop.json<SyncSummary[]>()
    expect(first).toMatchObject({ account: 'shop', state: 'done' })
    expect(first?.counts.added).toBeGreaterThanOrEqual(3)
    expect(seen.at(-1)?.seen).toBe(first?.total)

    const tools = await openTools(shop.context)
    const person = { platform: 'official-account' as const, account: 'shop', externalId: ids[0] ?? '' }
    const update = {
      kind: 'message.text' as const,
      id: 'u',
      ...person,
      from: person.externalId,
      at: new Date(),
      text: '',
    }
    expect(await tools.contacts.standing(person)).toMatchObject({ following: true })
    await tools.contacts.handle(update).tag('会员')
    await tools.close()

    expect(await syncFollowers(shop.context)).toBe(0)
    expect(shop.said.at(-1)).toContain('1 there')
    expect(await syncFollowers({ ...shop.context, account: 'shop', json: true })).toBe(0)
    expect(shop.json()).toMatchObject([{ counts: { added: 0, taggedHere: 0, taggedThere: 0, conflicts: 0 } }])
    await expect(syncFollowers({ ...shop.context, account: 'nobody' })).rejects.toMatchObject({
      code: 'account.unknown',
    })
  })
})

describe('weloop scene', () => {
  const about = { name: '门店海报', placement: 'poster' }

  test('makes a code, draws it, lists and shows it', async () => {
    const made = { ...shop.context, ...about, tag: ['门店'], text: '欢迎到店', costCentre: '市场部' }
    expect(await createScene('store-1', { ...made, json: true })).toBe(0)
    const row = shop.json<SceneRow>()
    expect(row).toMatchObject({ code: 'store-1', permanent: true, tags: ['门店'], reply: { text: '欢迎到店' } })
    const svg = path.join(shop.root, 'store-1.svg')
    const png = path.join(shop.root, 'store-1.PNG')
    expect(await drawScene('store-1', svg, shop.context)).toBe(0)
    expect(readFileSync(svg, 'utf8')).toContain('门店海报')
    expect(await drawScene('store-1', png, shop.context)).toBe(0)
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG')
    expect(await listScenes(shop.context)).toBe(0)
    expect(shop.said.at(-1)).toMatch(/store-1 +poster +0 +0 +0 {2}门店海报/)
    expect(await showScene('store-1', shop.context)).toBe(0)
    expect(shop.said.at(-1)).toContain(row.url)
    const known = shop.simulator.control.scan(shop.simulator.control.addFollower({ following: true }).id, {
      scene: 'store-1',
    })
    expect(known).toBeDefined()
  })

  test('a temporary one ends, and is made anew under its name', async () => {
    expect(await createScene('day', { ...shop.context, ...about, lasts: '1d' })).toBe(0)
    expect(await showScene('day', { ...shop.context, renew: '30d', json: true })).toBe(0)
    const until = new Date(shop.json<SceneRow>().expiresAt ?? 0).getTime()
    expect(until - Date.now()).toBeGreaterThan(29 * 86_400_000)
  })

  test('what cannot work is refused with what to do', async () => {
    const fails = (options: object, code = 'bad') => createScene(code, { ...shop.context, ...about, ...options })
    await expect(fails({ article: 'nowhere' })).rejects.toMatchObject({ code: 'scene.reply' })
    await expect(fails({ article: 'welcome', text: 'a' })).rejects.toMatchObject({ code: 'scene.reply' })
    await expect(fails({ placement: 'moon' })).rejects.toMatchObject({ code: 'scene.invalid' })
    await expect(showScene('none', shop.context)).rejects.toMatchObject({ code: 'scene.unknown' })
    await expect(drawScene('none', 'a.svg', shop.context)).rejects.toMatchObject({ code: 'scene.unknown' })
    await createScene('draw', { ...shop.context, ...about })
    await expect(drawScene('draw', 'a.jpg', shop.context)).rejects.toMatchObject({ code: 'scene.file' })
  })
})
