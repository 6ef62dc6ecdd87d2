import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { PublishingApi, SourcePicture, Upload, UploadKey, UploadStore } from './ports.js'

/** What a picture is uploaded as: inside an article (an address), or for good (an id, for covers). */
export type PictureUse = 'article-picture' | 'cover'

/** The pictures of an account on the platform, each uploaded once. */
export interface Pictures {
  /** The address or id; `alive` is called before an upload, which may take a minute. */
  place(picture: SourcePicture, use: PictureUse, alive: () => Promise<void>): Promise<string>
  /** Uploads again instead of an id that the platform no longer knows. */
  replace(picture: SourcePicture, use: PictureUse, refused: string, alive: () => Promise<void>): Promise<string>
}

/** Neither ends on the platform; looked after again once a year. */
const LIFE_MS = 365 * 86_400_000

/** The pictures of an account; `store` remembers by account, use and content. */
export function createPictures(account: string, api: PublishingApi['pictures'], store: UploadStore): Pictures {
  const upload = async (key: UploadKey, bytes: Buffer, picture: SourcePicture, use: PictureUse) => {
    const file = uploadOf(bytes, picture)
    const id = use === 'cover' ? await api.uploadForever(file) : await api.uploadForArticle(file)
    await store.put(key, id, LIFE_MS)
    return id
  }
  const place: Pictures['place'] = async (picture, use, alive) => {
    const known = await store.find({ account, sha256: picture.hash, type: use })
    if (known && known.leftMs > 0) return known.mediaId
    await alive()
    const bytes = await readFile(picture.path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return upload({ account, sha256, type: use }, bytes, picture, use)
  }
  return {
    place,
    async replace(picture, use, refused, alive) {
      await store.drop({ account, sha256: picture.hash, type: use }, refused)
      return place(picture, use, alive)
    },
  }
}

/** The platform looks at the name's ending as well as at the bytes. */
function uploadOf(bytes: Buffer, picture: SourcePicture): Upload {
  const ending = picture.type === 'image/png' ? 'png' : 'jpg'
  return { bytes, filename: `${picture.hash.slice(0, 16)}.${ending}`, contentType: picture.type }
}
