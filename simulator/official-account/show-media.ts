import type { Content } from '../content.js'
import type { Account } from './account.js'
import type { Media, MediaKind } from './media.js'

/** Path under which phone and product can fetch a file of the account. */
export function mediaUrl(account: Account, mediaId: string): string {
  return `/mmbiz/${encodeURIComponent(account.options.id)}/${mediaId}`
}

/** The file when it exists, has not expired and is of one of these kinds. */
export function findMedia(account: Account, id: string, kinds: MediaKind[], now: number): Media | undefined {
  const media = account.media.find(id, now)
  return media && kinds.includes(media.kind) ? media : undefined
}

/** A bubble for an image, voice or video. */
export function mediaContent(account: Account, media: Media, title = '', description = '', thumb?: string): Content {
  const url = mediaUrl(account, media.id)
  switch (media.kind) {
    case 'image':
    case 'thumb':
      return { kind: 'image', mediaId: media.id, url }
    case 'voice':
      return { kind: 'voice', mediaId: media.id, url, seconds: voiceSeconds(media) }
    case 'video': {
      const video = { kind: 'video' as const, mediaId: media.id, url, title: title || (media.title ?? ''), description }
      return thumb === undefined ? video : { ...video, thumb }
    }
  }
}

const AMR_BYTES_PER_SECOND = 1600
const MP3_BYTES_PER_SECOND = 4000

function voiceSeconds(media: Media): number {
  const rate = media.contentType === 'audio/amr' ? AMR_BYTES_PER_SECOND : MP3_BYTES_PER_SECOND
  return Math.min(60, Math.max(1, Math.round(media.bytes.length / rate)))
}
