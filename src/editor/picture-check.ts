import { createHash } from 'node:crypto'
import { limits } from '../../rules/official-account/limits.js'
import { AppError } from '../core/errors.js'
import { sniff } from '../library/media-type.js'

/** What a picture is for: the platform has a limit of its own for each. */
export const PICTURE_USES = ['cover', 'body', 'thumb', 'reply'] as const
export type PictureUse = (typeof PICTURE_USES)[number]

/** A picture that may be kept. */
export interface CheckedPicture {
  name: string
  hash: string
  type: 'image/jpeg' | 'image/png'
  width: number
  height: number
}

const MOST: Readonly<Record<PictureUse, number>> = {
  cover: limits.imageBytes.value,
  body: limits.articleImageBytes.value,
  thumb: limits.thumbBytes.value,
  reply: limits.imageBytes.value,
}
/** More pixels than this no phone shows, and unpacking them is how a small file fills a memory. */
const MOST_PIXELS = 50_000_000

/**
 * Tells by its bytes whether a picture may be kept: JPG or PNG, nothing else (SVG and HTML run scripts), within the
 * platform's limit for its use. Its name is made of its content, so that the same picture is kept once. Throws AppError
 * `picture.kind`, `picture.size`, `picture.pixels`.
 */
export function checkPicture(bytes: Buffer, given: string, use: PictureUse | undefined): CheckedPicture {
  const { type, width, height } = sniff(bytes)
  const wanted = use === 'thumb' ? ['image/jpeg'] : ['image/jpeg', 'image/png']
  if ((type !== 'image/jpeg' && type !== 'image/png') || !wanted.includes(type)) {
    const kinds = use === 'thumb' ? 'JPG' : 'JPG 或 PNG'
    throw new AppError('picture.kind', `这个文件不是 ${kinds} 图片 / not a ${kinds === 'JPG' ? 'JPG' : 'JPG or PNG'}`, {
      fix: `另存为 ${kinds}（只改扩展名不行）`,
    })
  }
  const most = use === undefined ? limits.imageBytes.value : MOST[use]
  if (bytes.length > most) {
    throw new AppError('picture.size', `图片有 ${kib(bytes.length)}，平台最多 ${kib(most)} / too large`, {
      fix: '压缩图片或缩小尺寸',
    })
  }
  if (width === undefined || height === undefined || width < 1 || height < 1 || width * height > MOST_PIXELS) {
    throw new AppError('picture.pixels', '图片已损坏，或像素太多 / broken, or too many pixels', {
      fix: '用图片软件打开，缩小后另存一份',
    })
  }
  const hash = createHash('sha256').update(bytes).digest('hex')
  return { name: nameOf(given, hash, type), hash, type, width, height }
}

/** `cover-tea.JPG` of some content is `cover-tea-3f0c2a9d8e.jpg`; what is no letter or digit goes. */
function nameOf(given: string, hash: string, type: CheckedPicture['type']): string {
  const stem = given
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .toLowerCase()
  return `${stem === '' ? 'picture' : stem}-${hash.slice(0, 10)}.${type === 'image/png' ? 'png' : 'jpg'}`
}

const kib = (bytes: number) =>
  bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} KB`
