import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Downloads } from '../shared/download.js'
import {
  createMediaIds as createIds,
  type MediaIds as Ids,
  type MediaFolders,
  type MediaLaw,
} from '../shared/media-ids.js'
import type { MediaStore } from '../shared/media-store.js'
import { type MediaApi, type MediaType, mediaLimits } from './client/media.js'

export type { MediaSource } from '../shared/media-ids.js'

/** The account's media ids for files and addresses, uploaded when first needed and again before they end. */
export type MediaIds = Ids<MediaType>

export interface MediaOptions {
  account: string
  api: MediaApi
  store: MediaStore
  /** `content/media`; nothing outside it is read. */
  dir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
}

const KINDS: Record<MediaType, MediaLaw> = {
  image: { maxBytes: mediaLimits.image, formats: ['image/jpeg', 'image/png', 'image/gif'] },
  voice: { maxBytes: mediaLimits.voice, formats: ['audio/amr', 'audio/mpeg'] },
  video: { maxBytes: mediaLimits.video, formats: ['video/mp4'] },
  thumb: { maxBytes: mediaLimits.thumb, formats: ['image/jpeg'] },
}

/** The media ids of one account. Callers who need the same file at the same time share one upload. */
export function createMediaIds({ api, ...options }: MediaOptions): MediaIds {
  return createIds({ ...options, kinds: KINDS, upload: (type, file) => api.upload(type, file) })
}
