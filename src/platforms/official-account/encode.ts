import { limits } from '../../../rules/official-account/limits.js'
import { unreachable } from '../../core/errors.js'
import { type Media, type ResolvedMessage, splitText, type Text } from '../../core/message.js'
import type { Update, UpdateKind } from '../../core/update.js'
import type { ReplyFit } from '../platform.js'
import { legalCharacters } from '../shared/characters.js'
import { buildElements, type XmlInput } from '../shared/xml.js'

/** The acknowledgement that carries no reply and stops the platform's resends. */
export const ACKNOWLEDGED = 'success'

/**
 * Sorts a reply into what rides the response to a push and what follows by API. Text above 2048 bytes is split: the
 * first piece rides, the rest follows. A picture that is not on the platform yet follows too.
 * @param push the update, or only its kind; a kind alone cannot tell a menu scan that waits for an answer from one
 * that takes none, so a reply to it is then sent later.
 */
export function fit(push: UpdateKind | Update, message: ResolvedMessage): ReplyFit {
  const pieces = message.kind === 'text' ? split(message) : [message]
  const [first, ...rest] = pieces
  if (first === undefined || !takesReply(push) || !hasPassiveForm(push, first))
    return { fit: 'later', messages: pieces }
  return { fit: 'passive', message: first, rest }
}

/**
 * The clear reply to a push in its format, or undefined for a message without a passive form and for text of which
 * nothing is left once XML's illegal characters are dropped (WeChat shows the follower an error for an empty reply).
 */
export function writeReply(
  message: ResolvedMessage,
  people: { from: string; to: string },
  now: Date,
  format: 'xml' | 'json',
): string | undefined {
  const form = formOf(message)
  if (form === undefined) return undefined
  const CreateTime = Math.floor(now.getTime() / 1000)
  const head = { ToUserName: people.to, FromUserName: people.from, CreateTime }
  if (format === 'json') return JSON.stringify({ ...head, ...form.content })
  form.xml ??= buildElements(form.content)
  return `<xml>${buildElements(head)}${form.xml}</xml>`
}

/** The passive form of a message; `xml` is written when it is first needed. */
interface PassiveForm {
  content: XmlInput
  xml?: string
}

const forms = new WeakMap<ResolvedMessage, PassiveForm>()

/** A frozen message (the library's own, which many people get) keeps its form. */
function formOf(message: ResolvedMessage): PassiveForm | undefined {
  const known = forms.get(message)
  if (known !== undefined) return known
  const content = passiveForm(message)
  if (content === undefined) return undefined
  const form: PassiveForm = { content }
  if (Object.isFrozen(message)) forms.set(message, form)
  return form
}

/** Most texts fit however many bytes their characters take. */
function split(message: Text): ResolvedMessage[] {
  const limit = limits.textBytes.value
  if (message.text.length * 3 <= limit) return [message]
  return splitText(message.text, limit).map((piece) => ({ kind: 'text', text: piece }))
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
  return formOf(message) !== undefined
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
    case 'filled-notice':
    case 'shipping':
    case 'mass-draft':
      return undefined
    default:
      return unreachable(message)
  }
}

function withMedia(media: Media, write: (mediaId: string) => XmlInput): XmlInput | undefined {
  return 'mediaId' in media ? write(media.mediaId) : undefined
}
