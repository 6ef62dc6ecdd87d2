import { limits } from '../../../rules/official-account/limits.js'
import { unreachable } from '../../core/errors.js'
import { type Media, type ResolvedMessage, splitText } from '../../core/message.js'
import type { Update, UpdateKind } from '../../core/update.js'
import type { ReplyFit } from '../platform.js'
import { legalCharacters } from '../shared/characters.js'
import type { XmlInput } from '../shared/xml.js'

/** The acknowledgement that carries no reply and stops the platform's resends. */
export const ACKNOWLEDGED = 'success'

/**
 * Sorts a reply into what rides the response to a push and what follows by API. Text above 2048 bytes is split: the
 * first piece rides, the rest follows. A picture that is not on the platform yet follows too.
 * @param push the update, or only its kind; a kind alone cannot tell a menu scan that waits for an answer from one
 * that takes none, so a reply to it is then sent later.
 */
export function fit(push: UpdateKind | Update, message: ResolvedMessage): ReplyFit {
  const pieces = message.kind === 'text' ? split(message.text) : [message]
  const [first, ...rest] = pieces
  if (first === undefined || !takesReply(push) || !hasPassiveForm(push, first))
    return { fit: 'later', messages: pieces }
  return { fit: 'passive', message: first, rest }
}

/**
 * The fields of the reply to a push, or undefined for a message without a passive form and for text of which nothing
 * is left once XML's illegal characters are dropped (WeChat shows the follower an error for an empty reply).
 */
export function replyFields(
  message: ResolvedMessage,
  people: { from: string; to: string },
  now: Date,
): XmlInput | undefined {
  const content = passiveForm(message)
  if (content === undefined) return undefined
  return {
    ToUserName: people.to,
    FromUserName: people.from,
    CreateTime: Math.floor(now.getTime() / 1000),
    ...content,
  }
}

function split(text: string): ResolvedMessage[] {
  return splitText(text, limits.textBytes.value).map((piece) => ({ kind: 'text', text: piece }))
}

/** The pushes to which WeChat takes a passive reply: all messages, and five events. */
function takesReply(push: UpdateKind | Update): boolean {
  const kind = typeof push === 'string' ? push : push.kind
  if (kind.startsWith('message.')) return true
  switch (kind) {
    case 'event.subscribe':
    case 'event.scan':
    case 'event.menu.click':
    case 'event.location':
      return true
    case 'event.menu.scan':
      return typeof push !== 'string' && push.kind === 'event.menu.scan' && push.waits
    default:
      return false
  }
}

/** Only a message can be handed over to staff in the reply, not an event. */
function hasPassiveForm(push: UpdateKind | Update, message: ResolvedMessage): boolean {
  const kind = typeof push === 'string' ? push : push.kind
  if (message.kind === 'hand-over') return kind.startsWith('message.')
  return passiveForm(message) !== undefined
}

function passiveForm(message: ResolvedMessage): XmlInput | undefined {
  switch (message.kind) {
    case 'text':
      return legalCharacters(message.text) === '' ? undefined : { MsgType: 'text', Content: message.text }
    case 'image':
      return withMedia(message.media, (MediaId) => ({ MsgType: 'image', Image: { MediaId } }))
    case 'voice':
      return withMedia(message.media, (MediaId) => ({ MsgType: 'voice', Voice: { MediaId } }))
    case 'video':
      return withMedia(message.media, (MediaId) => ({
        MsgType: 'video',
        Video: { MediaId, Title: message.title ?? '', Description: message.description ?? '' },
      }))
    case 'music':
      return withMedia(message.thumb, (ThumbMediaId) => ({
        MsgType: 'music',
        Music: {
          Title: message.title,
          Description: message.description ?? '',
          MusicUrl: message.url,
          HQMusicUrl: message.hqUrl ?? message.url,
          ThumbMediaId,
        },
      }))
    case 'link': {
      const item = { Title: message.title, Description: message.description, PicUrl: message.picture, Url: message.url }
      return { MsgType: 'news', ArticleCount: 1, Articles: { item } }
    }
    case 'hand-over':
      return {
        MsgType: 'transfer_customer_service',
        ...(message.staff !== undefined && { TransInfo: { KfAccount: message.staff } }),
      }
    case 'mini-program':
    case 'choices':
      return undefined
    default:
      return unreachable(message)
  }
}

function withMedia(media: Media, write: (mediaId: string) => XmlInput): XmlInput | undefined {
  return 'mediaId' in media ? write(media.mediaId) : undefined
}
