import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type MenuReport, menuDiff, menuPush } from '../../src/commands/menu.js'
import { openShop, type TestShop } from './shop.js'

let shop: TestShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())
beforeEach(() => {
  shop.said.length = 0
})

const file = (slug: string, text: string) => writeFileSync(path.join(shop.root, 'content/menus', `${slug}.yaml`), text)
const EVERY = `buttons:
  - { name: 查物流, keyword: 查快递 }
  - name: 逛
    buttons:
      - { name: 新品, card: new-arrivals }
      - { name: 故事, article: welcome }
      - { name: 官网, view: 'https://shop.example.com/' }
      - { name: 商城, mini-program: { appid: wx00000000000demo2, path: pages/index, url: 'https://shop.example.com/' } }
`

describe('weloop menu', () => {
  test('shows the difference first and pushes nothing unless somebody says yes', async () => {
    file('main', EVERY)
    expect(await menuDiff(shop.context)).toBe(1)
    expect(shop.said.join('\n')).toContain('+ 2.3 官网  view https://shop.example.com/')
    const warned: string[] = []
    expect(await menuPush({ ...shop.context, ask: undefined, warn: (line) => warned.push(line) })).toBe(2)
    expect(warned.join()).toContain('--yes')
    const asked: string[] = []
    const ask = async (question: string) => {
      asked.push(question)
      return false
    }
    expect(await menuPush({ ...shop.context, ask })).toBe(2)
    expect(asked).toHaveLength(1)
    expect(await menuDiff(shop.context)).toBe(1)
  })

  test('pushes every kind of button, reads it back, and then finds no difference', async () => {
    file('main', EVERY)
    expect(await menuPush({ ...shop.context, yes: true })).toBe(0)
    expect(await menuDiff({ ...shop.context, json: true })).toBe(0)
    expect(shop.json()).toEqual([{ slug: 'main', live: 'api', changes: [], pushed: false }])
    shop.said.length = 0
    expect(await menuPush({ ...shop.context, yes: true })).toBe(0)
    expect(shop.said.join()).toContain('与线上一致')
  })

  test('tells what was renamed, moved and taken away', async () => {
    file('main', EVERY)
    await menuPush({ ...shop.context, yes: true })
    file('main', EVERY.replace('官网', '会员').replace(/ {6}- \{ name: 商城.*\n/, ''))
    shop.said.length = 0
    expect(await menuDiff({ ...shop.context, json: true })).toBe(1)
    const [report] = shop.json<MenuReport[]>()
    expect(report?.changes).toMatchObject([
      { change: 'changed', before: { name: '官网' }, after: { place: '2.3', name: '会员' } },
      { change: 'removed', before: { place: '2.4', name: '商城' } },
    ])
  })

  test('a menu with a tag becomes one for that tag only; pushed again it replaces the older one', async () => {
    file('main', EVERY)
    file('vip', `tag: 会员\nbuttons:\n  - { name: 专享, keyword: 会员 }\n`)
    await expect(menuPush({ ...shop.context, yes: true })).rejects.toMatchObject({ code: 'menu.tag' })
    const { createClient } = await import('../../src/platforms/official-account/client.js')
    const { createHttpClient } = await import('../../src/platforms/shared/http-client.js')
    const { createMemoryTokenStore } = await import('../../src/platforms/shared/token-store.js')
    const { systemClock } = await import('../../src/core/clock.js')
    const { silentLogger } = await import('../../src/core/log.js')
    const { DEMO } = await import('../../src/config/accounts.js')
    const http = createHttpClient()
    const client = createClient({
      appid: DEMO.appid,
      secret: DEMO.secret,
      apiBase: shop.simulator.url,
      http,
      tokenStore: createMemoryTokenStore(systemClock),
      clock: systemClock,
      log: silentLogger,
    })
    const tagId = await client.tags.create('会员')
    expect(await menuPush({ ...shop.context, yes: true })).toBe(0)
    file('vip', `tag: 会员\nbuttons:\n  - { name: 尊享, keyword: 会员 }\n`)
    expect(await menuPush({ ...shop.context, slug: 'vip', yes: true })).toBe(0)
    const live = await client.menus.get()
    expect(live?.['conditionalmenu']).toMatchObject([{ button: [{ name: '尊享' }] }])
    const openid = shop.simulator.control.addFollower({ following: true }).id
    await client.tags.addMembers(tagId, [openid])
    expect(JSON.stringify(await client.menus.tryMatch(openid))).toContain('尊享')
    await http.close()
  })

  test('a broken menu, an unknown one and two for everybody are told before anything is asked of the platform', async () => {
    file('main', EVERY)
    file('vip', EVERY)
    await expect(menuDiff(shop.context)).rejects.toMatchObject({ code: 'menu.several' })
    file('vip', 'buttons: [{ name: 太长太长太长的名字, keyword: x }]')
    await expect(menuDiff(shop.context)).rejects.toMatchObject({ code: 'menu.broken' })
    file('vip', EVERY)
    await expect(menuDiff({ ...shop.context, slug: 'nowhere' })).rejects.toMatchObject({ code: 'menu.unknown' })
    await expect(menuDiff({ ...shop.context, account: 'other' })).rejects.toMatchObject({ code: 'account.unknown' })
  })
})
