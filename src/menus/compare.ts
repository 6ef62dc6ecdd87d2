import { createHash } from 'node:crypto'
import { AppError } from '../core/errors.js'
import type { ResolvedMenu } from '../core/menu.js'
import { menuButtons } from '../platforms/official-account/menu-buttons.js'
import {
  type ConditionalMenu,
  checkDomains,
  conditionalMenus,
  diffMenus,
  type MenuChange,
  type MenuLine,
  menuLines,
} from '../platforms/official-account/menu-diff.js'

/** What of an account's client is used. */
export interface MenuClient {
  menus: {
    create(menu: { button: readonly object[] }): Promise<void>
    get(): Promise<Record<string, unknown> | undefined>
    current(): Promise<Record<string, unknown>>
    remove(): Promise<void>
    addConditional(menu: { button: readonly object[]; matchrule: object }): Promise<string>
    removeConditional(menuId: string): Promise<void>
  }
  tags: { list(): Promise<readonly { id: string; name: string }[]> }
}

/** Where the menu for everybody comes from: made by API, made by hand in the platform's console, or none. */
export type LiveSource = 'api' | 'console' | 'none'

/** The menus that are on WeChat at a moment. */
export interface LiveMenus {
  source: LiveSource
  /** The menu for everybody. */
  lines: MenuLine[]
  /** The same in the platform's own JSON. */
  raw: unknown
  /** Menus for tags, newest first as the platform prefers them. */
  conditional: (ConditionalMenu & { raw: unknown })[]
  /** Changes exactly when any of it does. */
  hash: string
}

/** What is to be done about one menu. */
export interface MenuPlan {
  menu: ResolvedMenu
  slug: string
  tag?: string
  tagId?: string
  live: LiveSource
  changes: MenuChange[]
  /** Menus for the same tag that are live; replaced by the new one. */
  replaces: readonly ConditionalMenu[]
}

/** Reads what is live now; a menu made by hand has none by API. */
export async function readLive({ menus }: Pick<MenuClient, 'menus'>): Promise<LiveMenus> {
  const answer = await menus.get()
  const listed = answer?.['conditionalmenu']
  const raws: unknown[] = Array.isArray(listed) ? listed : []
  const conditional = conditionalMenus(answer).map((each, index) => ({ ...each, raw: raws[index] }))
  const byApi = menuLines(answer?.['menu'])
  const plain =
    byApi.length > 0
      ? { source: 'api' as const, lines: byApi, raw: answer?.['menu'] }
      : byHand((await menus.current())['selfmenu_info'])
  const shown = JSON.stringify([plain.source, plain.lines, conditional.map(({ tagId, lines }) => [tagId, lines])])
  return { ...plain, conditional, hash: createHash('sha256').update(shown).digest('hex').slice(0, 16) }
}

function byHand(raw: unknown): Pick<LiveMenus, 'source' | 'lines' | 'raw'> {
  const lines = menuLines(raw)
  return { source: lines.length > 0 ? 'console' : 'none', lines, raw }
}

/**
 * What is to be done about menus, the one for everybody first. Throws AppError `menu.several` when there are two for
 * everybody, `menu.tag` when the account lacks a tag, `menu.domains` as the platform would.
 */
export async function planMenus(client: MenuClient, menus: readonly ResolvedMenu[]): Promise<MenuPlan[]> {
  const unique = menus.filter(({ tag }) => tag === undefined)
  if (unique.length > 1) {
    const names = unique.map(({ slug }) => slug).join(', ')
    throw new AppError('menu.several', `there are several menus for everybody: ${names}`, {
      fix: 'name one, or give the others a `tag:`',
    })
  }
  checkDomains(menus.filter(({ tag }) => tag !== undefined).map(menuButtons))
  const tags = menus.some(({ tag }) => tag !== undefined) ? await client.tags.list() : []
  return menus
    .toSorted((a, b) => Number(a.tag !== undefined) - Number(b.tag !== undefined))
    .map((menu) => {
      const about = { menu, slug: menu.slug, live: 'none' as const, changes: [], replaces: [] }
      if (menu.tag === undefined) return about
      const tagId = tags.find(({ name }) => name === menu.tag)?.id
      if (tagId === undefined) {
        throw new AppError('menu.tag', `the account has no tag '${menu.tag}' (content/menus/${menu.slug}.yaml)`, {
          fix: 'name it under mirrorTags of the account and run `weloop sync followers`',
        })
      }
      return { ...about, tag: menu.tag, tagId }
    })
}

/** Fills in how each menu differs from what is live. */
export function compareMenus<P extends MenuPlan>(live: LiveMenus, plans: readonly P[]): P[] {
  return plans.map((one) => {
    const wanted = wantedLines(one.menu)
    if (one.tagId === undefined) return { ...one, live: live.source, changes: diffMenus(live.lines, wanted) }
    const replaces = live.conditional.filter(({ tagId }) => tagId === one.tagId)
    const source = replaces[0] ? ('api' as const) : ('none' as const)
    return { ...one, live: source, replaces, changes: diffMenus(replaces[0]?.lines ?? [], wanted) }
  })
}

/** A menu as a person compares it. */
export const wantedLines = (menu: ResolvedMenu): MenuLine[] => menuLines(menuButtons(menu))

/** A menu for a tag cannot be changed: the new one is added first (the newest that fits wins), then the old ones go. */
export async function pushMenu(
  { menus }: Pick<MenuClient, 'menus'>,
  { menu, tagId, replaces }: Pick<MenuPlan, 'menu' | 'tagId' | 'replaces'>,
): Promise<void> {
  if (tagId === undefined) return menus.create(menuButtons(menu))
  await menus.addConditional({ ...menuButtons(menu), matchrule: { tag_id: tagId } })
  for (const { id } of replaces) await menus.removeConditional(id)
}
