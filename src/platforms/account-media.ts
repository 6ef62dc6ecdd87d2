import { limits } from '../../rules/wecom/limits.js'
import { AppError } from '../core/errors.js'
import type { Downloads } from './shared/download.js'
import type { MediaIds } from './shared/media-ids.js'
import { sniff } from './shared/sniff.js'

/** The kinds of media that every account knows. */
export type AccountMediaType = 'image' | 'voice' | 'video'

/** A file that was fetched. */
export interface FetchedFile {
  bytes: Buffer
  contentType: string
  name?: string
}

/** The media of an account, to be carried to another one. */
export interface AccountMedia {
  /** The file behind an id of the account, or behind an address. Rejects as fetching does. */
  fetch(media: { mediaId?: string; url?: string }): Promise<FetchedFile>
  /** An id that is good in the account. Rejects with AppError `media.size` or `media.format` where it takes no such file. */
  put(type: AccountMediaType, bytes: Buffer): Promise<string>
}

/** An account's media on the calls that it has. */
export function accountMedia(options: {
  /** The file, or the address at which the platform keeps it. */
  get(mediaId: string): Promise<FetchedFile | { url: string }>
  ids: MediaIds<AccountMediaType>
  downloads: Downloads
}): AccountMedia {
  const { get, ids, downloads } = options

  async function download(url: string): Promise<FetchedFile> {
    const bytes = await downloads.get(url, limits.mediaFileBytes.value)
    return { bytes, contentType: sniff(bytes)?.type ?? 'application/octet-stream' }
  }

  return {
    async fetch({ mediaId, url }) {
      if (mediaId !== undefined) {
        const found = await get(mediaId)
        return 'url' in found ? download(found.url) : found
      }
      if (url !== undefined) return download(url)
      throw new AppError('media.none', 'the file has neither an id nor an address')
    },
    put: (type, bytes) => ids.idOf({ bytes }, type),
  }
}
