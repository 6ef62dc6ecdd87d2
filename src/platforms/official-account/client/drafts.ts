import { limits } from '../../../../rules/official-account/limits.js'
import type { WeChatApi } from './api.js'
import { type Article, articleOf, checkArticle, wireArticle } from './article.js'
import { some, whole } from './check.js'
import { dateOf, fieldsOf, idIn, numberOf, rowsOf, textOf } from './read.js'

/** A draft (草稿) with its articles. */
export interface Draft {
  mediaId: string
  updatedAt: Date
  articles: Article[]
}

/** The draft box. A draft leaves it once it is published or mass-sent. */
export interface Drafts {
  /** 1 to 8 articles; gives the media id. Pictures must be on the platform already. 1000 a day. */
  add(articles: readonly Article[]): Promise<string>
  /** Replaces one article of a draft; `index` counts from 0. 1000 a day. */
  update(mediaId: string, index: number, article: Article): Promise<void>
  /** 40007 when it is not in the box (any more). 500 a day. */
  get(mediaId: string): Promise<Article[]>
  /** 1000 a day. */
  remove(mediaId: string): Promise<void>
  count(): Promise<number>
  /** Up to 20 from `offset`, newest first; without `content` the HTML stays out. */
  list(offset: number, count: number, options?: { content?: boolean }): Promise<{ total: number; drafts: Draft[] }>
}

const ADD = '/cgi-bin/draft/add'
const UPDATE = '/cgi-bin/draft/update'
const GET = '/cgi-bin/draft/get'
const LIST = '/cgi-bin/draft/batchget'

/** The group's methods on an API. */
export function drafts(api: WeChatApi): Drafts {
  return {
    add: async (articles) => {
      some(ADD, 'articles', articles.length, limits.draftArticles)
      for (const [index, article] of articles.entries()) checkArticle(ADD, `articles[${index}]`, article)
      return idIn(ADD, await api.call(ADD, { json: { articles: articles.map(wireArticle) } }), 'media_id')
    },
    update: async (mediaId, index, article) => {
      checkArticle(UPDATE, 'article', article)
      await api.call(UPDATE, { json: { media_id: mediaId, index, articles: wireArticle(article) } })
    },
    get: async (mediaId) => {
      const answer = await api.call(GET, { json: { media_id: mediaId }, maxBytes: LARGE })
      return rowsOf(answer['news_item']).map(articleOf)
    },
    remove: async (mediaId) => {
      await api.call('/cgi-bin/draft/delete', { json: { media_id: mediaId } })
    },
    count: async () => numberOf(await api.call('/cgi-bin/draft/count'), 'total_count'),
    list: async (offset, count, { content = false } = {}) => {
      whole(LIST, 'count', count, 1, limits.draftPage)
      const answer = await api.call(LIST, { json: { offset, count, no_content: content ? 0 : 1 }, maxBytes: LARGE })
      const found = rowsOf(answer['item']).map((row) => ({
        mediaId: textOf(row, 'media_id'),
        updatedAt: dateOf(row, 'update_time'),
        articles: rowsOf(fieldsOf(row['content'])['news_item']).map(articleOf),
      }))
      return { total: numberOf(answer, 'total_count'), drafts: found }
    },
  }
}

/** A page of 20 drafts of 8 articles with their HTML. */
const LARGE = 33_554_432
