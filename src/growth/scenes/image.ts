import { createRequire } from 'node:module'
import { crc32, deflateSync } from 'node:zlib'
import { GLYPH_WIDTH, GLYPHS } from './glyphs.js'

/** Quiet zone in modules: readers need four. */
const MARGIN = 4

/** Loaded with the first code that is drawn: 57 modules that most processes never need. */
let drawing: typeof import('qrcode') | undefined

/** The modules of a code: true is black. Error correction M, as printed codes get scratched. */
function modules(url: string): { size: number; black(x: number, y: number): boolean } {
  drawing ??= createRequire(import.meta.url)('qrcode') as typeof import('qrcode')
  const { modules: grid } = drawing.create(url, { errorCorrectionLevel: 'M' })
  return { size: grid.size, black: (x, y) => grid.get(y, x) === 1 }
}

/** A code as SVG, one path, with a caption below in any script. Scales to any print size. */
export function codeSvg(url: string, caption: string): string {
  const { size, black } = modules(url)
  const width = size + 2 * MARGIN
  const height = width + (caption === '' ? 0 : MARGIN)
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let run = 0
      while (x + run < size && black(x + run, y)) run += 1
      if (run > 0) path += `M${x + MARGIN} ${y + MARGIN}h${run}v1h-${run}z`
      x += run
    }
  }
  const label =
    caption === ''
      ? ''
      : `<text x="${width / 2}" y="${width + 1}" font-size="2.6" font-family="sans-serif" text-anchor="middle">${withoutMarkup(caption)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="#fff"/><path d="${path}" shape-rendering="crispEdges"/>${label}</svg>\n`
}

/**
 * A code as PNG, `pixels` a module (12 gives about 400 to 600 pixels), black on white. The caption is drawn where it is
 * letters, digits and signs of ASCII; other scripts need fonts: use SVG.
 */
export function codePng(url: string, caption: string, pixels = 12): Buffer {
  const { size, black } = modules(url)
  const drawn = /^[ -~]+$/.test(caption) ? caption : ''
  const width = (size + 2 * MARGIN) * pixels
  const scale = Math.max(1, Math.min(3, Math.floor((width * 0.9) / Math.max(1, drawn.length * (GLYPH_WIDTH + 1)))))
  const height = width + (drawn === '' ? 0 : (GLYPH_HEIGHT + 4) * scale)
  const image = Buffer.alloc(width * height, 255)
  const fill = (left: number, top: number, side: number) => {
    for (let y = top; y < top + side; y++) image.fill(0, y * width + left, y * width + Math.min(left + side, width))
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (black(x, y)) fill((x + MARGIN) * pixels, (y + MARGIN) * pixels, pixels)
  }
  const from = Math.max(0, Math.floor((width - drawn.length * (GLYPH_WIDTH + 1) * scale) / 2))
  for (const [at, letter] of [...drawn].entries()) {
    const columns = GLYPHS.slice((letter.charCodeAt(0) - 32) * GLYPH_WIDTH).slice(0, GLYPH_WIDTH)
    for (const [x, column] of columns.entries()) {
      const left = from + (at * (GLYPH_WIDTH + 1) + x) * scale
      if (left + scale > width) continue
      for (let y = 0; y < GLYPH_HEIGHT; y++) if ((column >> y) & 1) fill(left, width + y * scale, scale)
    }
  }
  return png(width, height, image)
}

const GLYPH_HEIGHT = 8

/** A grey image as PNG: signature, header, one compressed block of rows, end. */
function png(width: number, height: number, grey: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) grey.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width)
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

function withoutMarkup(value: string): string {
  return value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
