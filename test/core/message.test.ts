import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { durationMs } from '../../src/core/clock.js'
import { splitText, text, toMessage } from '../../src/core/message.js'

describe('splitting a text', () => {
  test('short text stays whole', () => {
    expect(splitText('你好', 2048)).toEqual(['你好'])
  })

  test('nothing is lost and no piece is too long, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 8, max: 64 }), (value, max) => {
        const pieces = splitText(value, max)
        expect(pieces.join('')).toBe(value)
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(max)
      }),
    )
  })

  test('a joined emoji is not torn apart', () => {
    const family = '👨‍👩‍👧‍👦'
    const pieces = splitText(`${'字'.repeat(8)}${family}尾`, 30)
    expect(pieces.some((piece) => piece.includes(family))).toBe(true)
  })

  test('it prefers to break after a sentence', () => {
    const pieces = splitText('第一句话说完了。第二句话比较长一些', 36)
    expect(pieces[0]).toBe('第一句话说完了。')
  })
})

test('a reply of text, of nothing and of a message', () => {
  expect(toMessage('好')).toEqual(text('好'))
  expect(toMessage('')).toBeUndefined()
  expect(toMessage(undefined)).toBeUndefined()
  expect(toMessage({ kind: 'hand-over' })).toEqual({ kind: 'hand-over' })
})

test('durations are read as people write them', () => {
  expect(durationMs('500ms')).toBe(500)
  expect(durationMs('1.5h')).toBe(5_400_000)
  expect(durationMs(20)).toBe(20)
  for (const wrong of ['', 'soon', '5 weeks', '-3s', '3', Number.NaN])
    expect(() => durationMs(wrong)).toThrow(RangeError)
})
