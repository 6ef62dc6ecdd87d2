import { limits } from '../../../../rules/official-account/limits.js'
import type { MediaFile } from '../../shared/media-ids.js'
import { refusedBefore, transportError } from '../errors.js'
import type { WeChatApi } from './api.js'
import { fileBody } from './body.js'

export type { MediaFile } from '../../shared/media-ids.js'

/** The kinds of temporary media. */
export type MediaType = 'image' | 'voice' | 'video' | 'thumb'

/** Temporary media (kept 3 days) and pictures for articles. */
export interface MediaApi {
  /** Gives the media id. Refused before the call when the file is empty or above the kind's limit. */
  upload(type: MediaType, file: MediaFile): Promise<string>
  /** A picture inside an article: its address on the platform. JPG or PNG up to 1 MB; not counted in the library. */
  uploadArticleImage(file: MediaFile): Promise<string>
  /** The file behind a media id; reading stops beyond `maxBytes` (standard 20 MiB). A video comes as a link. */
  get(
    mediaId: string,
    options?: { maxBytes?: number },
  ): Promise<{ bytes: Buffer; contentType: string } | { url: string }>
}

/** The largest file of each kind, in bytes. */
export const mediaLimits: Record<MediaType, number> = {
  image: limits.imageBytes.value,
  voice: limits.voiceBytes.value,
  video: limits.videoBytes.value,
  thumb: limits.thumbBytes.value,
}

const UPLOAD = '/cgi-bin/media/upload'
const UPLOAD_IMAGE = '/cgi-bin/media/uploadimg'
const GET = '/cgi-bin/media/get'
const SLOW_MS = 60_000

/** The group's methods on an API. */
export function mediaApi(api: WeChatApi): MediaApi {
  return {
    upload: async (type, file) => {
      checkFile(UPLOAD, file, mediaLimits[type])
      const answer = await api.call(UPLOAD, { query: { type }, body: fileBody(file), deadlineMs: SLOW_MS })
      const id = answer['media_id'] ?? answer['thumb_media_id']
      if (typeof id !== 'string' || id === '') throw transportError(UPLOAD, 'uncertain', 'the answer holds no media id')
      return id
    },
    uploadArticleImage: async (file) => {
      checkFile(UPLOAD_IMAGE, file, limits.articleImageBytes.value)
      const answer = await api.call(UPLOAD_IMAGE, { body: fileBody(file), deadlineMs: SLOW_MS })
      const url = answer['url']
      if (typeof url !== 'string' || url === '')
        throw transportError(UPLOAD_IMAGE, 'uncertain', 'the answer holds no address')
      return url
    },
    get: async (mediaId, { maxBytes = 20_971_520 } = {}) => {
      const answer = await api.download(GET, { query: { media_id: mediaId }, maxBytes, deadlineMs: SLOW_MS })
      if ('file' in answer) return { bytes: answer.file, contentType: answer.contentType }
      const url = answer.fields['video_url']
      if (typeof url !== 'string') throw transportError(GET, 'uncertain', 'the answer is neither a file nor a link')
      return { url }
    },
  }
}

/** Throws WeChatApiError when the file is empty or larger than `limit` bytes. */
export function checkFile(endpoint: string, file: MediaFile, limit: number): void {
  if (file.bytes.length === 0) throw refusedBefore(endpoint, 'media', 'the file is empty', '文件为空')
  if (file.bytes.length > limit) {
    throw refusedBefore(
      endpoint,
      'media',
      `${file.bytes.length} bytes, at most ${limit} are allowed`,
      `文件 ${file.bytes.length} 字节，上限 ${limit} 字节`,
    )
  }
}
