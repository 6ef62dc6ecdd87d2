import { AppError } from '../core/errors.js'
import type { LiveMenus, MenuClient } from './compare.js'

/** Menus as they were, in the platform's own JSON: enough to make them again. */
export interface KeptMenus {
  source: LiveMenus['source']
  raw: unknown
  conditional: { tagId: string; raw: unknown }[]
}

/** What is kept of what is live. */
export const keptOf = ({ source, raw, conditional }: LiveMenus): KeptMenus => ({
  source,
  raw,
  conditional: conditional.map(({ tagId, raw: one }) => ({ tagId, raw: one })),
})

/** Kinds that only the platform's console can make (官网上设置的自定义菜单): by API they cannot be made again. */
const BY_HAND: ReadonlySet<unknown> = new Set(['text', 'img', 'photo', 'video', 'voice', 'news', 'finder'])

/** Why kept menus cannot be made again by API; undefined when they can. */
export function unrestorable({ raw }: KeptMenus): string | undefined {
  const kind = allButtons(raw)
    .map(({ type }) => type)
    .find((type) => BY_HAND.has(type))
  return kind === undefined
    ? undefined
    : `a button of kind '${String(kind)}' was made by hand in the platform's console`
}

/**
 * Makes kept menus again in place of what is live. Throws AppError `menu.by-hand` for a menu that no API can make. Menus
 * for tags are added before the others go, so that nobody is without one in between.
 */
export async function restoreMenus(client: Pick<MenuClient, 'menus'>, kept: KeptMenus, live: LiveMenus): Promise<void> {
  const reason = unrestorable(kept)
  if (reason !== undefined) throw new AppError('menu.by-hand', reason, { fix: 'set it there again by hand' })
  const { menus } = client
  const button = buttonsIn(kept.raw, 'button').map(asCreated)
  if (button.length === 0) return menus.remove()
  await menus.create({ button })
  for (const { tagId, raw } of kept.conditional.toReversed()) {
    await menus.addConditional({
      button: buttonsIn(raw, 'button').map(asCreated),
      matchrule: ruleOf(raw, tagId),
    })
  }
  for (const { id } of live.conditional) await menus.removeConditional(id)
}

/** For whom a menu was: what of its rule is set; the platform answers `group_id` for what is given as `tag_id`. */
function ruleOf(raw: unknown, tagId: string): Record<string, unknown> {
  const { group_id: _, tag_id: __, ...rest } = fields(fields(raw)['matchrule'])
  const set = Object.entries(rest).filter(([, value]) => value !== '' && value !== undefined && value !== null)
  return { ...Object.fromEntries(set), ...(tagId !== '' && { tag_id: tagId }) }
}

/** A button as `menu/create` takes it, out of `menu/get` or the console's form. */
function asCreated(button: Record<string, unknown>): Record<string, unknown> {
  const subs = buttonsIn(button, 'sub_button')
  const { sub_button: _, ...rest } = button
  return subs.length > 0 ? { name: rest['name'], sub_button: subs.map(asCreated) } : rest
}

function allButtons(menu: unknown): Record<string, unknown>[] {
  return buttonsIn(menu, 'button').flatMap((button) => [button, ...buttonsIn(button, 'sub_button')])
}

/** A list of buttons, plain or wrapped in `list` as the console's menus are. */
function buttonsIn(holder: unknown, name: string): Record<string, unknown>[] {
  const value = fields(holder)[name]
  const found = Array.isArray(value) ? value : fields(value)['list']
  return (Array.isArray(found) ? found : []).map(fields)
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
