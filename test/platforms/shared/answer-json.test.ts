import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { idOf, parseAnswerJson, recordOf } from '../../../src/platforms/shared/answer-json.js'

describe('answers of the platform are read as they really are', () => {
  test('pretty-printed JSON is JSON', () => {
    expect(parseAnswerJson('{\n\t"errcode": 0,\r\n "errmsg": "ok"\n}')).toEqual({ errcode: 0, errmsg: 'ok' })
  })

  test('integers beyond 2^53 keep every digit as text, others stay numbers', () => {
    expect(
      parseAnswerJson('{"msgid":3557254367693750277,"n":-9223372036854775808,"safe":9007199254740991,"f":1.5e3}'),
    ).toEqual({ msgid: '3557254367693750277', n: '-9223372036854775808', safe: 9007199254740991, f: 1500 })
  })

  test('long digits inside a string are left alone', () => {
    expect(parseAnswerJson('{"s":"order \\"3557254367693750277\\" ok","n":3557254367693750277}')).toEqual({
      s: 'order "3557254367693750277" ok',
      n: '3557254367693750277',
    })
  })

  test('raw control characters inside a string are accepted', () => {
    expect(parseAnswerJson('{"remark":"line one\nline\ttwo\u0001","errcode":0}')).toEqual({
      remark: 'line one\nline\ttwo\u0001',
      errcode: 0,
    })
  })

  test('a byte-order mark is skipped', () => {
    expect(parseAnswerJson('\ufeff{"errcode":0}')).toEqual({ errcode: 0 })
  })

  test.each(['{"__proto__":{"polluted":1},"a":1}', '{"\\u005f_proto__":{"polluted":1},"a":1}'])(
    'a __proto__ key touches nobody: %s',
    (text) => {
      const parsed = recordOf(parseAnswerJson(text))
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
      expect(Object.assign({}, parsed)).not.toHaveProperty('polluted')
      expect(Object.keys(parsed ?? {})).toEqual(['a'])
    },
  )

  test.each(['', 'ok', '<html></html>', '{"errcode":0', '{"a":"unclosed', "{'a':1}"])('%j is no JSON', (text) => {
    expect(() => parseAnswerJson(text)).toThrow(SyntaxError)
  })

  test('whatever JSON.stringify writes is read back, with any white space', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        const wanted = JSON.parse(text, (key, item) => {
          if (key === '__proto__') return undefined
          return Number.isInteger(item) && !Number.isSafeInteger(item) && /^-?\d+$/.test(String(item))
            ? String(item)
            : item
        })
        expect(parseAnswerJson(text)).toEqual(wanted)
      }),
      { numRuns: 500 },
    )
  })

  test('strings with raw control characters come back as they were', () => {
    fc.assert(
      fc.property(fc.string(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }), (text, id) => {
        const raw = `{"text":"${text.replace(/["\\]/g, '\\$&')}","id":${id}}`
        expect(parseAnswerJson(raw)).toEqual({ text, id: String(id) })
      }),
      { numRuns: 500 },
    )
  })
})

test('ids are text, whether the platform wrote a number or a string', () => {
  expect([idOf(12), idOf('12'), idOf(undefined), idOf(Number.NaN)]).toEqual(['12', '12', undefined, undefined])
})
