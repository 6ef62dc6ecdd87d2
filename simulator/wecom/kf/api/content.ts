import { limits } from '../../../../rules/wecom/limits.js'
import { asRecord, type JsonRecord, list, number, record } from '../../../json.js'
import { type CorpCall, needText, Refusal, textIn } from '../../api/answer.js'
import { addressIn, mediaAddress, mediaOf } from '../../api/message.js'
import type { CorpContent, MenuItem } from '../../content.js'
import { findStaff } from '../../people.js'

/** What a message of the desk shows: 40008, 45002, 40058, 40007, 95008, 95009. */
export function deskContent(call: CorpCall, body: JsonRecord, type: string): CorpContent {
  const inner = record(body, type)
  if (!inner) throw new Refusal(40008, `${type} is no object`)
  switch (type) {
    case 'text':
      return { kind: 'text', text: bytes(inner, 'content', limits.deskTextBytes.value, true) }
    case 'image':
      return { kind: 'image', url: picture(call, inner, 'media_id') }
    case 'voice':
    case 'video':
    case 'file': {
      const media = mediaOf(call, needText(inner, 'media_id'), type)
      return { kind: type, url: mediaAddress(call, media), name: media.filename }
    }
    case 'link':
      return {
        kind: 'link',
        title: bytes(inner, 'title', limits.deskLinkTitleBytes.value, true),
        description: bytes(inner, 'desc', limits.deskLinkDescriptionBytes.value),
        url: addressIn(inner, 'url'),
        picture: picture(call, inner, 'thumb_media_id'),
      }
    case 'miniprogram':
      return {
        kind: 'mini-program',
        title: bytes(inner, 'title', limits.deskCardTitleBytes.value),
        appid: needText(inner, 'appid'),
        path: needText(inner, 'pagepath'),
        picture: picture(call, inner, 'thumb_media_id'),
      }
    case 'msgmenu':
      return menu(inner)
    case 'location':
      return place(inner)
    case 'business_card': {
      const staff = findStaff(call.corp, needText(inner, 'userid'))
      if (!staff?.active) throw new Refusal(60111, 'userid')
      return { kind: 'business-card', staff: staff.id, name: staff.name }
    }
    default:
      throw new Refusal(40008, type)
  }
}

const picture = (call: CorpCall, inner: JsonRecord, name: string): string =>
  mediaAddress(call, mediaOf(call, needText(inner, name), 'image'))

function bytes(inner: JsonRecord, name: string, most: number, needed = false): string {
  const value = needed ? needText(inner, name) : textIn(inner, name)
  if (Buffer.byteLength(value) > most) throw new Refusal(45002, `${name} has more than ${most} bytes`)
  return value
}

function place(inner: JsonRecord): CorpContent {
  const [latitude, longitude] = [number(inner, 'latitude'), number(inner, 'longitude')]
  if (latitude === undefined || longitude === undefined) throw new Refusal(40058, 'latitude and longitude')
  const label = [textIn(inner, 'name'), textIn(inner, 'address')].filter((part) => part !== '').join(' ')
  return { kind: 'location', label, latitude, longitude }
}

function menu(inner: JsonRecord): CorpContent {
  const head = bytes(inner, 'head_content', limits.deskMenuHeadBytes.value)
  const tail = bytes(inner, 'tail_content', limits.deskMenuHeadBytes.value)
  const rows = inner['list'] === undefined ? [] : list(inner, 'list')
  if (!rows) throw new Refusal(40058, 'list')
  if (rows.length > limits.deskMenuItems.value) throw new Refusal(95008)
  if (head === '' && tail === '' && rows.length === 0) throw new Refusal(40063, 'msgmenu')
  return { kind: 'menu', head, items: rows.map((row) => item(asRecord(row))), tail }
}

function item(row: JsonRecord | undefined): MenuItem {
  const type = row?.['type']
  const inner = typeof type === 'string' ? record(row, type) : undefined
  if (!inner) throw new Refusal(95009, 'list')
  const content = () => bytes(inner, 'content', limits.deskMenuContentBytes.value, true)
  switch (type) {
    case 'click':
      return { text: content(), id: bytes(inner, 'id', limits.deskMenuIdBytes.value) }
    case 'view':
      return { text: content(), url: addressIn(inner, 'url') }
    case 'miniprogram':
      return { text: content(), appid: needText(inner, 'appid'), path: needText(inner, 'pagepath') }
    case 'text':
      return { text: content() }
    default:
      throw new Refusal(95009, String(type))
  }
}
