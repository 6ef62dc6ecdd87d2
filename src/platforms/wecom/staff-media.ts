import type { Clock } from '../../core/clock.js'
import type { Logger } from '../../core/log.js'
import type { Downloads } from '../shared/download.js'
import { createMediaIds, type MediaFolders, type MediaIds, type MediaLaw } from '../shared/media-ids.js'
import type { MediaStore } from '../shared/media-store.js'
import { type WecomMedia, wecomMediaLimits } from './client/media.js'
import type { StaffMediaType } from './deliver.js'

/** What the media of messages to staff are made of. */
export interface StaffMediaOptions {
  account: string
  client: { media: Pick<WecomMedia, 'upload'> }
  mediaStore: MediaStore
  /** `content/media`; nothing outside it is read. */
  mediaDir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
}

const KINDS: Record<StaffMediaType, MediaLaw> = {
  image: { maxBytes: wecomMediaLimits.image.value, formats: ['image/jpeg', 'image/png'] },
  voice: { maxBytes: wecomMediaLimits.voice.value, formats: ['audio/amr'] },
  video: { maxBytes: wecomMediaLimits.video.value, formats: ['video/mp4'] },
}

/** The media ids of a corporation for messages to staff: files, addresses, and bytes that came by another account. */
export function createStaffMedia(options: StaffMediaOptions): MediaIds<StaffMediaType> {
  const { account, client, mediaStore: store, mediaDir: dir, downloads, clock, log } = options
  const upload = (type: StaffMediaType, file: Parameters<WecomMedia['upload']>[1]) => client.media.upload(type, file)
  return createMediaIds({ account, kinds: KINDS, upload, store, dir, downloads, clock, log })
}
