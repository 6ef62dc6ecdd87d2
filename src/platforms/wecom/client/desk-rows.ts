import { dateOf, type Fields, fieldsOf, numberOf, optional, textOf } from './read.js'

/** One thing read from the desk; what is not known stays in `fields`. */
export interface DeskEntry {
  /** The platform's id of the message; empty for events of old. */
  id: string
  account: string
  customer: string
  at: Date
  from: 'customer' | 'system' | 'servicer'
  /** The servicer who wrote it. */
  staff?: string
  content: DeskContent
}

/** What was said or what happened. */
export type DeskContent =
  | { kind: 'text'; text: string; choice?: string }
  | { kind: 'media'; type: 'image' | 'voice' | 'video' | 'file'; mediaId: string }
  | { kind: 'entered'; scene?: string; sceneParam?: string; welcomeCode?: string }
  /** `reason`: fail_type of the platform: 4 over 48 h, 6 over 5 messages, 10 refused by the customer ... */
  | { kind: 'send-failed'; messageId: string; reason: number }
  | { kind: 'servicer'; staff: string; serving: boolean }
  /** `change`: 1 taken from the pool, 2 passed on, 3 ended, 4 entered again. */
  | { kind: 'session'; change: number; before?: string; after?: string; code?: string }
  | { kind: 'recalled'; messageId: string; by: 'customer' | 'servicer' }
  | { kind: 'other'; name: string; fields: Fields }

const FROM: Record<number, DeskEntry['from']> = { 3: 'customer', 4: 'system', 5: 'servicer' }
const MEDIA: ReadonlySet<string> = new Set(['image', 'voice', 'video', 'file'])
const SERVING = 1

/** A row of `sync_msg`. */
export function entryOf(row: Fields): DeskEntry {
  const event = fieldsOf(row['event'])
  const type = textOf(row, 'msgtype')
  return {
    id: textOf(row, 'msgid'),
    account: textOf(row, 'open_kfid') || textOf(event, 'open_kfid'),
    customer: textOf(row, 'external_userid') || textOf(event, 'external_userid'),
    at: dateOf(row, 'send_time'),
    from: FROM[numberOf(row, 'origin')] ?? 'system',
    ...optional('staff', row['servicer_userid']),
    content: type === 'event' ? eventOf(event) : contentOf(type, fieldsOf(row[type])),
  }
}

function contentOf(type: string, inner: Fields): DeskContent {
  if (type === 'text') return { kind: 'text', text: textOf(inner, 'content'), ...optional('choice', inner['menu_id']) }
  if (MEDIA.has(type)) {
    return { kind: 'media', type: type as 'image' | 'voice' | 'video' | 'file', mediaId: textOf(inner, 'media_id') }
  }
  return { kind: 'other', name: type, fields: inner }
}

function eventOf(event: Fields): DeskContent {
  const name = textOf(event, 'event_type')
  switch (name) {
    case 'enter_session':
      return {
        kind: 'entered',
        ...optional('scene', event['scene']),
        ...optional('sceneParam', event['scene_param']),
        ...optional('welcomeCode', event['welcome_code']),
      }
    case 'msg_send_fail':
      return { kind: 'send-failed', messageId: textOf(event, 'fail_msgid'), reason: numberOf(event, 'fail_type') }
    case 'servicer_status_change':
      return {
        kind: 'servicer',
        staff: textOf(event, 'servicer_userid'),
        serving: numberOf(event, 'status') === SERVING,
      }
    case 'session_status_change':
      return {
        kind: 'session',
        change: numberOf(event, 'change_type'),
        ...optional('before', event['old_servicer_userid']),
        ...optional('after', event['new_servicer_userid']),
        ...optional('code', event['msg_code']),
      }
    case 'user_recall_msg':
    case 'servicer_recall_msg': {
      const by = name === 'user_recall_msg' ? 'customer' : 'servicer'
      return { kind: 'recalled', messageId: textOf(event, 'recall_msgid'), by }
    }
    default:
      return { kind: 'other', name, fields: event }
  }
}
