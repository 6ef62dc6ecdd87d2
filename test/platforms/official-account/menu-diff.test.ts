import { describe, expect, test } from '@jest/globals'
import type { ResolvedMenu } from '../../../src/core/menu.js'
import { menuButtons } from '../../../src/platforms/official-account/menu-buttons.js'
import {
  checkDomains,
  conditionalMenus,
  describeChange,
  diffMenus,
  menuLines,
} from '../../../src/platforms/official-account/menu-diff.js'

const program = { kind: 'mini-program', appid: 'wx1', path: 'pages/a', url: 'https://a.example/' } as const
const menu: ResolvedMenu = {
  slug: 'main',
  buttons: [
    { name: '查物流', action: { kind: 'keyword', key: '查快递' } },
    {
      name: '逛',
      buttons: [
        { name: '官网', action: { kind: 'view', url: 'https://a.example/1' } },
        { name: '店', action: program },
      ],
    },
  ],
}

describe('comparing menus', () => {
  test('what is pushed, what menu/get gives back and what the current menu shows read alike', () => {
    const pushed = menuLines(menuButtons(menu))
    expect(pushed).toEqual([
      { place: '1', name: '查物流', does: 'keyword 查快递' },
      { place: '2', name: '逛', does: '' },
      { place: '2.1', name: '官网', does: 'view https://a.example/1' },
      { place: '2.2', name: '店', does: 'mini-program wx1 pages/a (https://a.example/)' },
    ])
    const got = { button: menuButtons(menu).button.map((one) => ({ sub_button: [], ...one })) }
    expect(diffMenus(menuLines(got), pushed)).toEqual([])
    const current = {
      button: [
        { type: 'click', name: '查物流', key: '查快递' },
        { name: '逛', sub_button: { list: (menuButtons(menu).button[1] as { sub_button: object[] }).sub_button } },
      ],
    }
    expect(diffMenus(menuLines(current), pushed)).toEqual([])
  })

  test('a menu made in the console is shown by its own kinds and differs', () => {
    const live = { button: [{ type: 'text', name: '你好', value: '您好，有什么可以帮您' }] }
    expect(diffMenus(menuLines(live), menuLines(menuButtons(menu))).map(describeChange)).toEqual([
      '~ 1   你好 => 查物流  text 您好，有什么可以帮您 => keyword 查快递',
      '+ 2   逛  子菜单',
      '+ 2.1 官网  view https://a.example/1',
      '+ 2.2 店  mini-program wx1 pages/a (https://a.example/)',
    ])
  })

  test('no menu at all, and answers that are not what they should be, are empty', () => {
    for (const odd of [undefined, null, 7, 'x', {}, { button: 'x' }, { button: [null, 3] }])
      expect(menuLines(odd).filter(({ name }) => name !== '')).toEqual([])
    expect(conditionalMenus({ conditionalmenu: [{ menuid: 5, matchrule: { group_id: '101' }, button: [] }] })).toEqual([
      { id: '5', tagId: '101', lines: [] },
    ])
  })

  test('menus for tags may link to three domains in all', () => {
    const linking = (...hosts: string[]) => ({
      button: hosts.map((host) => ({ type: 'view', name: 'a', url: `https://${host}/` })),
    })
    expect(() => checkDomains([linking('a.cn', 'b.cn'), linking('a.cn', 'c.cn')])).not.toThrow()
    expect(() => checkDomains([linking('a.cn', 'b.cn'), linking('c.cn', 'd.cn')])).toThrow(/4 domains/)
  })
})
