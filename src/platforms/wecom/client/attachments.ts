import { limits } from '../../../../rules/wecom/limits.js'
import { refusedBefore } from '../errors.js'
import { atMost, bytesAtMost, filled, isLink } from './check.js'
import { type Fields, fieldsOf, optional, rowsOf, textOf } from './read.js'

/** What hangs on a welcome or group-send message; each arrives as a message of its own. */
export type Attachment =
  /** `url`: only from `media.uploadImage`; the id wins. */
  | { type: 'image'; mediaId: string }
  | { type: 'image'; url: string }
  /** Title at most 128 bytes, description 512, address and picture 2048. */
  | { type: 'link'; title: string; url: string; description?: string; picture?: string }
  /** The mini program must be linked to the corporation; title at most 64 bytes; picture 520x416. */
  | { type: 'mini-program'; title: string; appid: string; path: string; pictureMediaId: string }
  | { type: 'video'; mediaId: string }
  | { type: 'file'; mediaId: string }

/** What is said to customers: a text, attachments, or both. */
export interface CustomerMessage {
  /** At most 4000 bytes. */
  text?: string
  /** At most 9. */
  attachments?: readonly Attachment[]
}

/** The message as the platform takes it. Throws WecomApiError that names the field, the limit and its source. */
export function wireCustomerMessage(endpoint: string, message: CustomerMessage): object {
  const { text = '', attachments = [] } = message
  if (text.trim() === '' && attachments.length === 0) {
    throw refusedBefore(endpoint, 'text', 'a text or an attachment is needed', '文字与附件不能同时为空')
  }
  bytesAtMost(endpoint, 'text', text, limits.messageTextBytes)
  atMost(endpoint, 'attachments', attachments.length, limits.attachments)
  return {
    ...(text !== '' && { text: { content: text } }),
    ...(attachments.length > 0 && {
      attachments: attachments.map((one, at) => wireAttachment(endpoint, `attachments[${at}]`, one)),
    }),
  }
}

/** One attachment, named by its type as the platform wants it. */
export function wireAttachment(endpoint: string, at: string, one: Attachment): Record<string, unknown> {
  switch (one.type) {
    case 'image':
      if ('mediaId' in one) {
        filled(endpoint, `${at}.mediaId`, one.mediaId)
        return { msgtype: 'image', image: { media_id: one.mediaId } }
      }
      isLink(endpoint, `${at}.url`, one.url)
      return { msgtype: 'image', image: { pic_url: one.url } }
    case 'link':
      filled(endpoint, `${at}.title`, one.title)
      bytesAtMost(endpoint, `${at}.title`, one.title, limits.linkTitleBytes)
      bytesAtMost(endpoint, `${at}.description`, one.description ?? '', limits.linkDescriptionBytes)
      isLink(endpoint, `${at}.url`, one.url)
      bytesAtMost(endpoint, `${at}.url`, one.url, limits.linkUrlBytes)
      bytesAtMost(endpoint, `${at}.picture`, one.picture ?? '', limits.linkUrlBytes)
      return {
        msgtype: 'link',
        link: {
          title: one.title,
          url: one.url,
          ...(one.description !== undefined && { desc: one.description }),
          ...(one.picture !== undefined && { picurl: one.picture }),
        },
      }
    case 'mini-program':
      filled(endpoint, `${at}.title`, one.title)
      bytesAtMost(endpoint, `${at}.title`, one.title, limits.cardTitleBytes)
      filled(endpoint, `${at}.appid`, one.appid)
      filled(endpoint, `${at}.path`, one.path)
      filled(endpoint, `${at}.pictureMediaId`, one.pictureMediaId)
      return {
        msgtype: 'miniprogram',
        miniprogram: { title: one.title, appid: one.appid, page: one.path, pic_media_id: one.pictureMediaId },
      }
    default:
      filled(endpoint, `${at}.mediaId`, one.mediaId)
      return { msgtype: one.type, [one.type]: { media_id: one.mediaId } }
  }
}

/** What the platform tells of a message that was made. */
export function messageIn(fields: Fields): CustomerMessage {
  const text = textOf(fieldsOf(fields['text']), 'content')
  const attachments = rowsOf(fields['attachments']).flatMap(attachmentIn)
  return { ...(text !== '' && { text }), ...(attachments.length > 0 && { attachments }) }
}

/** An attachment of an answer; nothing for a kind that is not known. */
export function attachmentIn(row: Fields): Attachment[] {
  const type = textOf(row, 'msgtype')
  const inner = fieldsOf(row[type])
  const mediaId = textOf(inner, 'media_id')
  switch (type) {
    case 'image':
      return [mediaId === '' ? { type, url: textOf(inner, 'pic_url') } : { type, mediaId }]
    case 'link': {
      const [title, url] = [textOf(inner, 'title'), textOf(inner, 'url')]
      return [{ type, title, url, ...optional('description', inner['desc']), ...optional('picture', inner['picurl']) }]
    }
    case 'miniprogram': {
      const [title, appid, path] = [textOf(inner, 'title'), textOf(inner, 'appid'), textOf(inner, 'page')]
      return [{ type: 'mini-program', title, appid, path, pictureMediaId: textOf(inner, 'pic_media_id') }]
    }
    case 'video':
    case 'file':
      return [{ type, mediaId }]
    default:
      return []
  }
}
