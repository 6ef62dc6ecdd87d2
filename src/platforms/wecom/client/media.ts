import type { Rule } from '../../../../rules/rule.js'
import { limits } from '../../../../rules/wecom/limits.js'
import type { MediaFile } from '../../shared/media-ids.js'
import { fileBody } from '../../shared/request-body.js'
import { refusedBefore } from '../errors.js'
import type { WecomApi } from './api.js'
import { atMost } from './check.js'
import { idIn } from './read.js'

/** The kinds of temporary media. */
export type WecomMediaType = 'image' | 'voice' | 'video' | 'file'

/** Media of the corporation. Ids of an Official Account are not good here, and those for moments are of their own. */
export interface WecomMedia {
  /** Gives an id, good for 3 days in all apps of the corporation. Refused before the call when empty or too large. */
  upload(type: WecomMediaType, file: MediaFile): Promise<string>
  /** A picture's lasting address, for attachments and welcomes inside WeCom. 1000 a day, 3000 a month. */
  uploadImage(file: MediaFile): Promise<string>
  /** An id for moments, good for 3 days; other ids are refused there (40007). */
  uploadForMoments(type: 'image' | 'video' | 'file', file: MediaFile): Promise<string>
  /** The file behind an id; reading stops beyond `maxBytes` (standard 20 MiB). */
  get(id: string, options?: { maxBytes?: number }): Promise<{ bytes: Buffer; contentType: string; name?: string }>
}

/** The largest file of each kind. */
export const wecomMediaLimits: Readonly<Record<WecomMediaType, Rule<number>>> = {
  image: limits.mediaImageBytes,
  voice: limits.mediaVoiceBytes,
  video: limits.mediaVideoBytes,
  file: limits.mediaFileBytes,
}

const UPLOAD = '/cgi-bin/media/upload'
const IMAGE = '/cgi-bin/media/uploadimg'
const ATTACHMENT = '/cgi-bin/media/upload_attachment'
const MOMENTS = '1'
const SLOW_MS = 60_000

/** The group's methods on an API. */
export function wecomMedia(api: WecomApi): WecomMedia {
  return {
    upload: async (type, file) => {
      checkFile(UPLOAD, file, wecomMediaLimits[type])
      const answer = await api.call(UPLOAD, { query: { type }, body: fileBody(file), deadlineMs: SLOW_MS })
      return idIn(UPLOAD, answer, 'media_id')
    },
    uploadImage: async (file) => {
      checkFile(IMAGE, file, limits.mediaImageBytes)
      return idIn(IMAGE, await api.call(IMAGE, { body: fileBody(file), deadlineMs: SLOW_MS }), 'url')
    },
    uploadForMoments: async (type, file) => {
      checkFile(ATTACHMENT, file, wecomMediaLimits[type])
      const query = { media_type: type, attachment_type: MOMENTS }
      return idIn(
        ATTACHMENT,
        await api.call(ATTACHMENT, { query, body: fileBody(file), deadlineMs: SLOW_MS }),
        'media_id',
      )
    },
    get: (id, { maxBytes = 20_971_520 } = {}) =>
      api.download('/cgi-bin/media/get', { query: { media_id: id }, maxBytes, deadlineMs: SLOW_MS }),
  }
}

/** Throws WecomApiError unless the file has more than 5 bytes and at most as many as the kind may. */
export function checkFile(endpoint: string, file: MediaFile, limit: Rule<number>): void {
  if (file.bytes.length <= limits.mediaLeastBytes.value) {
    throw refusedBefore(endpoint, 'file', 'has 5 bytes or less', '文件须大于 5 字节')
  }
  atMost(endpoint, 'file', file.bytes.length, limit)
}
