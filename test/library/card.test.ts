import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { withQuery } from '../../src/library/card.js'

test('parameters reach the mini program exactly as they were given', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]\w{0,5}$/), fc.string({ unit: 'grapheme' })), (params) => {
      const path = withQuery('pages/a?kept=1', params)
      const pairs = (path.split('?')[1] ?? '').split('&').map((pair) => pair.split('=').map(decodeURIComponent))
      expect(new Map(pairs as [string, string][])).toEqual(new Map(Object.entries({ kept: '1', ...params })))
      expect(path).not.toMatch(/[\s#+"<>]/)
    }),
  )
})

test('a parameter replaces the one in the path, half an emoji does not throw, and no parameter leaves no question mark', () => {
  expect(withQuery('pages/a?from=x&b=2', { from: 'y' })).toBe('pages/a?b=2&from=y')
  expect(withQuery('pages/a', { x: '\ud83c' })).toBe('pages/a?x=%EF%BF%BD')
  expect(withQuery('pages/a', {})).toBe('pages/a')
})
