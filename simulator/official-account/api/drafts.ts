import { limits } from '../../../rules/official-account/limits.js'
import { seconds } from '../../clock.js'
import { randomText } from '../../ids.js'
import { type JsonRecord, list, text } from '../../json.js'
import { type DraftRecord, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { readArticle } from './articles.js'
import { paged, posted } from './posted.js'

const drafts = (run: Endpoint['run'], method: Endpoint['method'] = 'POST'): Endpoint => ({
  method,
  capability: 'drafts',
  run,
})

/** The draft box, and the endpoints that it replaced (45103). */
export const draftEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/draft/add': drafts(posted(add)),
  '/cgi-bin/draft/update': drafts(posted(update)),
  '/cgi-bin/draft/get': drafts(posted(get)),
  '/cgi-bin/draft/delete': drafts(posted(remove)),
  '/cgi-bin/draft/count': drafts(count, 'GET'),
  '/cgi-bin/draft/batchget': drafts(posted(page)),
  '/cgi-bin/draft/switch': drafts(() => ok({ is_open: 1 }), 'any'),
  '/cgi-bin/material/add_news': { method: 'POST', run: () => fail(45103) },
  '/cgi-bin/material/update_news': { method: 'POST', run: () => fail(45103) },
  '/cgi-bin/media/uploadnews': { method: 'POST', run: () => fail(45103) },
}

function add(call: Call, body: JsonRecord): Answer {
  const given = list(body, 'articles')
  if (!given || given.length === 0) return fail(44003)
  if (given.length > limits.draftArticles.value) return fail(45008)
  const articles: JsonRecord[] = []
  for (const item of given) {
    const read = readArticle(call, item)
    if ('error' in read) return read.error
    articles.push(read.article)
  }
  const draft: DraftRecord = { mediaId: randomText(64), articles, updatedAt: call.now }
  recordsOf(call.account).drafts.set(draft.mediaId, draft)
  return { media_id: draft.mediaId, item: [] }
}

function draftIn(call: Call, body: JsonRecord): DraftRecord | undefined {
  return recordsOf(call.account).drafts.get(text(body, 'media_id') ?? '')
}

function update(call: Call, body: JsonRecord): Answer {
  const draft = draftIn(call, body)
  if (!draft) return fail(40007)
  const index = Number(body['index'] ?? 0)
  if (!draft.articles[index]) return fail(40035)
  const given = body['articles']
  const read = readArticle(call, Array.isArray(given) ? given[0] : given)
  if ('error' in read) return read.error
  draft.articles[index] = read.article
  draft.updatedAt = call.now
  return ok()
}

function get(call: Call, body: JsonRecord): Answer {
  const draft = draftIn(call, body)
  return draft ? { news_item: draft.articles } : fail(40007)
}

function remove(call: Call, body: JsonRecord): Answer {
  const draft = draftIn(call, body)
  if (!draft) return fail(40007)
  recordsOf(call.account).drafts.delete(draft.mediaId)
  return ok()
}

function count(call: Call): Answer {
  return { total_count: recordsOf(call.account).drafts.size }
}

function page(call: Call, body: JsonRecord): Answer {
  const all = [...recordsOf(call.account).drafts.values()].reverse()
  const found = paged(body, all)
  if ('error' in found) return found.error
  const item = found.items.map((draft) => ({
    media_id: draft.mediaId,
    content: {
      news_item: draft.articles.map((article) => withoutContent(article, Number(body['no_content']) === 1)),
      create_time: seconds(draft.updatedAt),
      update_time: seconds(draft.updatedAt),
    },
    update_time: seconds(draft.updatedAt),
  }))
  return { item, total_count: all.length, item_count: item.length }
}

/** The article, its HTML left out when asked. */
export function withoutContent(article: JsonRecord, without: boolean): JsonRecord {
  return without ? { ...article, content: '' } : article
}
