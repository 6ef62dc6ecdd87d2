import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { describePattern, exact, halfWidth, normalise, typed } from '../../src/core/match.js'

const fits = (pattern: Parameters<typeof typed>[0], text: string) => typed(pattern)(text) !== undefined

describe('what people type', () => {
  test.each(['退货', ' 退货 ', '退货？', '退货!!', '退货。', '退货～', '\u3000退货\n'])('%j is 退货', (text) => {
    expect(fits('退货', text)).toBe(true)
  })

  test.each(['我要退货', '退货吗', '退 货', '', '？'])('%j is not 退货', (text) => {
    expect(fits('退货', text)).toBe(false)
  })

  test.each(['TD', 'td', 'ＴＤ', 'Ｔｄ。'])('%j is TD', (text) => {
    expect(fits('TD', text)).toBe(true)
  })

  test('a regular expression sees the text as written, then its half-width form', () => {
    expect(typed(/，(.+)/)('你好，世界')?.[1]).toBe('世界')
    expect(typed(/^单号\s*(\w+)$/)('单号　ＳＦ１２')?.[1]).toBe('SF12')
  })

  test('a global or sticky expression finds the same in the second text as in the first', () => {
    for (const pattern of [/新品/g, /新品/y, /新品/gy]) {
      const find = typed(pattern)
      expect([find('新品'), find('新品'), find('新品')].map((match) => match?.[0])).toEqual(['新品', '新品', '新品'])
      expect(pattern.lastIndex).toBe(0)
    }
    expect(fits(/新品/y, '看新品')).toBe(false)
    expect(fits(/新品/g, '看新品')).toBe(true)
  })

  test('of a list the first that fits gives the match', () => {
    expect(typed(['退货', /(退)(款)/])('怎么退款')?.slice(1)).toEqual(['退', '款'])
    expect(typed([])('退货')).toBeUndefined()
  })

  test('normalising twice is normalising once', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => normalise(normalise(text)) === normalise(text)))
  })

  test('half-width keeps the length and everything that is not full-width ASCII', () => {
    expect(halfWidth('ＡＢ１　！中文、。')).toBe('AB1 !中文、。')
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => halfWidth(text).length === text.length))
  })
})

test('what programs write is compared letter by letter', () => {
  expect(exact('A')(' A')).toBeUndefined()
  expect(exact('A')('a')).toBeUndefined()
  expect(exact(['A', /^b-(\d)$/g])('b-1')?.[1]).toBe('1')
})

test('a pattern is named by its words', () => {
  expect(describePattern(['退货', /怎么退/])).toBe('退货|/怎么退/')
})
