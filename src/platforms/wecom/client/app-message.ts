import { limits } from '../../../../rules/wecom/limits.js'
import { unreachable } from '../../../core/errors.js'
import { refusedBefore } from '../errors.js'
import { atMost, bytesAtMost, characters, filled, isLink, some } from './check.js'
import type { TemplateCard } from './template-card.js'
import { wireCard } from './template-card-wire.js'

/** A message of the app to staff, in the platform's kinds. It never reaches customers. */
export type AppMessage =
  /** At most 2048 bytes; longer is refused here because the platform cuts it. */
  | { type: 'text'; text: string }
  | { type: 'image' | 'voice' | 'file'; mediaId: string }
  | { type: 'video'; mediaId: string; title?: string; description?: string }
  | { type: 'textcard'; title: string; description: string; url: string; button?: string }
  /** 1 to 8. */
  | { type: 'news'; articles: readonly NewsItem[] }
  /** Articles that WeCom itself keeps, 1 to 8. */
  | { type: 'mpnews'; articles: readonly AppArticle[] }
  /** At most 2048 bytes; shown in the WeCom client only. */
  | { type: 'markdown'; text: string }
  /** Only from an app that is a mini program (48002 else). */
  | {
      type: 'mini-program-notice'
      appid: string
      title: string
      path?: string
      description?: string
      emphasizeFirst?: boolean
      items?: readonly { name: string; value: string }[]
    }
  | { type: 'card'; card: TemplateCard }

/** A linked article. A mini program's page wins over the address. */
export interface NewsItem {
  title: string
  description?: string
  url?: string
  miniProgram?: { appid: string; path: string }
  picture?: string
}

/** An article kept by WeCom. */
export interface AppArticle {
  title: string
  thumbMediaId: string
  /** HTML, at most 666 KB. */
  content: string
  author?: string
  sourceUrl?: string
  digest?: string
}

/** The message as the platform takes it, with its `msgtype`. Throws WecomApiError that names field, limit and source. */
export function wireAppMessage(endpoint: string, message: AppMessage): Record<string, unknown> {
  switch (message.type) {
    case 'text':
    case 'markdown': {
      const limit = message.type === 'text' ? limits.textBytes : limits.appMarkdownBytes
      filled(endpoint, 'text', message.text)
      bytesAtMost(endpoint, 'text', message.text, limit)
      return { msgtype: message.type, [message.type]: { content: message.text } }
    }
    case 'image':
    case 'voice':
    case 'file':
      filled(endpoint, 'mediaId', message.mediaId)
      return { msgtype: message.type, [message.type]: { media_id: message.mediaId } }
    case 'video': {
      const { mediaId, title, description } = message
      filled(endpoint, 'mediaId', mediaId)
      head(endpoint, '', { title: title ?? '', description: description ?? '' })
      const about = { ...(title !== undefined && { title }), ...(description !== undefined && { description }) }
      return { msgtype: 'video', video: { media_id: mediaId, ...about } }
    }
    case 'textcard': {
      const { title, description, url, button } = message
      filled(endpoint, 'title', title)
      filled(endpoint, 'description', description)
      head(endpoint, '', message)
      address(endpoint, 'url', url)
      atMost(endpoint, 'button', characters(button ?? ''), limits.appButton)
      return {
        msgtype: 'textcard',
        textcard: { title, description, url, ...(button !== undefined && { btntxt: button }) },
      }
    }
    case 'news':
      some(endpoint, 'articles', message.articles.length, limits.appArticles)
      return {
        msgtype: 'news',
        news: { articles: message.articles.map((item, at) => wireNews(endpoint, `articles[${at}].`, item)) },
      }
    case 'mpnews':
      some(endpoint, 'articles', message.articles.length, limits.appArticles)
      return {
        msgtype: 'mpnews',
        mpnews: { articles: message.articles.map((item, at) => wireArticle(endpoint, `articles[${at}].`, item)) },
      }
    case 'mini-program-notice':
      return { msgtype: 'miniprogram_notice', miniprogram_notice: wireNotice(endpoint, message) }
    case 'card':
      return { msgtype: 'template_card', template_card: wireCard(endpoint, message.card) }
    default:
      return unreachable(message)
  }
}

function head(
  endpoint: string,
  at: string,
  { title, description = '' }: { title: string; description?: string },
): void {
  bytesAtMost(endpoint, `${at}title`, title, limits.appTitleBytes)
  bytesAtMost(endpoint, `${at}description`, description, limits.appDescriptionBytes)
}

function address(endpoint: string, field: string, url: string): void {
  isLink(endpoint, field, url)
  bytesAtMost(endpoint, field, url, limits.appUrlBytes)
}

/** One linked article as the platform takes it. */
export function wireNews(
  endpoint: string,
  at: string,
  { title, description, url, miniProgram, picture }: NewsItem,
): object {
  filled(endpoint, `${at}title`, title)
  head(endpoint, at, { title, description: description ?? '' })
  if (!miniProgram && url === undefined) {
    throw refusedBefore(endpoint, `${at}url`, 'an address or a mini program is needed', '须有链接或小程序')
  }
  if (url !== undefined) address(endpoint, `${at}url`, url)
  return {
    title,
    ...(description !== undefined && { description }),
    ...(url !== undefined && { url }),
    ...(miniProgram && { appid: miniProgram.appid, pagepath: miniProgram.path }),
    ...(picture !== undefined && { picurl: picture }),
  }
}

function wireArticle(endpoint: string, at: string, article: AppArticle): object {
  const { title, thumbMediaId, content, author, sourceUrl, digest } = article
  filled(endpoint, `${at}title`, title)
  head(endpoint, at, { title, description: digest ?? '' })
  filled(endpoint, `${at}thumbMediaId`, thumbMediaId)
  bytesAtMost(endpoint, `${at}content`, content, limits.appContentBytes)
  bytesAtMost(endpoint, `${at}author`, author ?? '', limits.appAuthorBytes)
  return {
    title,
    thumb_media_id: thumbMediaId,
    content,
    ...(author !== undefined && { author }),
    ...(sourceUrl !== undefined && { content_source_url: sourceUrl }),
    ...(digest !== undefined && { digest }),
  }
}

function wireNotice(endpoint: string, notice: AppMessage & { type: 'mini-program-notice' }): object {
  const { appid, title, path, description, emphasizeFirst, items = [] } = notice
  filled(endpoint, 'appid', appid)
  for (const [field, text] of Object.entries({ title, ...(description !== undefined && { description }) })) {
    if (characters(text) < 4) throw refusedBefore(endpoint, field, 'must have 4 characters at least', '至少 4 个字')
    atMost(endpoint, field, characters(text), limits.appMiniTitle)
  }
  bytesAtMost(endpoint, 'path', path ?? '', limits.appMiniPageBytes)
  atMost(endpoint, 'items', items.length, limits.appMiniItems)
  for (const { name, value } of items) {
    atMost(endpoint, 'items.name', characters(name), limits.appMiniKey)
    atMost(endpoint, 'items.value', characters(value), limits.appMiniValue)
  }
  return {
    appid,
    title,
    ...(path !== undefined && { page: path }),
    ...(description !== undefined && { description }),
    ...(emphasizeFirst !== undefined && { emphasis_first_item: emphasizeFirst }),
    ...(items.length > 0 && { content_item: items.map(({ name, value }) => ({ key: name, value })) }),
  }
}
