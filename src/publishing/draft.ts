import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { ArticleRow, ArticleRows } from './model.js'
import { createPictures } from './pictures.js'
import type { DraftArticle, PublishingApi, SeenArticle, UploadStore } from './ports.js'
import { checkFinal, type Prepared, rewritePictures } from './prepare.js'

/** The right to work on one article of one account, for a time. */
export interface Turn {
  account: string
  slug: string
  fence: number
  /** Extends the right; throws AppError `publishing.lost` when another process has it. */
  alive(): Promise<void>
}

/** What draft work needs. */
export interface DraftPorts {
  rows: ArticleRows
  uploads: UploadStore
  clock: Clock
}

/** How a push ended: the draft in the box holds the article. */
export interface DraftResult {
  state: 'created' | 'updated' | 'unchanged'
  mediaId: string
}

/** How long a call that died half-way may still be at work on the platform. */
const SETTLE_MS = 90_000
/** How far the platform's clock may be behind ours. */
const SKEW_MS = 120_000
const PAGE = 20
const MOST_PAGES = 25

/**
 * Brings the article's draft up to date: nothing when it holds this content, an update when it holds another, a new
 * draft when there is none. One article never has two drafts: the intent is written before the call, and after a
 * crash the box is searched before another draft is made.
 */
export async function bringUpToDate(
  ports: DraftPorts,
  api: PublishingApi,
  turn: Turn,
  prepared: Prepared,
): Promise<DraftResult> {
  const { rows, clock } = ports
  const { account, slug, fence } = turn
  const pictures = createPictures(account, api.pictures, ports.uploads)
  let row = await rows.find(account, slug)
  if (row?.adding) row = await adopt(ports, api, turn, row)

  if (row?.draft?.hash === prepared.hash && (await isInBox(api, row.draft.mediaId)))
    return { state: 'unchanged', mediaId: row.draft.mediaId }

  const urls = new Map<string, string>()
  for (const [url, picture] of prepared.pictures)
    urls.set(url, await pictures.place(picture, 'article-picture', turn.alive))
  const content = rewritePictures(prepared.html, urls)
  checkFinal(slug, content)
  let thumbMediaId = await pictures.place(prepared.cover, 'cover', turn.alive)
  const { title, digest, author, source } = prepared.article
  const article = (): DraftArticle => ({
    type: 'news',
    title,
    digest,
    content,
    thumbMediaId,
    ...(author !== undefined && { author }),
    ...(source !== undefined && { sourceUrl: source }),
  })
  const saved = async (mediaId: string, state: DraftResult['state']): Promise<DraftResult> => {
    const draft = { mediaId, hash: prepared.hash, at: clock.now() }
    await rows.save(account, slug, fence, { title, draft, adding: undefined })
    return { state, mediaId }
  }
  /** The cover may have been deleted by hand in the console: once, another is uploaded. */
  const withCover = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      if (!isGone(error)) throw error
      thumbMediaId = await pictures.replace(prepared.cover, 'cover', thumbMediaId, turn.alive)
      return call()
    }
  }

  if (row?.draft && (await isInBox(api, row.draft.mediaId))) {
    const { mediaId } = row.draft
    await turn.alive()
    await withCover(() => api.drafts.update(mediaId, 0, article()))
    return saved(mediaId, 'updated')
  }
  await turn.alive()
  const mediaId = await withCover(async () => {
    await rows.save(account, slug, fence, { title, draft: undefined, adding: { at: clock.now(), title, thumbMediaId } })
    return api.drafts.add([article()])
  }).catch(async (error: unknown) => {
    if (!isUncertain(error)) await rows.save(account, slug, fence, { adding: undefined })
    throw error
  })
  return saved(mediaId, 'created')
}

/** Finds the draft that a call made before its answer was lost. It may hold older content: it is updated next. */
async function adopt(ports: DraftPorts, api: PublishingApi, turn: Turn, row: ArticleRow): Promise<ArticleRow> {
  const { rows, clock } = ports
  const { adding } = row
  if (!adding) return row
  const others = new Set((await rows.list(row.account)).map((each) => each.draft?.mediaId))
  const since = adding.at.getTime() - SKEW_MS
  const found = await search(api, (article, updatedAt, mediaId) => {
    const same = article.title === adding.title && article.thumbMediaId === adding.thumbMediaId
    return same && updatedAt.getTime() >= since && !others.has(mediaId)
  })
  if (found === undefined && clock.now().getTime() - adding.at.getTime() < SETTLE_MS) {
    throw new AppError(
      'publishing.unsettled',
      `it is not known yet whether the last push of ${row.slug} made a draft`,
      {
        fix: 'push again in two minutes',
      },
    )
  }
  const draft = found === undefined ? undefined : { mediaId: found, hash: 'unknown', at: clock.now() }
  await rows.save(row.account, row.slug, turn.fence, { draft, adding: undefined })
  const { adding: _, draft: __, ...rest } = row
  return draft ? { ...rest, draft } : rest
}

async function search(
  api: PublishingApi,
  isIt: (article: SeenArticle, updatedAt: Date, mediaId: string) => boolean,
): Promise<string | undefined> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const { total, drafts } = await api.drafts.list(page * PAGE, PAGE)
    const found = drafts.find(({ articles: [first], updatedAt, mediaId }) => first && isIt(first, updatedAt, mediaId))
    if (found) return found.mediaId
    if (drafts.length === 0 || (page + 1) * PAGE >= total) return undefined
  }
  return undefined
}

/** A draft leaves the box when it is deleted, published or mass-sent. */
export async function isInBox(api: PublishingApi, mediaId: string): Promise<boolean> {
  try {
    return (await api.drafts.get(mediaId)).length > 0
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

/** The platform does not know the id. */
export const isGone = (error: unknown) => error instanceof AppError && error.code === 'wechat.media'
/** It may have been carried out. */
export const isUncertain = (error: unknown) => !(error instanceof AppError) || error.code === 'wechat.uncertain'

/** An error's text and remedy for a record. */
export function explain(error: unknown): { reason: string; fix?: string } {
  const fix = error instanceof AppError ? error.fix : undefined
  return { reason: messageOf(error), ...(fix !== undefined && { fix }) }
}
