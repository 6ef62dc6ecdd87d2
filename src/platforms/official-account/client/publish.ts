import { limits } from '../../../../rules/official-account/limits.js'
import type { WeChatApi } from './api.js'
import { type Article, articleOf } from './article.js'
import { filled, whole } from './check.js'
import { dateOf, type Fields, fieldsOf, idIn, idsOf, numberOf, optional, rowsOf, textOf } from './read.js'

/** How far a publication has come; only `published` has an article id. */
export type PublishStatus =
  | 'published'
  | 'publishing'
  /** The originality check failed. */
  | 'not-original'
  | 'failed'
  /** Refused by the platform's audit. */
  | 'refused'
  /** Every article was deleted after it had been published. */
  | 'deleted'
  /** Every article was banned after it had been published. */
  | 'banned'

/** What is known of a publication. */
export interface Publication {
  status: PublishStatus
  /** For `mpnewsarticle` messages and article buttons. */
  articleId?: string
  /** Addresses of the articles; `index` counts from 1. */
  articles: { index: number; url: string }[]
  /** Articles that did not pass, counted from 1. */
  failed: number[]
}

/** An article that was published. */
export interface PublishedArticle {
  articleId: string
  updatedAt: Date
  articles: Article[]
}

/** Publishing (发布): a public address and no push. Withdrawn from personal and unverified accounts since 2025-07. */
export interface Publish {
  /** Publishes a draft. Only says that the work was accepted: the end comes as an event, or by `state`. 100 a day. */
  submit(mediaId: string): Promise<{ publishId: string; msgDataId?: string }>
  /** 100 a day: poll it with care, the event may never come. */
  state(publishId: string): Promise<Publication>
  /** The articles behind an article id. 100 a day. */
  article(articleId: string): Promise<Article[]>
  /** Up to 20 from `offset`. 100 a day. */
  list(
    offset: number,
    count: number,
    options?: { content?: boolean },
  ): Promise<{ total: number; published: PublishedArticle[] }>
  /** Cannot be undone. `index` counts from 1; 0 (standard) is all of them. 10 a day. */
  remove(articleId: string, index?: number): Promise<void>
}

const SUBMIT = '/cgi-bin/freepublish/submit'
const STATE = '/cgi-bin/freepublish/get'
const LIST = '/cgi-bin/freepublish/batchget'
const REMOVE = '/cgi-bin/freepublish/delete'
const LARGE = 33_554_432

/** The platform's numbers 0 to 6. */
export const publishStatuses: readonly PublishStatus[] = [
  'published',
  'publishing',
  'not-original',
  'failed',
  'refused',
  'deleted',
  'banned',
]

/** The group's methods on an API. */
export function publish(api: WeChatApi): Publish {
  return {
    submit: async (mediaId) => {
      filled(SUBMIT, 'mediaId', mediaId)
      const answer = await api.call(SUBMIT, { json: { media_id: mediaId } })
      return { publishId: idIn(SUBMIT, answer, 'publish_id'), ...optional('msgDataId', textOf(answer, 'msg_data_id')) }
    },
    state: async (publishId) => publicationOf(await api.call(STATE, { json: { publish_id: publishId } })),
    article: async (articleId) => {
      const answer = await api.call('/cgi-bin/freepublish/getarticle', {
        json: { article_id: articleId },
        maxBytes: LARGE,
      })
      return rowsOf(answer['news_item']).map(articleOf)
    },
    list: async (offset, count, { content = false } = {}) => {
      whole(LIST, 'count', count, 1, limits.draftPage)
      const answer = await api.call(LIST, { json: { offset, count, no_content: content ? 0 : 1 }, maxBytes: LARGE })
      const published = rowsOf(answer['item']).map((row) => ({
        articleId: textOf(row, 'article_id'),
        updatedAt: dateOf(row, 'update_time'),
        articles: rowsOf(fieldsOf(row['content'])['news_item']).map(articleOf),
      }))
      return { total: numberOf(answer, 'total_count'), published }
    },
    remove: async (articleId, index = 0) => {
      await api.call(REMOVE, { json: { article_id: articleId, index } })
    },
  }
}

function publicationOf(fields: Fields): Publication {
  return {
    status: publishStatuses[numberOf(fields, 'publish_status')] ?? 'failed',
    ...optional('articleId', fields['article_id']),
    articles: rowsOf(fieldsOf(fields['article_detail'])['item']).map((row) => ({
      index: numberOf(row, 'idx'),
      url: textOf(row, 'article_url'),
    })),
    failed: idsOf(fields['fail_idx']).map(Number),
  }
}
