import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../../src/core/log.js'
import type { Update } from '../../src/core/update.js'
import { createEvents } from '../../src/events/events.js'
import { createArticleRows } from '../../src/publishing/model.js'
import type { SourceArticle, SourcePicture } from '../../src/publishing/ports.js'
import { createPublishing } from '../../src/publishing/publishing.js'
import { createLeases } from '../../src/store/lease.js'
import { createMediaStore, mediaModel } from '../../src/store/media-store.js'
import { jpeg } from '../library/sample.js'
import { openTestStore } from '../store/open.js'
import { fakePlatform } from './fake-platform.js'

/** A marketer's desk: a store, a folder of pictures, articles to change, and fake platforms. */
export async function openDesk() {
  const store = await openTestStore()
  const dir = await mkdtemp(join(tmpdir(), 'weloop-media-'))
  let time = new Date('2026-03-04T10:00:00+08:00')
  const clock = { now: () => time }
  mediaModel(store.connection)
  const rows = createArticleRows(store.connection)
  const events = createEvents({ connection: store.connection, clock })
  await store.ensureIndexes()
  const pictures = new Map<string, SourcePicture>()
  const articles = new Map<string, SourceArticle>()
  const addPicture = async (name: string, bytes = jpeg(300 + pictures.size)) => {
    const path = join(dir, name)
    await writeFile(path, bytes)
    const hash = createHash('sha256').update(bytes).digest('hex')
    pictures.set(name, { name, path, bytes: bytes.length, hash, type: 'image/jpeg' })
  }
  for (const name of ['cover.jpg', 'body.jpg', 'card.jpg']) await addPicture(name)
  const platforms = new Map<string, ReturnType<typeof fakePlatform>>()

  /** The publishing of one process; `account` says which platform it reaches. */
  const open = (kind: 'personal' | 'verified-subscription' | 'verified-service' = 'verified-service') =>
    createPublishing({
      rows,
      leases: createLeases(store.connection),
      uploads: createMediaStore(store.connection),
      events,
      articles: { find: (slug) => articles.get(slug), picture: (name) => pictures.get(name) },
      publicUrl: 'https://wx.example.com',
      account: (id) => {
        const platform = platforms.get(id)
        return platform && { kind, api: platform.api }
      },
      clock,
      log: silentLogger,
    })

  return {
    store,
    rows,
    events,
    pictures,
    articles,
    addPicture,
    open,
    clock,
    pass: (ms: number) => {
      time = new Date(time.getTime() + ms)
    },
    /** A fresh account with its platform. */
    account(id: string) {
      const platform = fakePlatform(() => time)
      platforms.set(id, platform)
      return platform
    },
    write(slug: string, change: Partial<SourceArticle> = {}) {
      const html = `<section style="color:#222"><p>${slug}</p><img src="https://wx.example.com/media/body.jpg" alt="" /><mp-miniprogram data-miniprogram-appid="wx00000000000demo2" data-miniprogram-path="pages/a?b=1" data-miniprogram-title="卡" data-miniprogram-imageurl="https://wx.example.com/media/card.jpg"></mp-miniprogram></section>`
      articles.set(slug, {
        slug,
        title: `文章 ${slug}`,
        digest: '摘要',
        author: '小絮',
        cover: 'cover.jpg',
        html,
        ...change,
      })
    },
    /** The platform's verdict on a publication. */
    publishVerdict: (account: string, publishId: string, status = 0): Update => ({
      kind: 'event.publish.finished',
      id: `v-${publishId}`,
      platform: 'official-account',
      account,
      from: '',
      at: time,
      publishId,
      status,
      ...(status === 0 && { articleId: `article-${publishId}` }),
      articles: status === 0 ? [{ index: 1, url: `https://mp.weixin.qq.com/s/article-${publishId}` }] : [],
      failed: status === 0 ? [] : [1],
    }),
    /** The platform's verdict on a mass send. */
    massVerdict: (account: string, messageId: string, status = 'send success'): Update => ({
      kind: 'event.mass.sent',
      id: `v-${messageId}`,
      platform: 'official-account',
      account,
      from: '',
      at: time,
      messageId,
      ok: status === 'send success',
      status,
      total: 100,
      targeted: 90,
      sent: 88,
      failed: 2,
      articles: [{ index: 1, url: 'https://mp.weixin.qq.com/s/mass' }],
    }),
    async close() {
      await store.dispose()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

export type Desk = Awaited<ReturnType<typeof openDesk>>
