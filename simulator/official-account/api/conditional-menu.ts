import { limits } from '../../../rules/official-account/limits.js'
import { type JsonRecord, list, record, text } from '../../json.js'
import type { Account } from '../account.js'
import { nextNumber, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { readMenu } from './menu.js'
import { posted } from './posted.js'

const menu = (run: Endpoint['run']): Endpoint => ({ method: 'POST', capability: 'menu', run })

/** Menus for one tag (个性化菜单); the newest that matches wins. The phone shows the plain menu. */
export const conditionalMenuEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/menu/addconditional': menu(add),
  '/cgi-bin/menu/delconditional': menu(posted(remove)),
  '/cgi-bin/menu/trymatch': menu(posted(tryMatch)),
}

const WITHDRAWN = ['sex', 'country', 'province', 'city', 'language']

function add(call: Call): Answer {
  const { account } = call
  if (!account.menu) return fail(65303)
  const read = readMenu(call)
  if ('error' in read) return read.error
  const rule = record(read.body, 'matchrule')
  if (!rule || Object.keys(rule).length === 0) return fail(65304)
  if (WITHDRAWN.some((name) => rule[name] !== undefined && rule[name] !== '')) return fail(65320)
  const tag = rule['tag_id'] ?? rule['group_id']
  const records = recordsOf(account)
  if (tag !== undefined && !records.tags.has(Number(tag))) return fail(45159)
  const menus = [...records.conditionalMenus, { button: read.button }]
  if (new Set(menus.flatMap(domainsOf)).size > limits.conditionalMenuDomains.value) return fail(65316)
  const menuid = nextNumber(records)
  records.conditionalMenus = [{ button: read.button, matchrule: rule, menuid }, ...records.conditionalMenus]
  return { menuid: String(menuid) }
}

function domainsOf(given: JsonRecord): string[] {
  const buttons = (list(given, 'button') ?? []) as JsonRecord[]
  const all = buttons.flatMap((button) => [button, ...((list(button, 'sub_button') ?? []) as JsonRecord[])])
  return all.flatMap((button) => {
    const url = text(button, 'url') ?? ''
    return URL.canParse(url) ? [new URL(url).hostname] : []
  })
}

function remove(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const kept = records.conditionalMenus.filter((item) => String(item['menuid']) !== String(body['menuid']))
  if (kept.length === records.conditionalMenus.length) return fail(65301)
  records.conditionalMenus = kept
  return ok()
}

function tryMatch(call: Call, body: JsonRecord): Answer {
  const user = text(body, 'user_id')
  const follower = [...call.account.followers.values()].find((item) => item.openid === user || item.name === user)
  if (!follower) return fail(65302)
  const found = menuFor(call.account, follower.openid)
  return found ? { button: found } : fail(46003)
}

/** The buttons this person sees. */
export function menuFor(account: Account, openid: string): unknown {
  const records = recordsOf(account)
  const tags = [...(records.tagged.get(openid) ?? [])]
  const last = tags.at(-1)
  const match = records.conditionalMenus.find((item) => {
    const rule = record(item, 'matchrule')
    return last !== undefined && Number(rule?.['tag_id'] ?? rule?.['group_id']) === last
  })
  return (match ?? account.menu)?.['button']
}
