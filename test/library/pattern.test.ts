import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compilePattern, MATCH_CHARACTERS } from '../../src/library/pattern.js'

const refused = (source: string) => 'refused' in compilePattern(source)

describe('regular expressions of authors', () => {
  test.each([
    '(a+)+$',
    '(a|a)*b',
    '(a|ab)*c',
    '(\\w+\\s?)*x',
    '(.*)*',
    '(a?){20}b',
    '((a{1,9}){1,9}){1,9}b',
    '.*.*.*.*x',
    '(\\d+)+元',
    '(?:a|A)+x',
    '^a|.*.*.*x',
    '(a*)*',
    '([ab]|[bc])+d',
    '(x+x+)+y',
  ])('%s could hang the process and is refused', (source) => {
    expect(refused(source)).toBe(true)
  })

  test.each([
    '运费',
    '^查.{0,5}快递$',
    '怎么(退|换)(货|款)?',
    '(红|蓝|绿)+色',
    '\\d{4,20}',
    '^订单\\s*(\\w+)$',
    '[男女]款',
    '(?:多少|什么)价',
    '^(?=.*退).*款$',
    '\\p{Script=Han}+尺',
    '\\u0041\\x42b+',
    '[^\\]]+x',
  ])('%s is accepted', (source) => {
    expect(compilePattern(source)).toHaveProperty('pattern')
  })

  test('what does not compile, is too long, empty or matches everything is refused with a fix', () => {
    for (const source of ['(', '[a', '', 'a'.repeat(201), 'a*', '.*', '(a)\\1', '(?<n>a)\\k<n>', '\\'])
      expect(compilePattern(source)).toEqual({ refused: expect.any(String), fix: expect.any(String) })
  })

  test('whatever is accepted answers quickly on the longest message tried', () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\w', '[ab]', '(a|b)', '(a|ab)', '(?:ab)', '(a+)', '(a?)', '(b*a)')
    const pattern = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,4}', '{3}')), { minLength: 1, maxLength: 5 })
      .map((parts) => `${parts.flat().join('')}c`)
    fc.assert(
      fc.property(pattern, fc.constantFrom('a', 'b', 'ab', 'aab'), (source, unit) => {
        const compiled = compilePattern(source)
        if (!('pattern' in compiled)) return
        const message = unit.repeat(MATCH_CHARACTERS).slice(0, MATCH_CHARACTERS)
        const began = performance.now()
        compiled.pattern.test(message)
        expect(performance.now() - began).toBeLessThan(1500)
      }),
      { numRuns: 300 },
    )
  })
})
