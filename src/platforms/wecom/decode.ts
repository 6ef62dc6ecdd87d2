import { hash } from 'node:crypto'
import type { Update } from '../../core/update.js'
import { type Fields, secondsOf, textOf } from '../shared/fields.js'
import { type Header, type Reader, rest } from '../shared/header.js'
import { corpEvents } from './kinds/corp.js'
import { customerChanges } from './kinds/customers.js'
import { groupChanged } from './kinds/groups.js'
import { staffEvents, staffMessages } from './kinds/staff.js'

/** Who received the push: our id of the account, the corporation and our app in it. */
export interface AppReceiver {
  id: string
  corpid: string
  agentId: number
}

const events: ReadonlyMap<string, Reader> = new Map([...staffEvents, ...corpEvents])

/**
 * Turns the clear fields of a push to a self-built app into an update. What is not known, or lacks a field it cannot do
 * without, becomes `unknown`; only what is no push to this corporation at all is refused, with the reason.
 */
export function decode(body: string, fields: Fields, receiver: AppReceiver): Update | string {
  if (textOf(fields, 'ToUserName') !== receiver.corpid) return 'addressed to another corporation'
  const agent = textOf(fields, 'AgentID')
  if (agent !== '' && agent !== '0' && agent !== String(receiver.agentId)) return 'addressed to another app'
  const type = textOf(fields, 'MsgType')
  const at = secondsOf(fields, 'CreateTime')
  if (type === '' || at === undefined) return 'no MsgType or no CreateTime'
  const from = textOf(fields, 'FromUserName')
  const header: Header = {
    id: idOf(body, fields, receiver),
    platform: 'wecom',
    account: receiver.id,
    from: from === 'sys' ? '' : from,
    at,
  }
  if (type !== 'event') return staffMessages.get(type)?.(fields, header) ?? unknown(type, fields, header)
  const event = textOf(fields, 'Event')
  return readEvent(event, fields, header) ?? unknown(event, fields, header)
}

function readEvent(event: string, fields: Fields, header: Header): Update | undefined {
  if (event === 'change_external_contact') return customerChanges.get(textOf(fields, 'ChangeType'))?.(fields, header)
  if (event === 'change_external_chat') return groupChanged(fields, header)
  return events.get(event)?.(fields, header)
}

/** A message is told apart by its MsgId within the app, an event by everything in it: system events have no sender. */
function idOf(body: string, fields: Fields, { corpid, agentId }: AppReceiver): string {
  const messageId = textOf(fields, 'MsgId')
  if (messageId !== '' && textOf(fields, 'MsgType') !== 'event') return `${corpid}:${agentId}:${messageId}`
  return `${corpid}:${hash('sha256', body, 'base64url')}`
}

function unknown(name: string, fields: Fields, header: Header): Update {
  return { kind: 'unknown', ...header, name, fields: rest(fields) }
}
