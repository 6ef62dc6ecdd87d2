import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { MediaFile } from '../library/source.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Changes } from './changes.js'
import { binary, type EditorRows, type PictureRow } from './model.js'
import type { CheckedPicture } from './picture-check.js'

/** How many pictures may be kept. */
export const MOST_PICTURES = 2000

/** A copy may be of a picture that another process on this machine has just kept: only old ones are removed. */
const LEFT_MS = 3_600_000

/** Pictures that were put at the console: kept in the store, and in every process as files to be served and uploaded. */
export interface Pictures {
  /** Keeps a picture; one whose content is known already is given as it is. Throws AppError `content.too-many`. */
  put(checked: CheckedPicture, bytes: Buffer, by: string): Promise<PictureRow>
  /** The newest first. */
  list(): Promise<PictureRow[]>
  find(name: string): Promise<PictureRow | undefined>
  remove(name: string): Promise<boolean>
  /** All of them as files of this machine; what is missing there is fetched from the store. */
  files(): Promise<MediaFile[]>
}

/** The pictures of a store. `dir`: where this machine keeps its copies; anything else in it is removed. */
export function createPictures(ports: { rows: EditorRows; changes: Changes; clock: Clock; dir: string }): Pictures {
  const { rows, changes, clock } = ports
  const dir = resolve(ports.dir)

  async function copy({ _id: name, hash, bytes }: PictureRow): Promise<boolean> {
    const path = join(dir, name)
    if ((await stat(path).catch(() => undefined))?.size === bytes) return true
    const found = await rows.pictureBytes().findOne({ _id: hash })
    if (!found) return false
    const data = Buffer.from(found.data.buffer)
    if (createHash('sha256').update(data).digest('hex') !== hash) return false
    await mkdir(dir, { recursive: true })
    const fresh = join(dir, `.${name}.${process.pid}.part`)
    await writeFile(fresh, data)
    await rename(fresh, path)
    return true
  }

  async function tidy(names: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(dir).catch(() => [])) {
      const age = clock.now().getTime() - ((await stat(join(dir, name)).catch(() => undefined))?.mtimeMs ?? 0)
      if (!names.has(name) && age > LEFT_MS) await rm(join(dir, name), { force: true })
    }
  }

  return {
    async put({ name, hash, type, width, height }, bytes, by) {
      const known = await rows.pictures().findOne({ hash })
      if (known) return known
      if ((await rows.pictures().countDocuments({})) >= MOST_PICTURES) {
        const fix = 'delete pictures that nothing uses'
        throw new AppError('content.too-many', `there are ${MOST_PICTURES} pictures already`, { fix })
      }
      await rows.pictureBytes().updateOne({ _id: hash }, { $set: { data: binary(bytes) } }, { upsert: true })
      const row: PictureRow = { _id: name, hash, type, bytes: bytes.length, width, height, at: clock.now(), by }
      try {
        await rows.pictures().insertOne(row)
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
      await changes.tell()
      return row
    },
    list: () => rows.pictures().find({}).sort({ at: -1 }).toArray(),
    async find(name) {
      return (await rows.pictures().findOne({ _id: name })) ?? undefined
    },
    async remove(name) {
      const gone = await rows.pictures().findOneAndDelete({ _id: name })
      if (!gone) return false
      await rows.pictureBytes().deleteOne({ _id: gone.hash })
      await changes.tell()
      return true
    },
    async files() {
      const all = await rows.pictures().find({}).toArray()
      const files: MediaFile[] = []
      for (const row of all) {
        const { _id: name, hash, type, bytes, width, height } = row
        if (await copy(row)) files.push({ name, path: join(dir, name), bytes, hash, type, width, height })
      }
      await tidy(new Set(all.map(({ _id }) => _id)))
      return files
    },
  }
}
