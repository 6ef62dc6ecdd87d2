import { limits } from '../../../rules/official-account/limits.js'
import type { Content } from '../../content.js'
import { child, textOf, type XmlElement } from '../../xml.js'
import { findMedia, mediaContent, mediaUrl } from '../show-media.js'
import type { Question, Verdict } from './judge.js'

const MAX_TEXT_BYTES = limits.textBytes.value

/** Reads the body of a passive reply by its MsgType; a string is the reason why the platform refuses it. */
export function readReply(question: Question, root: XmlElement): Verdict | string {
  const type = textOf(root, 'MsgType')
  switch (type) {
    case 'text':
      return textReply(root)
    case 'image':
    case 'voice':
    case 'video':
      return mediaReply(question, root, type)
    case 'music':
      return musicReply(question, root)
    case 'news':
      return newsReply(root)
    case 'transfer_customer_service':
      if (question.kind.startsWith('event.')) return 'an event cannot be transferred to customer service'
      return { ok: true, reply: 'staff', kfAccount: transferTo(root), warnings: [] }
    default:
      return `MsgType ${type ?? '(none)'} is not a passive reply`
  }
}

function shown(content: Content, warnings: string[] = []): Verdict {
  return { ok: true, reply: 'message', content, warnings }
}

function textReply(root: XmlElement): Verdict | string {
  const text = textOf(root, 'Content')
  if (text === undefined || text.trim() === '') return 'a text reply without Content'
  const size = Buffer.byteLength(text)
  return size > MAX_TEXT_BYTES
    ? `Content has ${size} bytes, more than ${MAX_TEXT_BYTES}`
    : shown({ kind: 'text', text })
}

function mediaReply({ account, now }: Question, root: XmlElement, type: 'image' | 'voice' | 'video'): Verdict | string {
  const element = child(root, { image: 'Image', voice: 'Voice', video: 'Video' }[type])
  const id = element && textOf(element, 'MediaId')
  if (!element || !id) return `a ${type} reply without MediaId`
  const media = findMedia(account, id, [type], now)
  if (!media) return `MediaId ${id} is unknown, expired or of another kind`
  return shown(mediaContent(account, media, textOf(element, 'Title'), textOf(element, 'Description')))
}

function musicReply({ account, now }: Question, root: XmlElement): Verdict | string {
  const music = child(root, 'Music')
  if (!music) return 'a music reply without Music'
  const thumbId = textOf(music, 'ThumbMediaId') ?? ''
  const thumb = findMedia(account, thumbId, ['thumb', 'image'], now)
  if (!thumb) return `ThumbMediaId ${thumbId} is unknown or expired`
  return shown({
    kind: 'music',
    title: textOf(music, 'Title') ?? '',
    description: textOf(music, 'Description') ?? '',
    url: textOf(music, 'MusicUrl') ?? '',
    hqUrl: textOf(music, 'HQMusicUrl') ?? '',
    thumb: mediaUrl(account, thumb.id),
  })
}

function newsReply(root: XmlElement): Verdict | string {
  const items = child(root, 'Articles')?.children ?? []
  const first = items[0]
  if (!first || items.some((item) => item.name !== 'item')) return 'a news reply without Articles/item'
  if (textOf(root, 'ArticleCount') !== String(items.length)) return 'ArticleCount is not the number of articles'
  const title = textOf(first, 'Title') ?? ''
  const url = textOf(first, 'Url') ?? ''
  if (title === '') return 'an article without Title'
  if (url !== '' && !/^https?:\/\//.test(url)) return `Url ${url} is not http or https`
  const warnings = items.length > 1 ? [`${items.length} articles sent; WeChat shows only the first`] : []
  return shown(
    { kind: 'article', title, digest: textOf(first, 'Description') ?? '', url, cover: textOf(first, 'PicUrl') ?? '' },
    warnings,
  )
}

function transferTo(root: XmlElement): string | undefined {
  const info = child(root, 'TransInfo')
  return info && textOf(info, 'KfAccount')
}
