import { inflateSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import QRCode from 'qrcode'
import { qrPng } from '../../simulator/png.js'

test.each([280, 430, 1280])('a code of %i pixels shows every module', (width) => {
  const words = 'weapp:wx0000000000mini01/pages/index?scene=a=1'
  const png = qrPng(words, width)
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, width])
  const start = png.indexOf('IDAT')
  const pixels = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)))
  const stride = Math.ceil(width / 8) + 1
  const dark = (x: number, y: number) => ((pixels[y * stride + 1 + (x >> 3)] ?? 0xff) & (0x80 >> (x & 7))) === 0
  const { modules } = QRCode.create(words, { errorCorrectionLevel: 'M' })
  const scale = Math.floor(width / (modules.size + 4))
  const offset = Math.floor((width - modules.size * scale) / 2)
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const [x, y] = [column, row].map((at) => offset + at * scale + (scale >> 1))
      expect(dark(x ?? 0, y ?? 0)).toBe(Boolean(modules.get(row, column)))
    }
  }
  expect(dark(0, 0)).toBe(false)
})
