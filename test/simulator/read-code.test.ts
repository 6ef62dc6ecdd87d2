import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import QR from 'qrcode'

interface Pixels {
  data: Uint8ClampedArray
  width: number
  height: number
}
type Read = (pixels: Pixels) => string | undefined

let readCode: Read
beforeAll(async () => {
  const file = fileURLToPath(new URL('../../simulator/page/corp/read-code.js', import.meta.url))
  readCode = ((await import(file)) as { readCode: Read }).readCode
})

const white = (width: number, height: number): Pixels => ({
  data: new Uint8ClampedArray(width * height * 4).fill(255),
  width,
  height,
})

/** The code in a picture with so many pixels a module, somewhere on white. */
function drawn(text: string, level: 'L' | 'M' | 'Q' | 'H', scale: number, left = 30, top = 50): Pixels {
  const { modules } = QR.create(text, { errorCorrectionLevel: level })
  const side = Math.ceil(modules.size * scale)
  const pixels = white(side + left + 25, side + top + 25)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (modules.get(Math.floor(y / scale), Math.floor(x / scale)) === 0) continue
      pixels.data.fill(30, ((y + top) * pixels.width + x + left) * 4, ((y + top) * pixels.width + x + left) * 4 + 3)
    }
  }
  return pixels
}

describe('reading a QR code on the phone', () => {
  test.each(['L', 'M', 'Q', 'H'] as const)('gives back the text at level %s, whatever the size', (level) => {
    const texts = ['http://127.0.0.1:3001/wwqr/c0ffee01.png', '加入群聊：母婴福利1群', '12345678', 'A1'.repeat(40)]
    for (const text of texts) {
      for (const scale of [1, 2, 4.7, 9]) expect(readCode(drawn(text, level, scale))).toBe(text)
    }
  })

  test('any text that fits is read back', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 90 }), (wanted, left) => {
        expect(readCode(drawn(wanted, 'L', 3, left, 20))).toBe(wanted)
      }),
      { numRuns: 40 },
    )
  })

  test('a picture without a code gives nothing, and noise does no harm', () => {
    expect(readCode(white(120, 80))).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60 * 60 * 4, maxLength: 60 * 60 * 4 }), (bytes) => {
        readCode({ data: new Uint8ClampedArray(bytes), width: 60, height: 60 })
      }),
      { numRuns: 20 },
    )
  })
})
