import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseJson } from '../../../src/platforms/shared/json.js'

describe('reading JSON', () => {
  test('keeps the digits of every number and makes words text', () => {
    expect(parseJson('{"MsgId":9007199254740993123,"a":-1.50e3,"b":true,"c":null,"d":["1",2]}')).toEqual({
      MsgId: '9007199254740993123',
      a: '-1.50e3',
      b: 'true',
      c: '',
      d: ['1', '2'],
    })
  })

  test('trims names, as in the samples of WeChat', () => {
    expect(parseJson('{" OpenID":"o1"," AppID ":"wx"}')).toEqual({ OpenID: 'o1', AppID: 'wx' })
  })

  test('gives fields without a prototype', () => {
    expect(Object.getPrototypeOf(parseJson('{"a":{}}'))).toBeNull()
  })

  test.each([
    ['nothing', '', 'not a JSON object'],
    ['a list', '[{}]', 'not a JSON object'],
    ['a text', '"a"', 'not a JSON object'],
    ['a cut end', '{"a":1', 'cut off'],
    ['a cut text', '{"a":"1', 'cut off'],
    ['a cut list', '{"a":[1', 'cut off'],
    ['something behind the end', '{"a":1}x', 'follows the end'],
    ['a comma too many', '{"a":1,}', 'string is broken'],
    ['no comma', '{"a":1 "b":2}', 'cut off'],
    ['no colon', '{"a" 1}', 'not JSON'],
    ['no value', '{"a":}', 'not JSON'],
    ['a leading zero', '{"a":01}', 'cut off'],
    ['a plus', '{"a":+1}', 'not JSON'],
    ['NaN', '{"a":NaN}', 'not JSON'],
    ['single quotes', "{'a':1}", 'string is broken'],
    ['a raw line break in a text', '{"a":"1\n2"}', 'string is broken'],
    ['a bad escape', '{"a":"\\x41"}', 'string is broken'],
    ['half a character', '{"a":"\\ud83d"}', 'half a character'],
    ['a name twice', '{"a":1,"a":2}', 'comes twice'],
    ['a name twice, once with a blank', '{"a":1," a":2}', 'comes twice'],
    ['__proto__', '{"__proto__":{"admin":1}}', 'not a field'],
    ['an escaped __proto__', '{"\\u005f_proto__":1}', 'not a field'],
    ['constructor', '{"a":{"constructor":1}}', 'not a field'],
    ['an empty name', '{"":1}', 'not a field'],
    ['7 levels', '{"a":[[[[[[1]]]]]]}', 'deeper than 6'],
    ['501 values', `{"a":[${'1,'.repeat(500)}1]}`, 'more than 500 values'],
  ])('refuses %s', (_, source, reason) => {
    expect(parseJson(source)).toContain(reason)
  })

  test('agrees with JSON.parse on every object of texts and lists', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/\p{Cs}/gu, ''))
    const name = fc
      .stringMatching(/^[A-Za-z][A-Za-z_]{0,8}$/)
      .filter((value) => !['constructor', 'prototype'].includes(value))
    const value = fc.oneof(text, fc.array(text, { maxLength: 4 }), fc.dictionary(name, text, { maxKeys: 4 }))
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 6 }), fc.boolean(), (object, pretty) => {
        const source = JSON.stringify(object, undefined, pretty ? 2 : undefined)
        expect(JSON.parse(JSON.stringify(parseJson(source)))).toEqual(JSON.parse(source))
      }),
      { numRuns: 3000 },
    )
  })

  test('accepts no mutation that JSON.parse refuses', () => {
    const source = '{"ToUserName":"gh_1","CreateTime":1767225600,"List":[{"a":"\\u4f60好"},{"b":null}],"c":{"d":true}}'
    const junk = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', '.', 'e', 'x', ' ', '')
    fc.assert(
      fc.property(fc.nat(source.length), fc.nat(6), junk, (at, length, inserted) => {
        const mutated = source.slice(0, at) + inserted + source.slice(at + length)
        if (typeof parseJson(mutated) !== 'string') expect(() => JSON.parse(mutated)).not.toThrow()
      }),
      { numRuns: 20_000 },
    )
  })
})
