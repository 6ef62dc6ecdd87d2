import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readQuery } from '../../../src/platforms/shared/query.js'

describe('a query string', () => {
  test('gives each parameter once, unescaped', () => {
    expect(readQuery('signature=ab&echostr=%E4%BD%A0%2B%20&empty=&bare')).toEqual(
      new Map([
        ['signature', 'ab'],
        ['echostr', '你+ '],
        ['empty', ''],
        ['bare', ''],
      ]),
    )
    expect(readQuery('')).toEqual(new Map())
  })

  test('keeps a plus sign, since base64 holds them', () => {
    expect(readQuery('echostr=a+b')?.get('echostr')).toBe('a+b')
  })

  test.each([
    ['a parameter twice', 'nonce=1&nonce=2'],
    ['a parameter twice, once escaped', 'nonce=1&%6eonce=2'],
    ['a broken escape', 'nonce=%zz'],
    ['half a character', 'nonce=%E4%BD'],
    ['33 parameters', Array.from({ length: 33 }, (_, n) => `p${n}=1`).join('&')],
  ])('with %s is refused', (_, query) => {
    expect(readQuery(query)).toBeUndefined()
  })

  test('reads what encodeURIComponent writes', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/\p{Cs}/gu, ''))
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { maxKeys: 6 }), (params) => {
        const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        expect(Object.fromEntries(readQuery(query.join('&')) ?? [])).toEqual({ ...params })
      }),
    )
  })
})
