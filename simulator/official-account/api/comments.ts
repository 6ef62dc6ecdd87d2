import { limits } from '../../../rules/official-account/limits.js'
import { seconds } from '../../clock.js'
import { type JsonRecord, text } from '../../json.js'
import { type ArticleRecord, type CommentRecord, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { posted } from './posted.js'

type Found = { made: ArticleRecord; place: number }

const onArticle = (run: (call: Call, body: JsonRecord, found: Found) => Answer): Endpoint => ({
  method: 'POST',
  run: posted((call, body) => {
    const { kind, verified } = call.account.options
    if (!verified) return fail(88000, `without comment privilege (${kind})`)
    const made = [...recordsOf(call.account).articles.values()].find(
      (item) => String(item.msgDataId) === String(body['msg_data_id']),
    )
    const place = Number(body['index'] ?? 0)
    return made?.articles[place] ? run(call, body, { made, place }) : fail(88001)
  }),
})

const onComment = (run: (call: Call, comment: CommentRecord, body: JsonRecord) => Answer): Endpoint =>
  onArticle((call, body, { made, place }) => {
    const comment = made.comments.find(
      (item) => item.place === place && String(item.id) === String(body['user_comment_id']),
    )
    return comment ? run(call, comment, body) : fail(88008)
  })

const MOST_ELECTED = 100
const REPLY_CHARACTERS = 600

/** Comments under published and mass-sent articles; readers write them by the control API. */
export const commentEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/comment/open': onArticle((_, __, { made, place }) => {
    made.open.add(place)
    return ok()
  }),
  '/cgi-bin/comment/close': onArticle((_, __, { made, place }) => {
    made.open.delete(place)
    return ok()
  }),
  '/cgi-bin/comment/list': onArticle(page),
  '/cgi-bin/comment/markelect': onArticle(elect),
  '/cgi-bin/comment/unmarkelect': onComment((_, comment) => {
    comment.elected = false
    return ok()
  }),
  '/cgi-bin/comment/delete': onArticle((_, body, { made, place }) => {
    const kept = made.comments.filter(
      (item) => !(item.place === place && String(item.id) === String(body['user_comment_id'])),
    )
    if (kept.length === made.comments.length) return fail(88008)
    made.comments = kept
    return ok()
  }),
  '/cgi-bin/comment/reply/add': onComment((call, comment, body) => {
    const content = text(body, 'content') ?? ''
    if (comment.reply) return fail(88005)
    if (content === '') return fail(44004)
    if ([...content].length > REPLY_CHARACTERS) return fail(88007)
    comment.reply = { content, at: call.now }
    return ok()
  }),
  '/cgi-bin/comment/reply/delete': onComment((_, comment) => {
    if (!comment.reply) return fail(88008)
    delete comment.reply
    return ok()
  }),
}

function elect(_: Call, body: JsonRecord, { made, place }: Found): Answer {
  const all = made.comments.filter((item) => item.place === place)
  const comment = all.find((item) => String(item.id) === String(body['user_comment_id']))
  if (!comment) return fail(88008)
  if (all.filter((item) => item.elected).length >= MOST_ELECTED) return fail(88003)
  comment.elected = true
  return ok()
}

function page(_: Call, body: JsonRecord, { made, place }: Found): Answer {
  const begin = Number(body['begin'] ?? 0)
  const count = Number(body['count'] ?? 0)
  const type = Number(body['type'] ?? 0)
  if (!(begin >= 0) || !(count >= 1 && count <= limits.commentPage.value)) return fail(88010)
  const all = made.comments
    .filter((item) => item.place === place)
    .filter((item) => type === 0 || item.elected === (type === 2))
  const comment = all.slice(begin, begin + count).map((item) => ({
    user_comment_id: item.id,
    openid: item.openid,
    create_time: seconds(item.at),
    content: item.content,
    comment_type: item.elected ? 1 : 0,
    ...(item.reply && { reply: { content: item.reply.content, create_time: seconds(item.reply.at) } }),
  }))
  return ok({ total: all.length, comment })
}
