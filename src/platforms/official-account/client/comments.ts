import { limits } from '../../../../rules/official-account/limits.js'
import type { WeChatApi } from './api.js'
import { filled, whole } from './check.js'
import { dateOf, type Fields, fieldsOf, numberOf, rowsOf, textOf } from './read.js'

/** Which article's comments: the msg_data_id of a mass send or publication and the article's place from 0. */
export interface CommentedArticle {
  msgDataId: string
  index?: number
}

/** A reader's comment (留言). */
export interface Comment {
  id: string
  openid: string
  createdAt: Date
  content: string
  /** Shown to every reader (精选). */
  elected: boolean
  reply?: { content: string; createdAt: Date }
}

/** Comments under articles; an account without the right gets 88000. */
export interface Comments {
  open(article: CommentedArticle): Promise<void>
  close(article: CommentedArticle): Promise<void>
  /** At most 49 from `begin`. */
  list(
    article: CommentedArticle,
    page: { begin: number; count: number; which?: 'all' | 'normal' | 'elected' },
  ): Promise<{ total: number; comments: Comment[] }>
  elect(article: CommentedArticle, commentId: string): Promise<void>
  unelect(article: CommentedArticle, commentId: string): Promise<void>
  remove(article: CommentedArticle, commentId: string): Promise<void>
  reply(article: CommentedArticle, commentId: string, content: string): Promise<void>
  removeReply(article: CommentedArticle, commentId: string): Promise<void>
}

const PATH = '/cgi-bin/comment'
const WHICH = { all: 0, normal: 1, elected: 2 } as const
const ELECTED = 1

/** The group's methods on an API. */
export function comments(api: WeChatApi): Comments {
  const act = async (action: string, { msgDataId, index = 0 }: CommentedArticle, more: object = {}) =>
    api.call(`${PATH}/${action}`, { json: { msg_data_id: numeric(msgDataId), index, ...more } })
  const on = (action: string) => async (article: CommentedArticle, commentId: string) => {
    await act(action, article, { user_comment_id: numeric(commentId) })
  }
  return {
    open: async (article) => {
      await act('open', article)
    },
    close: async (article) => {
      await act('close', article)
    },
    list: async (article, { begin, count, which = 'all' }) => {
      whole(`${PATH}/list`, 'count', count, 1, limits.commentPage)
      const answer = await act('list', article, { begin, count, type: WHICH[which] })
      return { total: numberOf(answer, 'total'), comments: rowsOf(answer['comment']).map(commentOf) }
    },
    elect: on('markelect'),
    unelect: on('unmarkelect'),
    remove: on('delete'),
    reply: async (article, commentId, content) => {
      filled(`${PATH}/reply/add`, 'content', content)
      await act('reply/add', article, { user_comment_id: numeric(commentId), content })
    },
    removeReply: on('reply/delete'),
  }
}

/** The platform writes these ids as numbers; one beyond 2^53 stays text. */
const numeric = (id: string): number | string => (Number.isSafeInteger(Number(id)) ? Number(id) : id)

function commentOf(fields: Fields): Comment {
  const reply = fieldsOf(fields['reply'])
  return {
    id: textOf(fields, 'user_comment_id'),
    openid: textOf(fields, 'openid'),
    createdAt: dateOf(fields, 'create_time'),
    content: textOf(fields, 'content'),
    elected: numberOf(fields, 'comment_type') === ELECTED,
    ...(textOf(reply, 'content') !== '' && {
      reply: { content: textOf(reply, 'content'), createdAt: dateOf(reply, 'create_time') },
    }),
  }
}
