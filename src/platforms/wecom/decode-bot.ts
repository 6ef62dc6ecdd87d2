import type { Update } from '../../core/update.js'
import { type Fields, fieldsOf, listOf, secondsOf, textOf } from '../shared/fields.js'
import { type Header, rest } from '../shared/header.js'

/** Who received the push: our id of the account and the bot's id on the platform. */
export interface BotReceiver {
  id: string
  botId: string
}

/**
 * Turns the clear fields of a push to a smart bot into an update. A bot's push names no time of its own unless it is an
 * event, so the time it was received counts.
 */
export function decodeBot(fields: Fields, receiver: BotReceiver, now: Date): Update | string {
  const bot = textOf(fields, 'aibotid')
  if (bot !== receiver.botId) return 'addressed to another bot'
  const [id, type] = [textOf(fields, 'msgid'), textOf(fields, 'msgtype')]
  if (type === '') return 'no msgtype'
  const stream = textOf(fieldsOf(fields, 'stream'), 'id')
  if (id === '' && type !== 'stream') return 'no msgid'
  const header: Header = {
    id: type === 'stream' ? `${bot}:stream:${stream}:${now.getTime()}` : `${bot}:${id}`,
    platform: 'wecom',
    account: receiver.id,
    from: textOf(fieldsOf(fields, 'from'), 'userid'),
    at: secondsOf(fields, 'create_time') ?? now,
  }
  if (type === 'event') return eventOf(fields, header)
  const text = type === 'stream' ? '' : spoken(type, fields)
  if (text === undefined) return { kind: 'unknown', ...header, name: type, fields: rest(fields) }
  const [group, responseUrl] = [textOf(fields, 'chatid'), textOf(fields, 'response_url')]
  return {
    kind: 'staff.bot',
    ...header,
    bot,
    text,
    ...(textOf(fields, 'chattype') === 'group' && group !== '' && { group }),
    ...(responseUrl !== '' && { responseUrl }),
    ...(stream !== '' && { stream }),
  }
}

/** What was said, in words; undefined for pictures, files and what is not known. */
function spoken(type: string, fields: Fields): string | undefined {
  if (type === 'text' || type === 'voice') return textOf(fieldsOf(fields, type), 'content')
  if (type !== 'mixed') return undefined
  const items = listOf(fieldsOf(fields, 'mixed'), 'msg_item')
  return items.map((item) => textOf(fieldsOf(item, 'text'), 'content')).join('')
}

function eventOf(fields: Fields, header: Header): Update {
  const event = fieldsOf(fields, 'event')
  const name = textOf(event, 'eventtype')
  if (name === 'enter_chat') return { kind: 'staff.event', ...header, event: 'entered', key: textOf(fields, 'aibotid') }
  if (name !== 'template_card_event') return { kind: 'unknown', ...header, name, fields: rest(fields) }
  const card = fieldsOf(event, 'template_card_event')
  const items = listOf(fieldsOf(card, 'selected_items'), 'selected_item')
  const selected = items.map((item) => {
    const ids = fieldsOf(item, 'option_ids')['option_id']
    return [textOf(item, 'question_key'), (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === 'string')]
  })
  return {
    kind: 'staff.card',
    ...header,
    key: textOf(card, 'event_key'),
    task: textOf(card, 'task_id'),
    card: textOf(card, 'card_type'),
    responseCode: '',
    selected: Object.fromEntries(selected) as Record<string, string[]>,
    menu: false,
  }
}
