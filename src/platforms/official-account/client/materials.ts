import { limits } from '../../../../rules/official-account/limits.js'
import { refusedBefore } from '../errors.js'
import type { WeChatApi } from './api.js'
import { type Article, articleOf } from './article.js'
import { fileBody } from './body.js'
import { whole } from './check.js'
import { checkFile, type MediaFile, mediaLimits } from './media.js'
import { dateOf, idIn, numberOf, optional, rowsOf, textOf } from './read.js'

/** Kinds of permanent files. */
export type MaterialType = 'image' | 'voice' | 'video' | 'thumb'

/** A permanent file in the library. */
export interface Material {
  mediaId: string
  name: string
  updatedAt: Date
  /** Pictures only; shown on Tencent's own pages only. */
  url?: string
}

/** How full the library is. */
export interface MaterialCount {
  images: number
  voices: number
  videos: number
  /** Articles of the time before drafts. */
  articles: number
}

/** Permanent material (永久素材): 100,000 pictures and articles, 1000 files of each other kind. */
export interface Materials {
  /** A video needs a title. Refused before the call when the file is empty or above the kind's limit. */
  add(
    type: MaterialType,
    file: MediaFile,
    about?: { title: string; introduction: string },
  ): Promise<{ mediaId: string; url?: string }>
  /** A file's bytes, a video's link, or an article of old. 40007 when there is none. */
  get(
    mediaId: string,
  ): Promise<
    | { bytes: Buffer; contentType: string }
    | { url: string; title: string; description: string }
    | { articles: Article[] }
  >
  /** Refused with 48005 while a menu or an automatic reply uses it. */
  remove(mediaId: string): Promise<void>
  count(): Promise<MaterialCount>
  /** Up to 20 from `offset`, newest first. */
  list(
    type: 'image' | 'voice' | 'video',
    offset: number,
    count: number,
  ): Promise<{ total: number; materials: Material[] }>
}

const ADD = '/cgi-bin/material/add_material'
const GET = '/cgi-bin/material/get_material'
const LIST = '/cgi-bin/material/batchget_material'
const SLOW_MS = 60_000

/** The group's methods on an API. */
export function materials(api: WeChatApi): Materials {
  return {
    add: async (type, file, about) => {
      checkFile(ADD, file, mediaLimits[type])
      if (type === 'video' && about === undefined)
        throw refusedBefore(ADD, 'about', 'a video needs a title', '视频须有标题')
      const fields = about && { description: JSON.stringify(about) }
      const answer = await api.call(ADD, { query: { type }, body: fileBody(file, fields), deadlineMs: SLOW_MS })
      return { mediaId: idIn(ADD, answer, 'media_id'), ...optional('url', answer['url']) }
    },
    get: async (mediaId) => {
      const call = { json: { media_id: mediaId }, maxBytes: 20_971_520, deadlineMs: SLOW_MS }
      const answer = await api.download(GET, call)
      if ('file' in answer) return { bytes: answer.file, contentType: answer.contentType }
      const { fields } = answer
      if (fields['news_item'] !== undefined) return { articles: rowsOf(fields['news_item']).map(articleOf) }
      return {
        url: idIn(GET, fields, 'down_url'),
        title: textOf(fields, 'title'),
        description: textOf(fields, 'description'),
      }
    },
    remove: async (mediaId) => {
      await api.removeMaterial(mediaId)
    },
    count: async () => {
      const answer = await api.call('/cgi-bin/material/get_materialcount')
      return {
        images: numberOf(answer, 'image_count'),
        voices: numberOf(answer, 'voice_count'),
        videos: numberOf(answer, 'video_count'),
        articles: numberOf(answer, 'news_count'),
      }
    },
    list: async (type, offset, count) => {
      whole(LIST, 'count', count, 1, limits.materialPage)
      const answer = await api.call(LIST, { json: { type, offset, count } })
      const found = rowsOf(answer['item']).map((row) => ({
        mediaId: textOf(row, 'media_id'),
        name: textOf(row, 'name'),
        updatedAt: dateOf(row, 'update_time'),
        ...optional('url', row['url']),
      }))
      return { total: numberOf(answer, 'total_count'), materials: found }
    },
  }
}
