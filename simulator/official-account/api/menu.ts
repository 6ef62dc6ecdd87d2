import { limits } from '../../../rules/official-account/limits.js'
import { asRecord, type JsonRecord, list, parseRecord, text } from '../../json.js'
import { recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'

/** The custom menu. The phone shows a new one at once; WeChat's clients look again only every 5 minutes. */
export const menuEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/menu/create': { method: 'POST', capability: 'menu', run: create },
  '/cgi-bin/menu/get': { method: 'GET', capability: 'menu', run: get },
  '/cgi-bin/menu/delete': { method: 'GET', capability: 'menu', run: remove },
  '/cgi-bin/get_current_selfmenu_info': { method: 'GET', run: current },
}

const TYPES = new Set([
  'click',
  'view',
  'miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'media_id',
  'article_id',
  'article_view_limited',
  'view_limited',
])

function create(call: Call): Answer {
  const menu = readMenu(call)
  if ('error' in menu) return menu.error
  call.account.menu = { button: menu.button }
  call.account.menuId += 1
  call.platform.bus.publish({ type: 'menu', account: call.account.options.id })
  return ok()
}

/** The buttons and the whole body of a menu, or the error for what breaks the limits. */
export function readMenu(call: Call): { button: JsonRecord[]; body: JsonRecord } | { error: Answer } {
  if (call.body.length === 0) return { error: fail(44002) }
  const source = call.body.toString()
  if (/\\u[0-9a-fA-F]{4}/.test(source)) return { error: fail(40033) }
  const body = parseRecord(source)
  if (!body) return { error: fail(47001) }
  const buttons = list(body, 'button')?.map(asRecord) ?? []
  if (buttons.length < 1 || buttons.length > limits.menuButtons.value) return { error: fail(40016) }
  for (const button of buttons) {
    const fault = button ? topFault(button) : 40015
    if (fault !== undefined) return { error: fail(fault) }
  }
  return { button: buttons.map((button) => withSubs(button ?? {})), body }
}

function withSubs(button: JsonRecord): JsonRecord {
  return {
    ...button,
    sub_button: (list(button, 'sub_button') ?? []).map((sub) => ({ ...asRecord(sub), sub_button: [] })),
  }
}

function topFault(button: JsonRecord): number | undefined {
  const name = text(button, 'name') ?? ''
  if (name === '' || Buffer.byteLength(name) > limits.menuNameBytes.value) return 40018
  const subs = list(button, 'sub_button') ?? []
  if (subs.length === 0) return buttonFault(button, [40017, 40019, 40020])
  if (subs.length > limits.menuSubButtons.value) return 40023
  for (const item of subs) {
    const sub = asRecord(item)
    const subName = text(sub, 'name') ?? ''
    if (!sub || subName === '' || Buffer.byteLength(subName) > limits.menuSubNameBytes.value) return 40025
    const fault = buttonFault(sub, [40024, 40026, 40027])
    if (fault !== undefined) return fault
  }
  return undefined
}

function buttonFault(button: JsonRecord, [type, key, url]: [number, number, number]): number | undefined {
  const kind = text(button, 'type') ?? ''
  if (!TYPES.has(kind)) return type
  const has = (name: string, max: number) => {
    const size = Buffer.byteLength(text(button, name) ?? '')
    return size > 0 && size <= max
  }
  switch (kind) {
    case 'view':
      return has('url', limits.menuUrlBytes.value) ? undefined : url
    case 'miniprogram':
      if (!has('url', limits.menuUrlBytes.value)) return url
      return has('appid', 64) ? (has('pagepath', limits.cardPathBytes.value) ? undefined : 40165) : 40166
    case 'media_id':
    case 'view_limited':
      return has('media_id', 512) ? undefined : 40007
    case 'article_id':
    case 'article_view_limited':
      return has('article_id', 512) ? undefined : 40007
    default:
      return has('key', limits.menuKeyBytes.value) ? undefined : key
  }
}

function get({ account }: Call): Answer {
  if (!account.menu) return fail(46003)
  const { conditionalMenus } = recordsOf(account)
  return {
    menu: { ...account.menu, menuid: 400_000_000 + account.menuId },
    ...(conditionalMenus.length > 0 && { conditionalmenu: conditionalMenus }),
  }
}

function remove({ account, platform }: Call): Answer {
  account.menu = undefined
  recordsOf(account).conditionalMenus = []
  platform.bus.publish({ type: 'menu', account: account.options.id })
  return ok()
}

function current({ account }: Call): Answer {
  if (!account.menu) return { is_menu_open: 0, selfmenu_info: {} }
  const button = (list(account.menu, 'button') ?? []).map((item) => {
    const { sub_button: subs, ...rest } = asRecord(item) ?? {}
    const inner = Array.isArray(subs) ? subs.map((sub: unknown) => withoutSubs(asRecord(sub) ?? {})) : []
    return inner.length > 0 ? { ...rest, sub_button: { list: inner } } : rest
  })
  return { is_menu_open: 1, selfmenu_info: { button } }
}

function withoutSubs({ sub_button: _none, ...rest }: JsonRecord): JsonRecord {
  return rest
}

/** The button at this place of the menu: top index, then sub index. */
export function buttonAt(menu: JsonRecord | undefined, top: number, sub: number | undefined): JsonRecord | undefined {
  const button = asRecord((list(menu, 'button') ?? [])[top])
  return sub === undefined ? button : asRecord((list(button, 'sub_button') ?? [])[sub])
}

/** The first button with this key. */
export function buttonWithKey(menu: JsonRecord | undefined, key: string): JsonRecord | undefined {
  const tops = (list(menu, 'button') ?? []).map(asRecord)
  const all = tops.flatMap((top) => [top, ...(list(top, 'sub_button') ?? []).map(asRecord)])
  return all.find((button) => text(button, 'key') === key)
}
