import { idOf, recordOf } from '../../shared/answer-json.js'
import type { WeChatApi } from './api.js'

/** The account's menu (自定义菜单), in the platform's JSON; `content/menus` is linted and translated elsewhere. */
export interface Menus {
  /** Replaces the menu; phones show it within 5 min. 1000 a day. */
  create(menu: { button: readonly object[] }): Promise<void>
  /** The menu made by API with its conditional ones; undefined when there is none (46003). */
  get(): Promise<Record<string, unknown> | undefined>
  /** The menu as shown now, also one made in the console. */
  current(): Promise<Record<string, unknown>>
  /** Removes the menu and every conditional one. 1000 a day. */
  remove(): Promise<void>
  /** Adds a menu for one tag; gives its id. A plain menu must exist first (65303). */
  addConditional(menu: { button: readonly object[]; matchrule: object }): Promise<string>
  removeConditional(menuId: string): Promise<void>
  /** The menu that this person (openid or WeChat id) sees. */
  tryMatch(user: string): Promise<Record<string, unknown>>
}

/** The group's methods on an API. */
export function menus(api: WeChatApi): Menus {
  return {
    create: async (menu) => {
      await api.createMenu(menu)
    },
    get: async () => {
      try {
        return recordOf(await api.getMenu())
      } catch (error) {
        if (hasErrcode(error, 46003)) return undefined
        throw error
      }
    },
    current: async () => recordOf(await api.getMenuConfig()) ?? {},
    remove: async () => {
      await api.removeMenu()
    },
    addConditional: async (menu) => idOf(recordOf(await api.addConditionalMenu(menu))?.['menuid']) ?? '',
    removeConditional: async (menuId) => {
      await api.delConditionalMenu(menuId)
    },
    tryMatch: async (user) => recordOf(await api.tryConditionalMenu(user)) ?? {},
  }
}

const hasErrcode = (error: unknown, code: number) =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === code
