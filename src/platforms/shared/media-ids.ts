import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Media } from '../../core/message.js'
import type { Downloads } from './download.js'
import type { MediaStore } from './media-store.js'
import { sniff } from './sniff.js'

/** Where files that messages name are looked for, in this order. */
export type MediaFolders = string | readonly string[]

/** What can be had a media id for; `bytes` are a file of the product itself. */
export type MediaSource = Media | { bytes: Buffer }

/** The account's media ids for files and addresses, uploaded when first needed and again before they end. */
export interface MediaIds<T extends string = string> {
  /** Rejects with AppError when the file cannot be had or is of a wrong kind or size, or as uploading does. */
  idOf(media: MediaSource, type: T): Promise<string>
  /** Another id instead of one the platform refused (40007); undefined when there is nothing to upload again. */
  replace(media: MediaSource, type: T, refused: string): Promise<string | undefined>
}

/** A file to upload; the platforms look at the bytes and at the name's ending. */
export interface MediaFile {
  bytes: Buffer
  filename: string
  contentType: string
}

/** What a platform takes of one kind. */
export interface MediaLaw {
  maxBytes: number
  /** Content types, e.g. `image/png`. */
  formats: readonly string[]
}

export interface MediaIdOptions<T extends string> {
  account: string
  kinds: Readonly<Record<T, MediaLaw>>
  /** Gives the media id. */
  upload(type: T, file: MediaFile): Promise<string>
  store: MediaStore
  /** `content/media` and the like; nothing outside of them is read. */
  dir: MediaFolders
  downloads: Downloads
  clock: Clock
  log: Logger
}

/** Temporary media live 3 days on the platform; we stop using an id after this. */
const LIFE_MS = 2.5 * 86_400_000
/** How long the bytes behind an address are taken to be the same. */
const ADDRESS_MS = 600_000
const MOST_REMEMBERED = 2000

interface Source {
  sha256: string
  /** Absent when only the digest was remembered. */
  bytes?: Buffer
}

/** The media ids of one account. Callers who need the same file at the same time share one upload. */
export function createMediaIds<T extends string>(options: MediaIdOptions<T>): MediaIds<T> {
  const { account, kinds, store, clock, log } = options
  const ids = new Map<string, { id: string; until: number }>()
  const digests = new Map<string, { sha256: string; until: number }>()
  const busy = new Map<string, Promise<string>>()
  const nowMs = () => clock.now().getTime()

  const fetchBytes = async (media: MediaSource, limit: number): Promise<Buffer> => {
    if ('file' in media) return readFile(await placeOf(options.dir, media.file, limit))
    if ('url' in media) return options.downloads.get(media.url, limit)
    if ('bytes' in media) return media.bytes
    throw new AppError('media.id', 'a media id has no file')
  }

  const sourceOf = async (media: MediaSource, limit: number): Promise<Source> => {
    if ('bytes' in media) return { sha256: digestOf(media.bytes), bytes: media.bytes }
    const mark = await markOf(options.dir, media, limit)
    const known = digests.get(mark)
    if (known && known.until > nowMs()) return { sha256: known.sha256 }
    const bytes = await fetchBytes(media, limit)
    const sha256 = digestOf(bytes)
    remember(digests, mark, { sha256, until: nowMs() + ('url' in media ? ADDRESS_MS : LIFE_MS) })
    return { sha256, bytes }
  }

  const upload = async (media: MediaSource, type: T, source: Source): Promise<string> => {
    const bytes = source.bytes ?? (await fetchBytes(media, kinds[type].maxBytes))
    const id = await options.upload(type, fileOf(bytes, type, kinds[type], source.sha256))
    await store.put({ account, sha256: source.sha256, type }, id, LIFE_MS)
    log.info({ account, type, sha256: source.sha256.slice(0, 12), bytes: bytes.length }, 'media was uploaded')
    return id
  }

  const obtain = async (media: MediaSource, type: T, source: Source): Promise<string> => {
    const key = `${type}:${source.sha256}`
    const stored = await store.find({ account, sha256: source.sha256, type })
    const id = stored && stored.leftMs > 0 ? stored.mediaId : await upload(media, type, source)
    remember(ids, key, { id, until: nowMs() + (stored && stored.leftMs > 0 ? stored.leftMs : LIFE_MS) })
    return id
  }

  const idOf = async (media: MediaSource, type: T): Promise<string> => {
    if ('mediaId' in media) return media.mediaId
    const source = await sourceOf(media, kinds[type].maxBytes)
    const key = `${type}:${source.sha256}`
    const known = ids.get(key)
    if (known && known.until > nowMs()) return known.id
    const running = busy.get(key)
    if (running) return running
    const started = obtain(media, type, source).finally(() => busy.delete(key))
    busy.set(key, started)
    return started
  }

  return {
    idOf,
    replace: async (media, type, refused) => {
      if ('mediaId' in media) return undefined
      const { sha256 } = await sourceOf(media, kinds[type].maxBytes)
      const key = `${type}:${sha256}`
      if (ids.get(key)?.id === refused) ids.delete(key)
      await store.drop({ account, sha256, type }, refused)
      return idOf(media, type)
    },
  }
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest)
}

/** What tells that a file or address still has the same content, without reading it. */
async function markOf(dir: MediaFolders, media: Media, limit: number): Promise<string> {
  if ('url' in media) return media.url
  if ('mediaId' in media) return media.mediaId
  const place = await placeOf(dir, media.file, limit)
  const { mtimeMs, size } = await stat(place)
  return `${place}|${mtimeMs}|${size}`
}

/** The path of a file inside the first folder that has it, symbolic links followed; anything else is refused. */
async function placeOf(dir: MediaFolders, file: string, limit: number): Promise<string> {
  const fix = `put the file into content/media; the name is relative to it`
  const place = await firstPlace(typeof dir === 'string' ? [dir] : dir, file)
  if (place === undefined) throw new AppError('media.missing', `content/media/${file}: no such file`, { fix })
  if (place === 'outside') throw new AppError('media.outside', `${file}: outside content/media`, { fix })
  const { size } = await stat(place)
  if (size > limit) {
    throw new AppError('media.size', `content/media/${file}: ${size} bytes, at most ${limit} are allowed`, {
      fix: 'make the file smaller',
    })
  }
  return place
}

async function firstPlace(folders: readonly string[], file: string): Promise<string | 'outside' | undefined> {
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => resolve(folder))
    const place = await realpath(resolve(root, file)).catch(() => undefined)
    if (place !== undefined) return place.startsWith(root + sep) ? place : 'outside'
  }
  return undefined
}

function fileOf(bytes: Buffer, type: string, { formats }: MediaLaw, sha256: string): MediaFile {
  const found = sniff(bytes)
  if (!found || !formats.includes(found.type)) {
    throw new AppError(
      'media.format',
      `the file is ${found?.type ?? 'of an unknown kind'}, not a ${type} WeChat takes`,
      {
        fix: `use ${formats.map((name) => name.split('/')[1]).join(', ')}`,
      },
    )
  }
  return { bytes, contentType: found.type, filename: `${sha256.slice(0, 16)}.${found.ending}` }
}
