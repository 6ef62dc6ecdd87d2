import { limits } from '../../../rules/official-account/limits.js'
import type { Content } from '../../content.js'
import { asRecord, type JsonRecord, list, record, text } from '../../json.js'
import { type Account, isLinked, miniProgramName } from '../account.js'
import { show } from '../follower.js'
import type { MediaKind } from '../media.js'
import { recordsOf } from '../records.js'
import { findMedia, mediaContent, mediaUrl } from '../show-media.js'
import { spend } from '../windows.js'
import { type Answer, type Call, type Endpoint, fail, followerFor, jsonBody, ok } from './answer.js'
import { articleUrl } from './articles.js'

const TYPING_MS = 15_000
const TYPING_AFTER_MS = 30_000

/** Customer-service messages and the typing state. */
export const customMessageEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/custom/send': { method: 'POST', capability: 'customer-messages', run: send },
  '/cgi-bin/message/custom/typing': { method: 'POST', capability: 'customer-messages', run: typing },
}

function send(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const found = followerFor(call, text(parsed.body, 'touser'))
  if ('error' in found) return found.error
  const content = readContent(call, parsed.body)
  if ('errcode' in content) return fail(content.errcode, content.detail)
  const { follower } = found
  const spent = spend(follower.grants, call.now)
  if ('errcode' in spent) return fail(spent.errcode)
  follower.grants = spent.grants
  follower.typingUntil = 0
  show(call.platform.bus, call.account.options.id, follower, {
    at: call.now,
    from: 'account',
    via: 'custom',
    content,
    exchange: follower.exchange,
  })
  return ok()
}

type Refusal = { errcode: number; detail?: string }

function readContent(call: Call, body: JsonRecord): Content | Refusal {
  const type = text(body, 'msgtype') ?? ''
  const part = record(body, type)
  if (!KINDS.has(type)) return { errcode: 40008 }
  if (!part) return { errcode: 40097, detail: `${type} is missing` }
  switch (type) {
    case 'text':
      return textContent(part)
    case 'image':
    case 'voice':
      return fileContent(call, part, type)
    case 'video':
      return videoContent(call, part)
    case 'music':
      return musicContent(call, part)
    case 'news':
      return newsContent(part)
    case 'msgmenu':
      return menuContent(part)
    case 'miniprogrampage':
      return cardContent(call, part)
    case 'mpnews':
      return draftContent(call, part)
    case 'mpnewsarticle':
      return publishedContent(call, part)
    default:
      return { errcode: 48008 }
  }
}

const KINDS = new Set([
  'text',
  'image',
  'voice',
  'video',
  'music',
  'news',
  'msgmenu',
  'miniprogrampage',
  'mpnews',
  'mpnewsarticle',
  'link',
  'wxcard',
])

function textContent(part: JsonRecord): Content | Refusal {
  const content = text(part, 'content') ?? ''
  if (content === '') return { errcode: 44004 }
  return Buffer.byteLength(content) > limits.textBytes.value ? { errcode: 45002 } : { kind: 'text', text: content }
}

function fileContent(call: Call, part: JsonRecord, kind: 'image' | 'voice'): Content | Refusal {
  const id = text(part, 'media_id') ?? ''
  if (id === '') return { errcode: 41006 }
  const media = findMedia(call.account, id, [kind], call.now)
  return media ? mediaContent(call.account, media) : { errcode: 40007 }
}

function videoContent(call: Call, part: JsonRecord): Content | Refusal {
  const id = text(part, 'media_id') ?? ''
  if (id === '') return { errcode: 41006 }
  const media = findMedia(call.account, id, ['video'], call.now)
  const thumb = thumbUrl(call.account, part, call.now)
  if (!media || thumb === undefined) return { errcode: 40007 }
  return mediaContent(call.account, media, text(part, 'title') ?? '', text(part, 'description') ?? '', thumb)
}

function musicContent(call: Call, part: JsonRecord): Content | Refusal {
  const thumb = thumbUrl(call.account, part, call.now)
  if (thumb === undefined) return { errcode: 40007 }
  return {
    kind: 'music',
    title: text(part, 'title') ?? '',
    description: text(part, 'description') ?? '',
    url: text(part, 'musicurl') ?? '',
    hqUrl: text(part, 'hqmusicurl') ?? '',
    thumb,
  }
}

function newsContent(part: JsonRecord): Content | Refusal {
  const articles = list(part, 'articles')
  if (!articles) return { errcode: 45162 }
  const article = asRecord(articles[0])
  if (!article) return { errcode: 44003 }
  if (articles.length > limits.newsArticles.value) return { errcode: 45008 }
  const title = text(article, 'title') ?? ''
  const url = text(article, 'url') ?? ''
  if (title === '') return { errcode: 40097, detail: 'invalid title' }
  if (url !== '' && !/^https?:\/\//.test(url)) return { errcode: 40066 }
  return {
    kind: 'article',
    title,
    digest: text(article, 'description') ?? '',
    url,
    cover: text(article, 'picurl') ?? '',
  }
}

function draftContent(call: Call, part: JsonRecord): Content | Refusal {
  const draft = recordsOf(call.account).drafts.get(text(part, 'media_id') ?? '')
  if (!draft) return { errcode: 40007 }
  if (draft.articles.length > limits.newsArticles.value) return { errcode: 45008 }
  const [article] = draft.articles
  const cover = mediaUrl(call.account, text(article, 'thumb_media_id') ?? '')
  return { kind: 'article', title: text(article, 'title') ?? '', digest: text(article, 'digest') ?? '', url: '', cover }
}

function publishedContent(call: Call, part: JsonRecord): Content | Refusal {
  const made = recordsOf(call.account).articles.get(text(part, 'article_id') ?? '')
  const article = made?.articles[0]
  if (!made || !article || made.removed.has(1)) return { errcode: 40007, detail: 'invalid article_id' }
  const cover = mediaUrl(call.account, text(article, 'thumb_media_id') ?? '')
  const url = articleUrl(call, made.articleId, 1)
  return { kind: 'article', title: text(article, 'title') ?? '', digest: text(article, 'digest') ?? '', url, cover }
}

function menuContent(part: JsonRecord): Content | Refusal {
  const items = (list(part, 'list') ?? []).map(asRecord)
  if (items.length === 0 || items.length > limits.choiceItems.value)
    return { errcode: 40097, detail: 'invalid list size' }
  const read = items.map((item) => ({ id: String(item?.['id'] ?? ''), text: text(item, 'content') ?? '' }))
  if (read.some((item) => item.id === '' || item.text === '')) return { errcode: 40097, detail: 'invalid list item' }
  return { kind: 'menu', head: text(part, 'head_content') ?? '', items: read, tail: text(part, 'tail_content') ?? '' }
}

function cardContent(call: Call, part: JsonRecord): Content | Refusal {
  const appid = text(part, 'appid') ?? ''
  const path = text(part, 'pagepath') ?? ''
  const title = text(part, 'title') ?? ''
  if (!/^wx[0-9A-Za-z]{1,30}$/.test(appid) || !isLinked(call.account, appid)) return { errcode: 40166 }
  if (Buffer.byteLength(path) > limits.cardPathBytes.value) return { errcode: 40165 }
  if ([...title].length > limits.cardTitle.value) return { errcode: 45003 }
  const thumb = thumbUrl(call.account, part, call.now)
  if (thumb === undefined) return { errcode: 40007 }
  return { kind: 'card', title, appid, appName: miniProgramName(call.account, appid), path, thumb }
}

const THUMBS: MediaKind[] = ['thumb', 'image']

function thumbUrl(account: Account, part: JsonRecord, now: number): string | undefined {
  const media = findMedia(account, text(part, 'thumb_media_id') ?? '', THUMBS, now)
  return media && mediaUrl(account, media.id)
}

function typing(call: Call): Answer {
  const parsed = jsonBody(call)
  if ('error' in parsed) return parsed.error
  const command = text(parsed.body, 'command')
  if (command !== 'Typing' && command !== 'CancelTyping') return fail(45072)
  const found = followerFor(call, text(parsed.body, 'touser'))
  if ('error' in found) return found.error
  const { follower } = found
  if (call.now - follower.lastMessageAt > TYPING_AFTER_MS) return fail(45080)
  const on = command === 'Typing'
  if (on && follower.typingUntil > call.now) return fail(45081)
  follower.typingUntil = on ? call.now + TYPING_MS : 0
  call.platform.bus.publish({ type: 'typing', account: call.account.options.id, follower: follower.openid, on })
  return ok()
}
