import { limits } from '../../../rules/wecom/limits.js'
import { asRecord, type JsonRecord, list, record } from '../../json.js'
import type { CorpArticle, CorpContent } from '../content.js'
import { type CorpCall, needText, Refusal, textIn } from './answer.js'
import { addressIn, mediaAddress, mediaOf } from './message.js'

/** What a message to staff shows (app messages, internal chats, robots): 40008 for an unknown type. */
export function appContent(call: CorpCall, body: JsonRecord, type: string, use = 'message'): CorpContent {
  const inner = record(body, type)
  if (!inner) throw new Refusal(type in READERS || type === 'template_card' ? 44004 : 40008, type)
  const read = READERS[type]
  if (!read) throw new Refusal(40008, type)
  return read(call, inner, use)
}

const file =
  (kind: 'voice' | 'video' | 'file') =>
  (call: CorpCall, inner: JsonRecord, use: string): CorpContent => {
    const media = mediaOf(call, needText(inner, 'media_id', 40007), kind, use)
    return { kind, url: mediaAddress(call, media), name: textIn(inner, 'title') || media.filename }
  }

const READERS: Record<string, (call: CorpCall, inner: JsonRecord, use: string) => CorpContent> = {
  text: (_, inner) => ({ kind: 'text', text: cutTo(needText(inner, 'content', 44004), limits.textBytes.value) }),
  markdown: (_, inner) => ({
    kind: 'markdown',
    text: cutTo(needText(inner, 'content', 44004), limits.robotMarkdownBytes.value),
  }),
  image: (call, inner, use) => {
    const media = mediaOf(call, needText(inner, 'media_id', 40007), 'image', use)
    return { kind: 'image', url: mediaAddress(call, media) }
  },
  voice: file('voice'),
  video: file('video'),
  file: file('file'),
  textcard: (_, inner) => ({
    kind: 'link',
    title: atMost(needText(inner, 'title'), limits.appTitleBytes.value, 'title'),
    description: atMost(needText(inner, 'description'), limits.appDescriptionBytes.value, 'description'),
    url: addressIn(inner, 'url'),
    picture: '',
  }),
  news: (_, inner) => ({ kind: 'news', articles: articlesIn(inner).map(article) }),
  mpnews: (call, inner) => ({
    kind: 'news',
    articles: articlesIn(inner).map((item) => ({
      title: atMost(needText(item, 'title'), limits.appTitleBytes.value, 'title'),
      description: textIn(item, 'digest'),
      url: textIn(item, 'content_source_url'),
      picture: mediaAddress(call, mediaOf(call, needText(item, 'thumb_media_id', 40007), 'image')),
      appid: '',
      path: '',
    })),
  }),
}

function articlesIn(inner: JsonRecord): JsonRecord[] {
  const articles = (list(inner, 'articles') ?? []).map((item) => asRecord(item) ?? {})
  if (articles.length === 0) throw new Refusal(44004, 'articles')
  if (articles.length > limits.appArticles.value) throw new Refusal(45008)
  return articles
}

function article(item: JsonRecord): CorpArticle {
  const [appid, path] = [textIn(item, 'appid'), textIn(item, 'pagepath')]
  return {
    title: atMost(needText(item, 'title'), limits.appTitleBytes.value, 'title'),
    description: atMost(textIn(item, 'description'), limits.appDescriptionBytes.value, 'description'),
    url: appid === '' ? addressIn(item, 'url') : textIn(item, 'url'),
    picture: textIn(item, 'picurl'),
    appid,
    path,
  }
}

/** The platform cuts long texts without a word. */
function cutTo(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let kept = ''
  let size = 0
  for (const character of text) {
    size += Buffer.byteLength(character)
    if (size > bytes) break
    kept += character
  }
  return kept
}

function atMost(text: string, bytes: number, name: string): string {
  if (Buffer.byteLength(text) > bytes) throw new Refusal(45002, name)
  return text
}
