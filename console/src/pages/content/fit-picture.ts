import { limits } from '../../../../rules/official-account/limits.js'

/** What a picture is for. */
export type PictureUse = 'cover' | 'body' | 'thumb' | 'reply'

/** A picture ready to be sent, or why not. */
export type Fitted = { data: string } | { refused: 'broken' } | { refused: 'too-big'; bytes: number; most: number }

interface Law {
  most: number
  width: number
  /** Width by height; cropped to it from the middle. */
  ratio?: number
}
const LAWS: Readonly<Record<PictureUse, Law>> = {
  cover: { most: limits.articleImageBytes.value, width: 1800 },
  body: { most: limits.articleImageBytes.value, width: 1440 },
  thumb: { most: limits.thumbBytes.value, width: 520, ratio: 520 / 416 },
  reply: { most: limits.articleImageBytes.value, width: 1800 },
}
const QUALITIES = [0.92, 0.85, 0.75, 0.65, 0.5]

/**
 * Makes a picture fit the platform: JPG or PNG that are small enough and tell nothing of where they were taken go as
 * they are; everything else the browser can read is drawn anew as a JPG, smaller and smaller until it fits.
 */
export async function fitPicture(file: Blob, use: PictureUse): Promise<Fitted> {
  const { most, width, ratio } = LAWS[use]
  const types = use === 'thumb' ? ['image/jpeg'] : ['image/jpeg', 'image/png']
  if (types.includes(file.type) && file.size <= most && !(await tellsMore(file))) return { data: await base64(file) }
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (!picture) return { refused: 'broken' }
  let smallest = Number.POSITIVE_INFINITY
  for (let size = width; size >= 200; size = Math.floor(size * 0.8)) {
    for (const quality of QUALITIES) {
      const drawn = await draw(picture, size, ratio, quality)
      if (drawn && drawn.size <= most) return { data: await base64(drawn) }
      smallest = Math.min(smallest, drawn?.size ?? smallest)
    }
  }
  return { refused: 'too-big', bytes: smallest, most }
}

/** Phones write into a photo where it was taken. */
async function tellsMore(file: Blob): Promise<boolean> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 65_536).arrayBuffer())
  return head.includes('Exif\0') || head.includes('eXIf')
}

function draw(picture: ImageBitmap, most: number, ratio: number | undefined, quality: number): Promise<Blob | null> {
  const from = ratio === undefined ? picture : cropped(picture, ratio)
  const [left, top] = [(picture.width - from.width) / 2, (picture.height - from.height) / 2]
  const scale = Math.min(1, most / from.width)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(from.width * scale))
  canvas.height = Math.max(1, Math.round(from.height * scale))
  const brush = canvas.getContext('2d')
  if (!brush) return Promise.resolve(null)
  brush.fillStyle = '#fff'
  brush.fillRect(0, 0, canvas.width, canvas.height)
  brush.drawImage(picture, left, top, from.width, from.height, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

function cropped({ width, height }: { width: number; height: number }, ratio: number) {
  return width / height > ratio ? { width: height * ratio, height } : { width, height: width / ratio }
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
