import { hash } from 'node:crypto'
import type { PlatformName, Update } from '../../core/update.js'
import { type Fields, secondsOf, textOf } from '../shared/fields.js'
import { type Header, type Reader, rest } from '../shared/header.js'
import { parseJson } from '../shared/json.js'
import { parseXml } from '../shared/xml.js'
import { accountEvents } from './kinds/account-events.js'
import { followEvents } from './kinds/follow-events.js'
import { menuEvents } from './kinds/menu-events.js'
import { messages } from './kinds/messages.js'
import { miniProgramEvents } from './kinds/mini-program-events.js'
import { resultEvents } from './kinds/result-events.js'
import { subscriptionEvents } from './kinds/subscription-events.js'

/** Who received the push: our id of the account, its appid and its original id (原始ID). */
export interface Receiver {
  id: string
  appid: string
  originalId: string
  /** Standard: an Official Account. */
  platform?: PlatformName
}

/** The form of a push, as its first character tells. */
export type Format = 'xml' | 'json'

const events: ReadonlyMap<string, Reader> = new Map([
  ...followEvents,
  ...menuEvents,
  ...resultEvents,
  ...subscriptionEvents,
  ...accountEvents,
  ...miniProgramEvents,
])
/** Products that WeChat has retired (card coupons, the guide): kept, acknowledged, nothing more. */
const LEGACY = /^(card_|guide_|user_(get|gifting|del|consume|view)_card$|user_pay_from_pay_cell$|update_member_card$)/
const LEGACY_MORE: ReadonlySet<string> = new Set(['user_enter_session_from_card', 'submit_membercard_user_info'])

/** The form of a body by its first character that is no space; anything but `{` is read (and refused) as XML. */
export function formatOf(body: string): Format {
  return body.trimStart().startsWith('{') ? 'json' : 'xml'
}

/** Reads a body as fields, or says why not. */
export function parse(body: string, format: Format): Fields | string {
  return format === 'json' ? parseJson(body) : parseXml(body)
}

/**
 * Turns the clear text of a push into an update. A MsgType or Event that is not known, or that lacks a field it cannot
 * do without, becomes `unknown`; only what is no push to this account at all is refused, with the reason.
 */
export function decode(body: string, fields: Fields, receiver: Receiver): Update | string {
  if (textOf(fields, 'ToUserName') !== receiver.originalId) return 'addressed to another account'
  const type = textOf(fields, 'MsgType')
  const at = secondsOf(fields, 'CreateTime')
  if (type === '' || at === undefined) return 'no MsgType or no CreateTime'
  const header: Header = {
    id: idOf(body, fields, receiver.appid),
    platform: receiver.platform ?? 'official-account',
    account: receiver.id,
    from: textOf(fields, 'FromUserName'),
    at,
  }
  if (type !== 'event') return messages.get(type)?.(fields, header) ?? unknown(type, fields, header)
  const event = textOf(fields, 'Event')
  if (LEGACY.test(event) || LEGACY_MORE.has(event)) {
    return { kind: 'event.legacy', ...header, name: event, fields: rest(fields) }
  }
  return events.get(event)?.(fields, header) ?? unknown(event, fields, header)
}

/** A message is told apart by its MsgId, an event by everything in it: two events may share a second and a follower. */
function idOf(body: string, fields: Fields, appid: string): string {
  const messageId = textOf(fields, 'MsgId')
  if (messageId !== '' && textOf(fields, 'MsgType') !== 'event') return `${appid}:${messageId}`
  const parts = ['FromUserName', 'CreateTime', 'Event', 'EventKey'].map((name) => textOf(fields, name))
  return `${appid}:${hash('sha256', [appid, ...parts, body].join('\0'), 'base64url')}`
}

function unknown(name: string, fields: Fields, header: Header): Update {
  return { kind: 'unknown', ...header, name, fields: rest(fields) }
}
