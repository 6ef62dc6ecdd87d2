import type { Library } from '../library/library.js'
import type { MediaFile } from '../library/source.js'
import type { PictureRow } from './model.js'
import { checkPicture, type PictureUse } from './picture-check.js'
import type { Pictures } from './pictures.js'
import type { Uses } from './uses.js'
import type { UsedBy } from './views.js'

/** A picture that content may show, of `content/media` or put at the console. */
export interface PictureView {
  name: string
  owner: 'file' | 'console'
  type: string
  bytes: number
  width?: number
  height?: number
  at?: Date
  by?: string
}

/** The pictures to choose from. */
export interface PictureShelf {
  /** Those of the console first, the newest first. Only JPG and PNG, as articles and cards take them. */
  list(query: {
    text?: string | undefined
    owner?: 'file' | 'console' | undefined
    after?: string | undefined
    limit: number
  }): Promise<{ pictures: PictureView[]; next?: string }>
  /** Throws AppError `picture.*` for what the platform does not take. */
  put(bytes: Buffer, given: { name: string; use?: PictureUse | undefined }, by: string): Promise<PictureView>
  remove(name: string): Promise<'removed' | 'unknown' | 'read-only' | { used: UsedBy[] }>
}

const SHOWN = ['image/jpeg', 'image/png']

/** The shelf on its parts. */
export function createPictureShelf(ports: { pictures: Pictures; library: Library; uses: Uses }): PictureShelf {
  const { pictures, library, uses } = ports

  async function all(): Promise<PictureView[]> {
    const ours = await pictures.list()
    const names = new Set(ours.map(({ _id }) => _id))
    const files = library.mediaFiles().filter(({ name, type }) => !names.has(name) && SHOWN.includes(type))
    return [...ours.map(ownView), ...files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(fileView)]
  }

  return {
    async list({ text = '', owner, after, limit }) {
      const wanted = text.trim().toLowerCase()
      const found = (await all()).filter(
        (picture) => (owner === undefined || picture.owner === owner) && picture.name.toLowerCase().includes(wanted),
      )
      const start = after === undefined ? 0 : found.findIndex(({ name }) => name === after) + 1
      const page = found.slice(start, start + limit)
      const last = page.at(-1)
      return { pictures: page, ...(last && start + limit < found.length && { next: last.name }) }
    },
    async put(bytes, { name, use }, by) {
      const row = await pictures.put(checkPicture(bytes, name, use), bytes, by)
      await library.load()
      return ownView(row)
    },
    async remove(name) {
      if (!(await pictures.find(name))) {
        return library.mediaFiles().some((file) => file.name === name) ? 'read-only' : 'unknown'
      }
      const used = await uses.ofPicture(name)
      if (used.length > 0) return { used }
      const gone = await pictures.remove(name)
      await library.load()
      return gone ? 'removed' : 'unknown'
    },
  }
}

function ownView({ _id: name, type, bytes, width, height, at, by }: PictureRow): PictureView {
  return { name, owner: 'console', type, bytes, width, height, at, by }
}

function fileView({ name, type, bytes, width, height }: MediaFile): PictureView {
  const size = width === undefined || height === undefined ? {} : { width, height }
  return { name, owner: 'file', type, bytes, ...size }
}
