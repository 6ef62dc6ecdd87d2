import { crc32, deflateSync } from 'node:zlib'
import QRCode from 'qrcode'

/** A QR code as a black and white PNG of this many pixels each way, with a margin of 2 modules. Made at once, without streams. */
export function qrPng(words: string, width: number): Buffer {
  const { modules } = QRCode.create(words, { errorCorrectionLevel: 'M' })
  const scale = Math.max(1, Math.floor(width / (modules.size + 4)))
  const offset = Math.floor((width - modules.size * scale) / 2)
  const stride = Math.ceil(width / 8) + 1
  const pixels = Buffer.alloc(stride * width, 0xff)
  for (let y = 0; y < width; y += 1) {
    pixels[y * stride] = 0
    const row = Math.floor((y - offset) / scale)
    for (let x = offset; x < offset + modules.size * scale; x += 1) {
      const column = Math.floor((x - offset) / scale)
      if (row < 0 || row >= modules.size || !modules.get(row, column)) continue
      const at = y * stride + 1 + (x >> 3)
      pixels[at] = (pixels[at] ?? 0) & ~(0x80 >> (x & 7))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  header[8] = 1
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
