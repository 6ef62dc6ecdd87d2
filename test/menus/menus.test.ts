import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { menuRoutes } from '../../src/http/api/menus.js'
import type { Problem } from '../../src/http/api/problem.js'
import type { MenuClient } from '../../src/menus/compare.js'
import { createMenus, type Menus } from '../../src/menus/menus.js'
import { menuRows } from '../../src/menus/model.js'
import { type ServedApi, serveApi } from '../helpers/api.js'
import { openTestStore, type TestStore } from '../store/open.js'

const NOW = new Date('2026-03-04T02:00:00Z')
let now = NOW
let store: TestStore
let menus: Menus
let api: ServedApi
let wechat: ReturnType<typeof fakeWeChat>
let account = ''
let made = 0

/** WeChat’s side: keeps menus as it is told, and answers as `menu/get` does. */
function fakeWeChat() {
  let plain: { button: readonly object[] } | undefined
  let byHand: unknown
  let conditional: { button: readonly object[]; matchrule: object; menuid: string }[] = []
  let id = 0
  const state = { fails: false, calls: [] as string[] }
  const client: MenuClient & { may: boolean } = {
    may: true,
    tags: { list: async () => [{ id: '7', name: '会员' }] },
    menus: {
      async create(menu) {
        state.calls.push('create')
        if (state.fails) throw new Error('45009: reach max api daily quota limit')
        plain = JSON.parse(JSON.stringify(menu))
        byHand = undefined
      },
      async get() {
        if (!plain) return undefined
        return JSON.parse(JSON.stringify({ menu: plain, conditionalmenu: conditional }))
      },
      current: async () => ({ is_menu_open: 1, selfmenu_info: byHand ?? plain ?? {} }),
      async remove() {
        state.calls.push('remove')
        plain = undefined
        conditional = []
      },
      async addConditional(menu) {
        state.calls.push('add')
        conditional = [{ ...menu, menuid: String(++id) }, ...conditional]
        return String(id)
      },
      async removeConditional(menuId) {
        state.calls.push(`drop ${menuId}`)
        conditional = conditional.filter(({ menuid }) => menuid !== menuId)
      },
    },
  }
  return {
    client,
    state,
    names: () => (plain?.button ?? []).map((one) => (one as { name: string }).name),
    tagged: () => conditional.map(({ button }) => button.map((one) => (one as { name: string }).name)),
    makeByHand(menu: unknown) {
      plain = undefined
      byHand = menu
    },
  }
}

const button = (name: string) => ({ name, keyword: name })
const FILE = { buttons: [button('首页'), button('帮助')] }

beforeAll(async () => {
  store = await openTestStore()
  menus = createMenus({
    connection: store.connection,
    clock: { now: () => now },
    files: {
      menuSources: () => [{ slug: 'main', definition: FILE }],
      articles: () => [],
      cards: () => [],
      checkMenu(slug, definition) {
        const { tag, buttons } = definition as { tag?: string; buttons: { name: string; keyword: string }[] }
        if (buttons.some(({ name }) => name === ''))
          return {
            problems: [{ file: '', field: 'buttons[0].name', message: '是空的', fix: '写上', severity: 'error' }],
          }
        const ready = buttons.map(({ name, keyword: key }) => ({ name, action: { kind: 'keyword' as const, key } }))
        return { menu: { slug, ...(tag !== undefined && { tag }), buttons: ready }, problems: [] }
      },
    },
    accounts: ['shop'],
    client: () => wechat.client,
  })
  await store.ensureIndexes()
  api = await serveApi(menuRoutes({ menus: { ...menus, accounts: () => [{ account, may: true }] } }), {
    scopes: ['content:read', 'content:write'],
  })
})
afterAll(async () => {
  await api.close()
  await store.close()
})
beforeEach(() => {
  now = NOW
  wechat = fakeWeChat()
  account = `shop${++made}`
})

const codeOf = (body: unknown) => (body as Problem).type.split(':').at(-1)
const seen = async () => (await menus.of(account))?.live?.hash ?? ''
const draft = (slug: string, definition: object, rev: number) =>
  api.ask<{ rev: number }>('PUT', `/menus/${account}/${slug}/draft`, { definition, rev })
const publish = async (more: object = {}) =>
  api.ask<{ number: number; state: string; changes: number }>('POST', `/menus/${account}/publish`, {
    seen: await seen(),
    ...more,
  })

describe('drafts of menus', () => {
  test('a second editor is told, earlier versions stay, a dropped draft gives way to the file', async () => {
    expect((await draft('main', { buttons: [button('一')] }, 0)).body).toMatchObject({ rev: 1 })
    expect((await draft('main', { buttons: [button('二')] }, 1)).body).toMatchObject({ rev: 2 })
    const late = await draft('main', { buttons: [button('晚')] }, 1)
    expect([late.status, codeOf(late.body)]).toEqual([409, 'menu.stale'])
    const first = await draft('main', { buttons: [button('又')] }, 0)
    expect(first.status).toBe(409)
    const { body } = await api.ask<{ versions: { rev: number; definition: unknown }[] }>(
      'GET',
      `/menus/${account}/main/versions`,
    )
    expect(body.versions.map(({ rev, definition }) => [rev, definition])).toEqual([
      [2, { buttons: [button('二')] }],
      [1, { buttons: [button('一')] }],
    ])
    expect((await api.ask('DELETE', `/menus/${account}/main/draft?rev=1`)).status).toBe(409)
    expect((await api.ask('DELETE', `/menus/${account}/main/draft?rev=2`)).status).toBe(200)
    const [item] = (await menus.of(account))?.menus ?? []
    expect(item).toMatchObject({ slug: 'main', file: FILE, lines: [{ name: '首页' }, { name: '帮助' }] })
    expect(item).not.toHaveProperty('draft')
    expect((await draft('main', { buttons: [button('三')] }, 0)).body).toMatchObject({ rev: 3 })
  })

  test('one with errors is kept, compared with nothing, and not published', async () => {
    await draft('main', { buttons: [button('')] }, 0)
    const [item] = (await menus.of(account))?.menus ?? []
    expect(item).toMatchObject({ problems: [{ field: 'buttons[0].name' }] })
    expect(item).not.toHaveProperty('changes')
    const refused = await publish()
    expect([refused.status, codeOf(refused.body)]).toEqual([422, 'menu.broken'])
    expect(wechat.state.calls).toEqual([])
  })
})

describe('publishing menus', () => {
  test('puts what differs on WeChat, and says so when nothing does', async () => {
    expect((await publish()).body).toMatchObject({ number: 1, state: 'done', changes: 2 })
    expect(wechat.names()).toEqual(['首页', '帮助'])
    const same = await publish()
    expect([same.status, codeOf(same.body)]).toEqual([409, 'menu.same'])
  })

  test('is refused when WeChat was changed since it was looked at, or somebody is at it', async () => {
    const before = await seen()
    wechat.makeByHand({ button: [{ type: 'text', name: '手工', value: '你好' }] })
    const changed = await publish({ seen: before })
    expect([changed.status, codeOf(changed.body)]).toEqual([409, 'menu.changed-there'])
    await menuRows(store.connection).publications.insertOne({
      _id: `${account}:1`,
      account,
      number: 1,
      at: NOW,
      by: 'other',
      state: 'publishing',
      slugs: ['main'],
      changes: 1,
      before: '{}',
    })
    const busy = await publish()
    expect([busy.status, codeOf(busy.body)]).toEqual([409, 'menu.busy'])
    now = new Date(NOW.getTime() + 180_000)
    expect((await publish()).body).toMatchObject({ number: 2, state: 'done' })
  })

  test('that WeChat refuses is kept with the reason', async () => {
    wechat.state.fails = true
    expect((await publish()).status).toBe(500)
    expect((await menus.of(account))?.publications).toMatchObject(
      [{ number: 1, state: 'failed', problem: /45009/ }].map((one) => ({
        ...one,
        problem: expect.stringContaining('45009'),
      })),
    )
  })

  test('is put back: the menu for everybody and those for tags as they were', async () => {
    await publish()
    await draft('vip', { tag: '会员', buttons: [button('专享')] }, 0)
    await publish({ slugs: ['vip'] })
    expect(wechat.tagged()).toEqual([['专享']])
    await draft('vip', { tag: '会员', buttons: [button('新专享')] }, 1)
    await draft('main', { buttons: [button('改了')] }, 0)
    expect((await publish()).body).toMatchObject({ number: 3, changes: 3 })
    expect([wechat.names(), wechat.tagged()]).toEqual([['改了'], [['新专享']]])
    const back = await api.ask('POST', `/menus/${account}/restore`, { seen: await seen(), number: 3 })
    expect(back.body).toMatchObject({ number: 4, restores: 3, state: 'done' })
    expect([wechat.names(), wechat.tagged()]).toEqual([['首页', '帮助'], [['专享']]])
    const first = await api.ask('POST', `/menus/${account}/restore`, { seen: await seen(), number: 1 })
    expect(first.status).toBe(200)
    expect([wechat.names(), wechat.tagged()]).toEqual([[], []])
  })

  test('what was made by hand and no API can make is not put back, and nothing is called', async () => {
    wechat.makeByHand({
      button: [{ name: '更多', sub_button: { list: [{ type: 'news', name: '图文', value: 'x' }] } }],
    })
    await publish()
    const calls = wechat.state.calls.length
    const back = await api.ask('POST', `/menus/${account}/restore`, { seen: await seen(), number: 1 })
    expect([back.status, codeOf(back.body)]).toEqual([422, 'menu.by-hand'])
    expect(wechat.state.calls).toHaveLength(calls)
    expect((await menus.of(account))?.publications[0]?.unrestorable).toContain('news')
  })
})
