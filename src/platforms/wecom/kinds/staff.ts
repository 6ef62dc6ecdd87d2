import type { StaffContent } from '../../../core/corp-update.js'
import { countOf, type Fields, fieldsOf, listOf, numberOf, textOf } from '../../shared/fields.js'
import type { Reader, Readers } from '../../shared/header.js'
import { textsOf } from '../texts.js'

/** What a staff member sends to our app, by MsgType. */
export const staffMessages: Readers = new Map<string, Reader>(
  Object.entries({
    text: (fields) => ({ kind: 'text', text: textOf(fields, 'Content') }),
    image: (fields) => ({ kind: 'image', mediaId: textOf(fields, 'MediaId'), url: textOf(fields, 'PicUrl') }),
    voice: (fields) => ({ kind: 'voice', mediaId: textOf(fields, 'MediaId'), format: textOf(fields, 'Format') }),
    video: (fields) => ({
      kind: 'video',
      mediaId: textOf(fields, 'MediaId'),
      thumbMediaId: textOf(fields, 'ThumbMediaId'),
    }),
    file: (fields) => ({ kind: 'file', mediaId: textOf(fields, 'MediaId'), name: textOf(fields, 'FileName') }),
    location,
    link: (fields) => ({
      kind: 'link',
      title: textOf(fields, 'Title'),
      description: textOf(fields, 'Description'),
      url: textOf(fields, 'Url'),
      picture: textOf(fields, 'PicUrl'),
    }),
  } satisfies Record<string, (fields: Fields) => StaffContent | undefined>).map(([type, read]) => [
    type,
    message(read),
  ]),
)

/** What a staff member does in our app, by Event. */
export const staffEvents: Readers = new Map<string, Reader>([
  ['subscribe', (_, header) => ({ kind: 'staff.event', ...header, event: 'joined', key: '' })],
  ['unsubscribe', (_, header) => ({ kind: 'staff.event', ...header, event: 'left', key: '' })],
  ['enter_agent', (_, header) => ({ kind: 'staff.event', ...header, event: 'entered', key: '' })],
  ['click', keyed('menu')],
  ['view', keyed('view')],
  ['view_miniprogram', keyed('mini-program')],
  ['scancode_push', scanned],
  ['scancode_waitmsg', scanned],
  ['LOCATION', located],
  ['template_card_event', card(false)],
  ['template_card_menu_event', card(true)],
])

function message(read: (fields: Fields) => StaffContent | undefined): Reader {
  return (fields, header) => {
    const content = read(fields)
    return content && { kind: 'staff.message', ...header, content }
  }
}

function location(fields: Fields): StaffContent | undefined {
  const [latitude, longitude] = [numberOf(fields, 'Location_X'), numberOf(fields, 'Location_Y')]
  if (latitude === undefined || longitude === undefined) return undefined
  return { kind: 'location', latitude, longitude, scale: countOf(fields, 'Scale'), label: textOf(fields, 'Label') }
}

function keyed(event: 'menu' | 'view' | 'mini-program'): Reader {
  return (fields, header) => ({ kind: 'staff.event', ...header, event, key: textOf(fields, 'EventKey') })
}

function scanned(...[fields, header]: Parameters<Reader>): ReturnType<Reader> {
  return { kind: 'staff.event', ...header, event: 'scan', key: textOf(fieldsOf(fields, 'ScanCodeInfo'), 'ScanResult') }
}

function located(...[fields, header]: Parameters<Reader>): ReturnType<Reader> {
  const key = `${textOf(fields, 'Latitude')},${textOf(fields, 'Longitude')}`
  return { kind: 'staff.event', ...header, event: 'location', key }
}

function card(menu: boolean): Reader {
  return (fields, header) => {
    const task = textOf(fields, 'TaskId')
    const responseCode = textOf(fields, 'ResponseCode')
    const items = listOf(fieldsOf(fields, 'SelectedItems'), 'SelectedItem')
    const chosen = items.map((item) => [textOf(item, 'QuestionKey'), textsOf(fieldsOf(item, 'OptionIds'), 'OptionId')])
    return {
      kind: 'staff.card',
      ...header,
      key: textOf(fields, 'EventKey'),
      task,
      card: textOf(fields, 'CardType'),
      responseCode,
      selected: Object.fromEntries(chosen),
      menu,
    }
  }
}
