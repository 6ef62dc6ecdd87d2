import { seconds } from '../../clock.js'
import type { JsonRecord } from '../../json.js'
import { text } from '../../json.js'
import { background, pause } from '../../platform.js'
import { deliver } from '../push/deliver.js'
import { event } from '../push/events.js'
import { type ArticleRecord, nextNumber, type PublicationRecord, recordsOf } from '../records.js'
import { type Answer, type Call, type Endpoint, fail, ok } from './answer.js'
import { articleUrl, publishArticles } from './articles.js'
import { withoutContent } from './drafts.js'
import { paged, posted } from './posted.js'

const publish = (run: Endpoint['run']): Endpoint => ({ method: 'POST', capability: 'publish', run })

/** Publishing: accepted at once, over after a while, told by event. */
export const publishEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/freepublish/submit': publish(posted(submit)),
  '/cgi-bin/freepublish/get': publish(posted(get)),
  '/cgi-bin/freepublish/getarticle': publish(posted(article)),
  '/cgi-bin/freepublish/batchget': publish(posted(page)),
  '/cgi-bin/freepublish/delete': publish(posted(remove)),
}

const PUBLISHED = 0
const PUBLISHING = 1

function submit(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const draft = records.drafts.get(text(body, 'media_id') ?? '')
  if (!draft) return fail(40007)
  const publication: PublicationRecord = {
    publishId: String(nextNumber(records)),
    status: PUBLISHING,
    failed: [],
  }
  records.publications.set(publication.publishId, publication)
  const status = records.nextPublish ?? PUBLISHED
  records.nextPublish = undefined
  const made = status === PUBLISHED ? publishArticles(call.account, draft.articles, false, call.now) : undefined
  if (made) records.drafts.delete(draft.mediaId)
  const failed = made ? [] : draft.articles.map((_, index) => index + 1)
  background(call.platform, finish(call, publication, status, failed, made))
  return ok({ publish_id: publication.publishId, msg_data_id: String(made?.msgDataId ?? nextNumber(records)) })
}

async function finish(
  call: Call,
  publication: PublicationRecord,
  status: number,
  failed: number[],
  made: ArticleRecord | undefined,
): Promise<void> {
  const { platform, account } = call
  await pause(platform, platform.timing.receiptMs)
  if (platform.stop.signal.aborted) return
  publication.status = status
  publication.failed = failed
  if (made) publication.articleId = made.articleId
  const about = { openid: '', appid: account.options.appid, now: platform.clock.now() }
  const items = (made?.articles ?? []).map((_, index) => ({
    idx: index + 1,
    article_url: articleUrl(call, made?.articleId ?? '', index + 1),
  }))
  const info = {
    publish_id: publication.publishId,
    publish_status: status,
    ...(made && { article_id: made.articleId, article_detail: { count: items.length, item: items } }),
    ...(failed.length > 0 && { fail_idx: failed }),
  }
  const told = event('PUBLISHJOBFINISH', { PublishEventInfo: info }, about)
  await deliver(platform, account, undefined, told).done
}

function get(call: Call, body: JsonRecord): Answer {
  const records = recordsOf(call.account)
  const found = records.publications.get(String(body['publish_id'] ?? ''))
  if (!found) return fail(40035)
  const made = found.articleId === undefined ? undefined : records.articles.get(found.articleId)
  const item = (made?.articles ?? []).map((_, index) => ({
    idx: index + 1,
    article_url: articleUrl(call, made?.articleId ?? '', index + 1),
  }))
  const deleted = made && made.removed.size === made.articles.length
  return {
    publish_id: found.publishId,
    publish_status: deleted ? 5 : found.status,
    ...(made && { article_id: made.articleId, article_detail: { count: item.length, item } }),
    fail_idx: found.failed,
  }
}

function shown(call: Call, made: ArticleRecord, without: boolean): JsonRecord[] {
  return made.articles.map((item, index) => ({
    ...withoutContent(item, without),
    url: articleUrl(call, made.articleId, index + 1),
    is_deleted: made.removed.has(index + 1),
  }))
}

function article(call: Call, body: JsonRecord): Answer {
  const made = recordsOf(call.account).articles.get(text(body, 'article_id') ?? '')
  return made ? { news_item: shown(call, made, false) } : fail(40035)
}

function page(call: Call, body: JsonRecord): Answer {
  const all = [...recordsOf(call.account).articles.values()]
    .filter((item) => !item.notified && item.removed.size < item.articles.length)
    .reverse()
  const found = paged(body, all)
  if ('error' in found) return found.error
  const without = Number(body['no_content']) === 1
  const item = found.items.map((made) => ({
    article_id: made.articleId,
    content: { news_item: shown(call, made, without) },
    update_time: seconds(made.publishedAt),
  }))
  return { total_count: all.length, item_count: item.length, item }
}

function remove(call: Call, body: JsonRecord): Answer {
  const made = recordsOf(call.account).articles.get(text(body, 'article_id') ?? '')
  if (!made) return fail(40035)
  const index = Number(body['index'] ?? 0)
  if (!Number.isInteger(index) || index < 0 || index > made.articles.length) return fail(40035)
  const places = index === 0 ? made.articles.map((_, at) => at + 1) : [index]
  for (const place of places) made.removed.add(place)
  return ok()
}
