import { limits } from '../../rules/wecom/limits.js'
import { randomText } from '../ids.js'

/** Kinds of files. */
export type CorpMediaKind = 'image' | 'voice' | 'video' | 'file'

/** A file of the corporation. */
export interface CorpMedia {
  id: string
  kind: CorpMediaKind
  /** `message`: media/upload; `moments`: upload_attachment; `picture`: uploadimg; a robot's key. They are not exchangeable. */
  use: string
  bytes: Buffer
  contentType: string
  filename: string
  createdAt: number
}

/** Files: 3 days, but pictures of uploadimg; at most 128 MiB, the oldest go first. */
export interface CorpMediaStore {
  add(media: Omit<CorpMedia, 'id'>): CorpMedia
  find(id: string, now: number): CorpMedia | undefined
}

const MAX_BYTES = 128 * 1024 * 1024
const LIFE_MS = limits.mediaDays.value * 86_400_000

/** An empty store. */
export function createCorpMedia(): CorpMediaStore {
  const items = new Map<string, CorpMedia>()
  let size = 0
  const drop = (id: string) => {
    size -= items.get(id)?.bytes.length ?? 0
    items.delete(id)
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
      if (!media || media.use === 'picture' || media.createdAt + LIFE_MS > now) return media
      drop(id)
      return undefined
    },
  }
}
