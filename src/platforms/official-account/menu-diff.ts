import { limits } from '../../../rules/official-account/limits.js'
import { AppError } from '../../core/errors.js'

/** One button as a person compares it. */
export interface MenuLine {
  /** `1`, `1.2`: its place, from 1. */
  place: string
  name: string
  /** What pressing it does, in a few words; empty for a button that opens others. */
  does: string
}

/** One difference between the menu that is live and the one that is to be. */
export type MenuChange =
  | { change: 'added'; after: MenuLine }
  | { change: 'removed'; before: MenuLine }
  | { change: 'changed'; before: MenuLine; after: MenuLine }

/** Compares two menus place by place; empty when a phone would show and do the same. */
export function diffMenus(before: readonly MenuLine[], after: readonly MenuLine[]): MenuChange[] {
  const old = new Map(before.map((line) => [line.place, line]))
  const changes: MenuChange[] = []
  for (const line of after) {
    const was = old.get(line.place)
    old.delete(line.place)
    if (!was) changes.push({ change: 'added', after: line })
    else if (was.name !== line.name || was.does !== line.does) {
      changes.push({ change: 'changed', before: was, after: line })
    }
  }
  for (const line of old.values()) changes.push({ change: 'removed', before: line })
  return changes.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** The difference as lines for a terminal: `+`, `-` and `~` in front. */
export function describeChange(change: MenuChange): string {
  switch (change.change) {
    case 'added':
      return `+ ${shown(change.after)}`
    case 'removed':
      return `- ${shown(change.before)}`
    case 'changed': {
      const { before, after } = change
      const name = before.name === after.name ? after.name : `${before.name} => ${after.name}`
      const does = before.does === after.does ? after.does : `${before.does || '子菜单'} => ${after.does || '子菜单'}`
      return `~ ${after.place.padEnd(4)}${name}  ${does}`
    }
  }
}

/**
 * The buttons of any of the platform's menus (`menu/get`, `get_current_selfmenu_info`, what `menu/create` takes), in
 * the order in which they are shown. A menu made in the console has kinds of its own; they are named as they are.
 */
export function menuLines(menu: unknown): MenuLine[] {
  const lines: MenuLine[] = []
  for (const [top, button] of buttonsOf(menu, 'button').entries()) {
    const subs = buttonsOf(button, 'sub_button')
    lines.push(lineOf(`${top + 1}`, button, subs.length > 0))
    for (const [at, sub] of subs.entries()) lines.push(lineOf(`${top + 1}.${at + 1}`, sub, false))
  }
  return lines
}

/** A menu for one tag, as the platform lists it. */
export interface ConditionalMenu {
  id: string
  tagId: string
  lines: MenuLine[]
}

/** The menus for tags out of an answer of `menu/get`, newest first as the platform prefers them. */
export function conditionalMenus(answer: unknown): ConditionalMenu[] {
  return list(fields(answer)['conditionalmenu']).map((item) => {
    const rule = fields(fields(item)['matchrule'])
    const tagId = String(rule['tag_id'] ?? rule['group_id'] ?? '')
    return { id: String(fields(item)['menuid'] ?? ''), tagId, lines: menuLines(item) }
  })
}

/**
 * Refuses what the platform would: all menus for tags together may link to 3 domains (65316). Throws AppError
 * `menu.domains`.
 */
export function checkDomains(menus: readonly unknown[]): void {
  const most = limits.conditionalMenuDomains.value
  const urls = menus.flatMap((menu) =>
    buttonsOf(menu, 'button').flatMap((button) => [button, ...buttonsOf(button, 'sub_button')]),
  )
  const hosts = new Set(urls.flatMap(({ url }) => (typeof url === 'string' ? [new URL(url).hostname] : [])))
  if (hosts.size <= most) return
  throw new AppError('menu.domains', `the menus for tags link to ${hosts.size} domains: ${[...hosts].join(', ')}`, {
    fix: `link to at most ${most} (个性化菜单 65316)`,
  })
}

/** The longest name or value shown of a button. */
const SHOWN = limits.menuUrlBytes.value

function lineOf(place: string, button: Record<string, unknown>, opens: boolean): MenuLine {
  return { place, name: String(button['name'] ?? ''), does: opens ? '' : does(button).slice(0, SHOWN) }
}

function does(button: Record<string, unknown>): string {
  const text = (name: string) => String(button[name] ?? '')
  switch (button['type']) {
    case 'click':
      return `keyword ${text('key')}`
    case 'view':
      return `view ${text('url')}`
    case 'miniprogram':
      return `mini-program ${text('appid')} ${text('pagepath')} (${text('url')})`
    case undefined:
      return ''
    default: {
      const value = ['key', 'media_id', 'article_id', 'value', 'url'].map(text).find((found) => found !== '')
      return `${String(button['type'])} ${value ?? ''}`.trim()
    }
  }
}

/** A list of buttons, plain or wrapped in `list` as the console's menus are. */
function buttonsOf(holder: unknown, name: string): Record<string, unknown>[] {
  const value = fields(holder)[name]
  return list(Array.isArray(value) ? value : fields(value)['list']).map(fields)
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const shown = ({ place, name, does }: MenuLine) => `${place.padEnd(4)}${name}  ${does || '子菜单'}`
const placeOf = (change: MenuChange) => ('after' in change ? change.after.place : change.before.place)
