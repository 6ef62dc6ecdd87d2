import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import { atMost, characters, filled, isLink, some } from './check.js'
import { type Fields, fieldsOf, numberOf, optional, rowsOf, textOf } from './read.js'

/** Who may comment on an article. */
export type Comments = 'nobody' | 'everybody' | 'followers'

/** An article (图文消息) with HTML. */
export interface NewsArticle {
  type: 'news'
  /** At most 32 characters. */
  title: string
  /** HTML under 20,000 characters and 1 MB; `<img>` only from `media.uploadArticleImage`, scripts are removed. */
  content: string
  /** A PERMANENT picture's id. */
  thumbMediaId: string
  /** At most 16 characters. */
  author?: string
  /** At most 128 characters; used when the draft has one article. Standard: the first 54 of the text. */
  digest?: string
  /** 阅读原文; at most 1 KB. */
  sourceUrl?: string
  /** Standard `nobody`. */
  comments?: Comments
  /** Cut of the cover, 2.35:1 and 1:1: `x1_y1_x2_y2` in 0 to 1. */
  crop?: { wide?: string; square?: string }
  /** Where readers find it once published. */
  url?: string
  /** Only of a published article: it was removed. */
  removed?: boolean
}

/** A picture message (图片消息): up to 20 pictures with a plain text. */
export interface PictureArticle {
  type: 'pictures'
  title: string
  /** Plain text. */
  content: string
  /** PERMANENT pictures; the first is the cover. */
  imageMediaIds: readonly string[]
  comments?: Comments
  url?: string
  removed?: boolean
}

/** One item of a draft or of a published article. */
export type Article = NewsArticle | PictureArticle

/** Throws WeChatApiError that names the field, the limit and its source. */
export function checkArticle(endpoint: string, at: string, article: Article): void {
  const { title, content } = article
  filled(endpoint, `${at}.title`, title)
  atMost(endpoint, `${at}.title`, characters(title), limits.articleTitle)
  atMost(endpoint, `${at}.content`, characters(content), limits.articleContentCharacters)
  atMost(endpoint, `${at}.content`, Buffer.byteLength(content), limits.articleContentBytes)
  if (article.type === 'pictures') {
    some(endpoint, `${at}.imageMediaIds`, article.imageMediaIds.length, limits.draftPictures)
    return
  }
  filled(endpoint, `${at}.content`, content)
  filled(endpoint, `${at}.thumbMediaId`, article.thumbMediaId)
  atMost(endpoint, `${at}.author`, characters(article.author ?? ''), limits.articleAuthor)
  atMost(endpoint, `${at}.digest`, characters(article.digest ?? ''), limits.articleDigest)
  if (article.sourceUrl !== undefined && article.sourceUrl !== '') {
    isLink(endpoint, `${at}.sourceUrl`, article.sourceUrl)
    atMost(endpoint, `${at}.sourceUrl`, Buffer.byteLength(article.sourceUrl), limits.articleSourceUrlBytes)
  }
  for (const [name, cut] of Object.entries(article.crop ?? {})) checkCut(endpoint, `${at}.crop.${name}`, cut)
}

function checkCut(endpoint: string, field: string, cut: string): void {
  const [x1 = -1, y1 = -1, x2 = -1, y2 = -1, ...rest] = cut.split('_').map(Number)
  const inside = [x1, y1, x2, y2].every((part) => part >= 0 && part <= 1)
  if (inside && x1 < x2 && y1 < y2 && rest.length === 0) return
  throw refusedBefore(endpoint, field, 'must be x1_y1_x2_y2 within 0 to 1', '须为 0 到 1 之间的 x1_y1_x2_y2')
}

/** The article as the platform takes it. */
export function wireArticle(article: Article): object {
  const comments = {
    need_open_comment: article.comments === undefined || article.comments === 'nobody' ? 0 : 1,
    only_fans_can_comment: article.comments === 'followers' ? 1 : 0,
  }
  if (article.type === 'pictures') {
    const { title, content, imageMediaIds } = article
    const pictures = imageMediaIds.map((id) => ({ image_media_id: id }))
    return { article_type: 'newspic', title, content, image_info: { image_list: pictures }, ...comments }
  }
  const { title, author, digest, content, sourceUrl, thumbMediaId, crop } = article
  return {
    article_type: 'news',
    title,
    ...(author !== undefined && { author }),
    ...(digest !== undefined && { digest }),
    content,
    ...(sourceUrl !== undefined && { content_source_url: sourceUrl }),
    thumb_media_id: thumbMediaId,
    ...comments,
    ...(crop?.wide !== undefined && { pic_crop_235_1: crop.wide }),
    ...(crop?.square !== undefined && { pic_crop_1_1: crop.square }),
  }
}

/** An article as the platform gives it back. */
export function articleOf(fields: Fields): Article {
  const common = {
    title: textOf(fields, 'title'),
    content: textOf(fields, 'content'),
    comments: commentsOf(fields),
    ...optional('url', fields['url']),
    ...(fields['is_deleted'] !== undefined && { removed: isTrue(fields['is_deleted']) }),
  }
  if (fields['article_type'] === 'newspic') {
    const pictures = rowsOf(fieldsOf(fields['image_info'])['image_list'])
    return { type: 'pictures', ...common, imageMediaIds: pictures.map((row) => textOf(row, 'image_media_id')) }
  }
  const crop = { ...optional('wide', fields['pic_crop_235_1']), ...optional('square', fields['pic_crop_1_1']) }
  return {
    type: 'news',
    ...common,
    thumbMediaId: textOf(fields, 'thumb_media_id'),
    ...optional('author', fields['author']),
    ...optional('digest', fields['digest']),
    ...optional('sourceUrl', fields['content_source_url']),
    ...(Object.keys(crop).length > 0 && { crop }),
  }
}

function commentsOf(fields: Fields): Comments {
  if (numberOf(fields, 'need_open_comment') !== 1) return 'nobody'
  return numberOf(fields, 'only_fans_can_comment') === 1 ? 'followers' : 'everybody'
}

const isTrue = (value: unknown) => value === true || value === 1 || value === '1'
