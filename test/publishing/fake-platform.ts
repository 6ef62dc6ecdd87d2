import { AppError } from '../../src/core/errors.js'
import type { DraftArticle, PublishingApi, SeenArticle } from '../../src/publishing/ports.js'

/** What a call may meet: refused before anything happened, or carried out with the answer lost. */
export type Mishap = { code: string; after?: boolean }

/** A platform that keeps drafts and publications in memory; mishaps are queued by the call's name. */
export function fakePlatform(now: () => Date) {
  const drafts = new Map<string, { article: DraftArticle; updatedAt: Date }>()
  const published: { articleId: string; updatedAt: Date; articles: SeenArticle[] }[] = []
  const publications = new Map<string, { status: 'publishing' | 'published' | 'refused'; articleId: string }>()
  const masses = new Map<string, { msgId: string; mediaId: string }>()
  const covers = new Set<string>()
  const calls: string[] = []
  const mishaps = new Map<string, Mishap[]>()
  let count = 0

  const call = async <T>(name: string, work: () => T): Promise<T> => {
    calls.push(name)
    const mishap = mishaps.get(name)?.shift()
    if (mishap && !mishap.after) throw failure(mishap.code)
    const result = work()
    if (mishap) throw failure(mishap.code)
    return result
  }
  const failure = (code: string) => new AppError(code, `${code} happened`, { fix: 'mend it' })
  const gone = () => failure('wechat.media')
  const next = (prefix: string) => `${prefix}${++count}`
  const checkCover = (article: DraftArticle) => {
    if (!covers.has(article.thumbMediaId)) throw gone()
  }
  const take = (mediaId: string) => {
    const draft = drafts.get(mediaId)
    if (!draft) throw gone()
    drafts.delete(mediaId)
    return draft
  }
  const mass = (mediaId: string, key: string) => {
    const before = masses.get(key)
    if (before) return { msgId: before.msgId, msgDataId: `data-${before.msgId}`, repeated: true }
    take(mediaId)
    const msgId = next('mass')
    masses.set(key, { msgId, mediaId })
    return { msgId, msgDataId: `data-${msgId}`, repeated: false }
  }

  const api: PublishingApi = {
    pictures: {
      uploadForArticle: (file) =>
        call('uploadForArticle', () => `https://mmbiz.qpic.cn/${file.filename}?wx_fmt=jpeg&n=${++count}`),
      uploadForever: () =>
        call('uploadForever', () => {
          const id = next('cover')
          covers.add(id)
          return id
        }),
    },
    drafts: {
      add: ([article]) =>
        call('add', () => {
          if (!article) throw failure('wechat.request')
          checkCover(article)
          const mediaId = next('draft')
          drafts.set(mediaId, { article, updatedAt: now() })
          return mediaId
        }),
      update: (mediaId, _index, article) =>
        call('update', () => {
          checkCover(article)
          if (!drafts.has(mediaId)) throw gone()
          drafts.set(mediaId, { article, updatedAt: now() })
        }),
      get: (mediaId) =>
        call('get', () => {
          const found = drafts.get(mediaId)
          if (!found) throw gone()
          return [found.article]
        }),
      list: (offset, most) =>
        call('list', () => ({
          total: drafts.size,
          drafts: [...drafts]
            .reverse()
            .slice(offset, offset + most)
            .map(([mediaId, { article, updatedAt }]) => ({ mediaId, updatedAt, articles: [article] })),
        })),
    },
    publish: {
      submit: (mediaId) =>
        call('submit', () => {
          const { article } = take(mediaId)
          const publishId = next('publish')
          const articleId = `article-${publishId}`
          publications.set(publishId, { status: 'publishing', articleId })
          const url = `https://mp.weixin.qq.com/s/${articleId}`
          published.unshift({ articleId, updatedAt: now(), articles: [{ ...article, url }] })
          return { publishId, msgDataId: `data-${publishId}` }
        }),
      state: (publishId) =>
        call('state', () => {
          const { status = 'refused', articleId = '' } = publications.get(publishId) ?? {}
          if (status !== 'published') return { status, articles: [] }
          return { status, articleId, articles: [{ index: 1, url: `https://mp.weixin.qq.com/s/${articleId}` }] }
        }),
      list: () => call('listPublished', () => ({ total: published.length, published })),
    },
    mass: {
      toAll: (message, { clientMsgId }) => call('toAll', () => mass(message.mediaId, clientMsgId)),
      toTag: (_tag, message, { clientMsgId }) => call('toTag', () => mass(message.mediaId, clientMsgId)),
      preview: (to, message) =>
        call('preview', () => {
          if (!drafts.has(message.mediaId)) throw gone()
          return `preview-${to.wechatId}`
        }),
      state: () => call('massState', () => 'SEND_SUCCESS'),
    },
  }
  return {
    api,
    drafts,
    covers,
    masses,
    publications,
    calls,
    /** How often a call was made. */
    times: (name: string) => calls.filter((each) => each === name).length,
    /** The next call of this name meets this. */
    fail: (name: string, code: string, after = false) =>
      mishaps.set(name, [...(mishaps.get(name) ?? []), { code, after }]),
  }
}
