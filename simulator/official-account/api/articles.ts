import { limits } from '../../../rules/official-account/limits.js'
import { randomText } from '../../ids.js'
import { asRecord, type JsonRecord, list, record, text } from '../../json.js'
import type { Account } from '../account.js'
import { type ArticleRecord, nextNumber, recordsOf } from '../records.js'
import { type Answer, type Call, fail } from './answer.js'

/** An article as drafts take it, cleaned as the platform cleans it; or the error for what breaks the limits. */
export function readArticle(call: Call, given: unknown): { article: JsonRecord } | { error: Answer } {
  const article = asRecord(given)
  if (!article) return { error: fail(47001) }
  const code = articleFault(call, article)
  if (code !== undefined) return { error: fail(code) }
  return {
    article: {
      article_type: 'news',
      author: '',
      digest: '',
      content_source_url: '',
      need_open_comment: 0,
      only_fans_can_comment: 0,
      ...article,
      content: clean(text(article, 'content') ?? '', call.platform.baseUrl),
    },
  }
}

function articleFault(call: Call, article: JsonRecord): number | undefined {
  const title = text(article, 'title') ?? ''
  const content = text(article, 'content') ?? ''
  if (title.trim() === '' || [...title].length > limits.articleTitle.value) return 45003
  if ([...(text(article, 'author') ?? '')].length > limits.articleAuthor.value) return 45110
  if ([...(text(article, 'digest') ?? '')].length > limits.articleDigest.value) return 45004
  if ([...content].length > limits.articleContentCharacters.value) return 45002
  if (Buffer.byteLength(content) > limits.articleContentBytes.value) return 45002
  if (Buffer.byteLength(text(article, 'content_source_url') ?? '') > limits.articleSourceUrlBytes.value) return 45005
  if (/\\u[0-9a-f]{4}/i.test(title)) return 40033
  const type = text(article, 'article_type') ?? 'news'
  if (type === 'newspic') {
    const pictures = (list(record(article, 'image_info'), 'image_list') ?? []).map(asRecord)
    if (pictures.length < 1 || pictures.length > limits.draftPictures.value) return 40035
    const known = pictures.every((picture) =>
      isPermanentPicture(call.account, text(picture, 'image_media_id'), call.now),
    )
    return known ? undefined : 40007
  }
  if (type !== 'news') return 40035
  if (content === '') return 44004
  return isPermanentPicture(call.account, text(article, 'thumb_media_id'), call.now) ? undefined : 40007
}

function isPermanentPicture(account: Account, id: string | undefined, now: number): boolean {
  const media = account.media.find(id ?? '', now)
  return media !== undefined && media.expiresAt === undefined && (media.kind === 'image' || media.kind === 'thumb')
}

/** Scripts go, and pictures that are not on the platform. */
function clean(html: string, base: string): string {
  const own = new RegExp(`^(?:${base.replace(/[.]/g, '\\.')}/mmbiz/|https?://mmbiz\\.q(?:pic|logo)\\.cn/)`)
  return html
    .replace(/<script\b[\s\S]*?<\/script\s*>/gi, '')
    .replace(/<img\b[^>]*?\bsrc\s*=\s*(["'])(.*?)\1[^>]*>/gi, (whole, _quote, url: string) =>
      own.test(url) ? whole : '',
    )
}

/** Where readers find an article. */
export function articleUrl(call: Pick<Call, 'platform' | 'account'>, articleId: string, place: number): string {
  return `${call.platform.baseUrl}/s/${articleId}?idx=${place}`
}

/** Makes a draft's articles public. */
export function publishArticles(
  account: Account,
  articles: JsonRecord[],
  notified: boolean,
  now: number,
): ArticleRecord {
  const records = recordsOf(account)
  const made: ArticleRecord = {
    articleId: randomText(22),
    msgDataId: nextNumber(records),
    articles,
    publishedAt: now,
    notified,
    removed: new Set(),
    open: new Set(articles.flatMap((article, place) => (Number(article['need_open_comment']) === 1 ? [place] : []))),
    comments: [],
    readers: [],
  }
  records.articles.set(made.articleId, made)
  return made
}
