import { limits } from '../../../rules/wecom/limits.js'
import { type ResolvedMessage, splitText } from '../../core/message.js'
import type { Update, UpdateKind } from '../../core/update.js'
import type { ReplyFit } from '../platform.js'
import { legalCharacters } from '../shared/characters.js'
import { buildElements, type XmlInput } from '../shared/xml.js'

/** The acknowledgement of a corporation's push: an empty 200. */
export const ACKNOWLEDGED = ''

/**
 * Sorts a reply into what rides the response and what follows by API. Only what a staff member says or does in our app
 * takes a passive reply; events about customers, groups and the desk take none.
 */
export function fit(push: UpdateKind | Update, message: ResolvedMessage): ReplyFit {
  const pieces: ResolvedMessage[] =
    message.kind === 'text'
      ? splitText(message.text, limits.textBytes.value).map((text) => ({ kind: 'text', text }))
      : [message]
  const [first, ...rest] = pieces
  if (first === undefined || !takesReply(push) || passiveForm(first) === undefined) {
    return { fit: 'later', messages: pieces }
  }
  return { fit: 'passive', message: first, rest }
}

/** The clear reply to a staff member, or undefined for a message without a passive form. */
export function writeReply(
  message: ResolvedMessage,
  people: { from: string; to: string },
  now: Date,
): string | undefined {
  const content = passiveForm(message)
  if (content === undefined) return undefined
  const CreateTime = Math.floor(now.getTime() / 1000)
  const head = { ToUserName: people.to, FromUserName: people.from, CreateTime }
  return `<xml>${buildElements(head)}${buildElements(content)}</xml>`
}

/** A smart bot's clear reply: the whole answer at once, as a finished stream. Undefined for what is no text. */
export function writeBotReply(message: ResolvedMessage, stream: string): string | undefined {
  if (message.kind !== 'text') return undefined
  return JSON.stringify({ msgtype: 'stream', stream: { id: stream, finish: true, content: message.text } })
}

const REPLYING_EVENTS: ReadonlySet<string> = new Set(['joined', 'entered', 'menu', 'view', 'mini-program', 'location'])

function takesReply(push: UpdateKind | Update): boolean {
  if (typeof push === 'string') return push === 'staff.message' || push === 'staff.bot'
  if (push.kind === 'staff.event') return REPLYING_EVENTS.has(push.event)
  return push.kind === 'staff.message' || push.kind === 'staff.bot'
}

function passiveForm(message: ResolvedMessage): XmlInput | undefined {
  switch (message.kind) {
    case 'text':
      return legalCharacters(message.text) === '' ? undefined : { MsgType: 'text', Content: message.text }
    case 'image':
      return 'mediaId' in message.media ? { MsgType: 'image', Image: { MediaId: message.media.mediaId } } : undefined
    case 'voice':
      return 'mediaId' in message.media ? { MsgType: 'voice', Voice: { MediaId: message.media.mediaId } } : undefined
    case 'video':
      return 'mediaId' in message.media
        ? {
            MsgType: 'video',
            Video: {
              MediaId: message.media.mediaId,
              Title: message.title ?? '',
              Description: message.description ?? '',
            },
          }
        : undefined
    case 'link': {
      const item = { Title: message.title, Description: message.description, PicUrl: message.picture, Url: message.url }
      return { MsgType: 'news', ArticleCount: 1, Articles: { item } }
    }
    default:
      return undefined
  }
}
