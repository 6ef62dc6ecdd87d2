import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { createLibrary, type Library } from '../../src/library/library.js'
import { menuButtons } from '../../src/platforms/official-account/menu-buttons.js'

let library: Library
beforeAll(async () => {
  const clock = { now: () => new Date('2026-03-04T04:00:00Z') }
  library = createLibrary({ dir: 'content', log: silentLogger, clock, publicUrl: 'https://x.example', watch: false })
  await library.load()
})
afterAll(() => library.close())

const EVERY_KIND = {
  buttons: [
    {
      name: '工具',
      buttons: [
        { name: '扫码', tool: { kind: 'scan-wait', key: 'parcel' } },
        { name: '位置', tool: { kind: 'location', key: 'shop' } },
        { name: '素材', material: 'MEDIA_1' },
        { name: '文章', published: 'ARTICLE_1' },
        { name: '说一句', keyword: '运费' },
      ],
    },
    {
      name: '看',
      buttons: [
        { name: '卡片', card: 'new-arrivals' },
        { name: '故事', article: 'welcome' },
        { name: '官网', view: 'https://shop.example.com/' },
        {
          name: '商城',
          'mini-program': { appid: 'wx00000000000demo2', path: 'pages/index', url: 'https://x.example/' },
        },
      ],
    },
  ],
}

describe('a menu that is no file', () => {
  test('is checked like one: every kind of button becomes the platform’s', () => {
    const { menu, problems } = library.checkMenu('mine', EVERY_KIND)
    expect(problems).toEqual([])
    const [tools, look] = (menu ? menuButtons(menu).button : []) as { sub_button: { type: string }[] }[]
    expect(tools?.sub_button).toMatchObject([
      { type: 'scancode_waitmsg', key: 'parcel' },
      { type: 'location_select', key: 'shop' },
      { type: 'media_id', media_id: 'MEDIA_1' },
      { type: 'article_id', article_id: 'ARTICLE_1' },
      { type: 'click', key: '运费' },
    ])
    expect(look?.sub_button.map(({ type }) => type)).toEqual(['miniprogram', 'view', 'view', 'miniprogram'])
  })

  test('names the field of every mistake, and what is not there', () => {
    const wrong = {
      buttons: [
        { name: '名字太长的一级按钮', keyword: '运费' },
        { name: '逛', buttons: [{ name: '没了', article: 'nothing' }, { name: '空' }] },
      ],
    }
    expect(library.checkMenu('mine', wrong).problems.map(({ field }) => field)).toEqual([
      'buttons[0].name',
      'buttons[1].buttons[1]',
    ])
    const lost = { buttons: [{ name: '没了', article: 'nothing' }] }
    expect(library.checkMenu('mine', lost)).toMatchObject({ problems: [{ field: 'buttons[0].article' }] })
    expect(library.checkMenu('mine', lost)).not.toHaveProperty('menu')
    for (const nonsense of [undefined, 'x', [], { buttons: 3 }])
      expect(library.checkMenu('mine', nonsense).problems.length).toBeGreaterThan(0)
  })

  test('a file reads back as it is written, and means the same', () => {
    const [main] = library.menuSources()
    expect(main?.slug).toBe('main')
    const [served] = library.menus()
    expect(library.checkMenu('main', main?.definition)).toEqual({ menu: served, problems: [] })
    const { menu } = library.checkMenu('mine', EVERY_KIND)
    expect(menu?.buttons).toHaveLength(2)
  })
})
