import { crc32, deflateSync } from 'node:zlib'
import type { MediaKind } from '../official-account/media.js'

type Color = [number, number, number]

/** Small files for messages that come without one: a drawn picture, 2 s of AMR silence, the head of an MP4. */
export const sampleFiles: Record<MediaKind, Buffer> = {
  image: png(360, 270, landscape),
  thumb: png(160, 120, landscape),
  voice: Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(3200, 0x3c)]),
  video: Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42\0\0\0\0mp42isom'), Buffer.alloc(64)]),
}

/** A sky, a sun and two hills; x and y from 0 to 1. */
function landscape(x: number, y: number): Color {
  if (y > 0.72 + 0.1 * Math.sin(x * 5 + 2)) return [86, 150, 104]
  if (y > 0.6 + 0.12 * Math.sin(x * 7)) return [128, 186, 140]
  if ((x - 0.72) ** 2 * 1.78 + (y - 0.28) ** 2 < 0.011) return [255, 220, 128]
  return [166 + 70 * y, 208 + 24 * y, 240]
}

function png(width: number, height: number, paint: (x: number, y: number) => Color): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const color = paint(column / width, row / height)
      rows.set(color.map(Math.round), row * (1 + width * 3) + 1 + column * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
