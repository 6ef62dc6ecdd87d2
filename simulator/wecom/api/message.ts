import { limits } from '../../../rules/wecom/limits.js'
import { asRecord, type JsonRecord, list, record } from '../../json.js'
import type { CorpContent } from '../content.js'
import type { CorpMedia, CorpMediaKind } from '../media.js'
import type { Message } from '../state.js'
import { type CorpCall, needText, Refusal, textIn } from './answer.js'

/** Where a file of the corporation is shown; no token needed. */
export const mediaAddress = (call: Pick<CorpCall, 'platform' | 'corp'>, media: Pick<CorpMedia, 'id'>): string =>
  `${call.platform.baseUrl}/wwmedia/${encodeURIComponent(call.corp.options.id)}/${media.id}`

/** The file of an id, of this kind and use; 40007 otherwise. */
export function mediaOf(call: CorpCall, id: string, kind: CorpMediaKind, use = 'message'): CorpMedia {
  const media = call.corp.media.find(id, call.now)
  if (!media || media.kind !== kind || media.use !== use) throw new Refusal(40007, `media_id of ${kind}`)
  return media
}

/** An address with a scheme of at most 2048 bytes: 45034, 40039. */
export function addressIn(body: JsonRecord, name: string): string {
  const url = textIn(body, name)
  if (!/^https?:\/\/./.test(url)) throw new Refusal(45034, name)
  if (Buffer.byteLength(url) > limits.linkUrlBytes.value) throw new Refusal(40039, name)
  return url
}

/** Text and attachments to customers (welcome, group-send), or one attachment of the group welcome library. */
export function customerMessage(call: CorpCall, body: JsonRecord): Message {
  const text = record(body, 'text')
  if (body['text'] !== undefined && !text) throw new Refusal(40058, 'text')
  const words = text ? textIn(text, 'content') : ''
  if (Buffer.byteLength(words) > limits.messageTextBytes.value) throw new Refusal(45002, 'text.content')
  const attachments = body['attachments'] === undefined ? [] : list(body, 'attachments')
  if (!attachments) throw new Refusal(41065, 'attachments is no list')
  if (attachments.length > limits.attachments.value) throw new Refusal(41064, `${attachments.length} attachments`)
  if (words === '' && attachments.length === 0) throw new Refusal(40063, 'text and attachments')
  const contents = attachments.map((item, at) => attachment(call, asRecord(item), `attachments[${at}]`))
  return {
    wire: { ...(words !== '' && { text: { content: words } }), ...(attachments.length > 0 && { attachments }) },
    contents: [...(words === '' ? [] : [{ kind: 'text' as const, text: words }]), ...contents],
  }
}

/** What an attachment shows; 41065 for what is none. */
export function attachment(call: CorpCall, item: JsonRecord | undefined, at: string): CorpContent {
  const type = item?.['msgtype']
  const inner = typeof type === 'string' ? record(item, type) : undefined
  if (!inner || typeof type !== 'string') throw new Refusal(41065, at)
  switch (type) {
    case 'image':
      return { kind: 'image', url: pictureAddress(call, inner, at) }
    case 'video':
    case 'file': {
      const media = mediaOf(call, needText(inner, 'media_id', 41065), type)
      return { kind: type, url: mediaAddress(call, media), name: media.filename }
    }
    case 'link':
      return link(inner, at)
    case 'miniprogram': {
      const title = needText(inner, 'title', 41065)
      if (Buffer.byteLength(title) > limits.cardTitleBytes.value) throw new Refusal(45002, `${at}.title`)
      const picture = mediaAddress(call, mediaOf(call, needText(inner, 'pic_media_id', 41065), 'image'))
      return {
        kind: 'mini-program',
        title,
        appid: needText(inner, 'appid', 41065),
        path: needText(inner, 'page', 41065),
        picture,
      }
    }
    default:
      throw new Refusal(41065, `${at}: msgtype ${type}`)
  }
}

/** media_id wins; a pic_url must come from uploadimg. */
function pictureAddress(call: CorpCall, inner: JsonRecord, at: string): string {
  const id = textIn(inner, 'media_id')
  if (id !== '') return mediaAddress(call, mediaOf(call, id, 'image'))
  const url = textIn(inner, 'pic_url')
  const uploaded = call.corp.media.find(url.split('/').at(-1) ?? '', call.now)
  if (uploaded?.use !== 'picture') throw new Refusal(41065, `${at}: pic_url must come from uploadimg`)
  return url
}

function link(inner: JsonRecord, at: string): CorpContent {
  const [title, description] = [needText(inner, 'title', 41065), textIn(inner, 'desc')]
  if (Buffer.byteLength(title) > limits.linkTitleBytes.value) throw new Refusal(45002, `${at}.title`)
  if (Buffer.byteLength(description) > limits.linkDescriptionBytes.value) throw new Refusal(45002, `${at}.desc`)
  const picture = inner['picurl'] === undefined || inner['picurl'] === '' ? '' : addressIn(inner, 'picurl')
  return { kind: 'link', title, description, url: addressIn(inner, 'url'), picture }
}
