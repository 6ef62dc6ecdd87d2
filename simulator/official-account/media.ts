import { randomText } from '../ids.js'

/** Kinds of material the platform keeps. */
export type MediaKind = 'image' | 'voice' | 'video' | 'thumb'

/** A file that was uploaded, or sent by a follower. */
export interface Media {
  id: string
  kind: MediaKind
  bytes: Buffer
  contentType: string
  filename: string
  createdAt: number
  /** Undefined for permanent material. */
  expiresAt?: number
  title?: string
  introduction?: string
}

/** The files of an account. Temporary ones end after their life; the store holds at most 128 MiB and drops the oldest beyond. */
export interface MediaStore {
  add(media: Omit<Media, 'id'>): Media
  /** Undefined for an unknown or expired id. */
  find(id: string, now: number): Media | undefined
  remove(id: string): boolean
  permanent(): Media[]
}

const MAX_BYTES = 128 * 1024 * 1024

/** An empty store. */
export function createMediaStore(): MediaStore {
  const items = new Map<string, Media>()
  let size = 0
  const drop = (id: string): boolean => {
    size -= items.get(id)?.bytes.length ?? 0
    return items.delete(id)
  }
  return {
    add: (given) => {
      const media = { ...given, id: randomText(64) }
      items.set(media.id, media)
      size += media.bytes.length
      for (const oldest of items.values()) {
        if (size <= MAX_BYTES) break
        if (oldest.id !== media.id) drop(oldest.id)
      }
      return media
    },
    find: (id, now) => {
      const media = items.get(id)
      if (media?.expiresAt === undefined || media.expiresAt > now) return media
      drop(id)
      return undefined
    },
    remove: drop,
    permanent: () => [...items.values()].filter((item) => item.expiresAt === undefined),
  }
}

/** What the first bytes say a file is; the platform looks at them too, not at the name. */
export function sniff(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 16)
  const ascii = head.toString('latin1')
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (ascii.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (ascii.startsWith('GIF87a') || ascii.startsWith('GIF89a')) return 'image/gif'
  if (ascii.startsWith('BM')) return 'image/bmp'
  if (ascii.startsWith('#!AMR')) return 'audio/amr'
  if (ascii.startsWith('ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0)) return 'audio/mp3'
  if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WAVE') return 'audio/wav'
  if (ascii.slice(4, 8) === 'ftyp') return 'video/mp4'
  return undefined
}
