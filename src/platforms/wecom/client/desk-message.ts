import { limits } from '../../../../rules/wecom/limits.js'
import { unreachable } from '../../../core/errors.js'
import { atMost, bytesAtMost, filled, isLink, some } from './check.js'

/** An item of a menu: a click comes back as a text with the item's id. */
export type DeskMenuItem =
  | { id: string; text: string }
  | { url: string; text: string }
  | { appid: string; path: string; text: string }

/** A message of the desk to a customer, in the platform's kinds. */
export type DeskMessage =
  | { type: 'text'; text: string }
  | { type: 'image' | 'voice' | 'video' | 'file'; mediaId: string }
  | { type: 'link'; title: string; description?: string; url: string; thumbMediaId: string }
  | { type: 'mini-program'; appid: string; title: string; path: string; thumbMediaId: string }
  | { type: 'menu'; head?: string; items: readonly DeskMenuItem[]; tail?: string }
  | { type: 'location'; name?: string; address?: string; latitude: number; longitude: number }
  | { type: 'business-card'; staff: string }

/** The message as the platform takes it, with its `msgtype`. Throws WecomApiError that names field, limit and source. */
export function wireDeskMessage(endpoint: string, message: DeskMessage): object {
  switch (message.type) {
    case 'text':
      filled(endpoint, 'text', message.text)
      bytesAtMost(endpoint, 'text', message.text, limits.deskTextBytes)
      return { msgtype: 'text', text: { content: message.text } }
    case 'image':
    case 'voice':
    case 'video':
    case 'file':
      filled(endpoint, 'mediaId', message.mediaId)
      return { msgtype: message.type, [message.type]: { media_id: message.mediaId } }
    case 'link': {
      const { title, description = '', url, thumbMediaId } = message
      filled(endpoint, 'title', title)
      bytesAtMost(endpoint, 'title', title, limits.deskLinkTitleBytes)
      bytesAtMost(endpoint, 'description', description, limits.deskLinkDescriptionBytes)
      isLink(endpoint, 'url', url)
      bytesAtMost(endpoint, 'url', url, limits.deskLinkUrlBytes)
      filled(endpoint, 'thumbMediaId', thumbMediaId)
      return { msgtype: 'link', link: { title, desc: description, url, thumb_media_id: thumbMediaId } }
    }
    case 'mini-program': {
      const { appid, title, path, thumbMediaId } = message
      filled(endpoint, 'appid', appid)
      bytesAtMost(endpoint, 'title', title, limits.deskCardTitleBytes)
      filled(endpoint, 'path', path)
      filled(endpoint, 'thumbMediaId', thumbMediaId)
      return { msgtype: 'miniprogram', miniprogram: { appid, title, pagepath: path, thumb_media_id: thumbMediaId } }
    }
    case 'menu':
      return { msgtype: 'msgmenu', msgmenu: wireMenu(endpoint, message) }
    case 'location': {
      const { type: _, ...place } = message
      return { msgtype: 'location', location: place }
    }
    case 'business-card':
      filled(endpoint, 'staff', message.staff)
      return { msgtype: 'business_card', business_card: { userid: message.staff } }
    default:
      return unreachable(message)
  }
}

function wireMenu(endpoint: string, { head = '', items, tail = '' }: DeskMessage & { type: 'menu' }): object {
  if (head === '' && tail === '') some(endpoint, 'items', items.length, limits.deskMenuItems)
  atMost(endpoint, 'items', items.length, limits.deskMenuItems)
  bytesAtMost(endpoint, 'head', head, limits.deskMenuHeadBytes)
  bytesAtMost(endpoint, 'tail', tail, limits.deskMenuHeadBytes)
  return {
    ...(head !== '' && { head_content: head }),
    list: items.map((item) => wireItem(endpoint, item)),
    ...(tail !== '' && { tail_content: tail }),
  }
}

function wireItem(endpoint: string, item: DeskMenuItem): object {
  filled(endpoint, 'items.text', item.text)
  bytesAtMost(endpoint, 'items.text', item.text, limits.deskMenuContentBytes)
  if ('id' in item) {
    bytesAtMost(endpoint, 'items.id', item.id, limits.deskMenuIdBytes)
    return { type: 'click', click: { id: item.id, content: item.text } }
  }
  if ('url' in item) {
    isLink(endpoint, 'items.url', item.url)
    bytesAtMost(endpoint, 'items.url', item.url, limits.deskMenuUrlBytes)
    return { type: 'view', view: { url: item.url, content: item.text } }
  }
  return { type: 'miniprogram', miniprogram: { appid: item.appid, pagepath: item.path, content: item.text } }
}
