import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { diffLines, diffSigns, shortened } from '../../console/src/shell/text-diff.js'

const told = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: ' ', gone: '-', new: '+' }[kind]}${text}`)

test('a changed line stands beside its old form, with what changed inside of it', () => {
  expect(told('a\nb\nc', 'a\nx\nc')).toEqual([' a', '-b', '+x', ' c'])
  const [, old, now] = diffLines('标题\n满 99 元包邮\n尾', '标题\n满 129 元包邮\n尾')
  expect(old?.parts?.filter(({ kind }) => kind === 'gone').map(({ text }) => text)).toEqual(['9'])
  expect(now?.parts?.filter(({ kind }) => kind === 'new').map(({ text }) => text)).toEqual(['12'])
  expect(diffLines('完全不同', 'abcdefgh').every(({ parts }) => parts === undefined)).toBe(true)
})

test('numbers of lines are those of the text the line stands in', () => {
  expect(diffLines('a\nb', 'x\na\nb').map(({ line }) => line)).toEqual([1, 2, 3])
  expect(diffLines('a\nb\nc', 'c').map(({ line }) => line)).toEqual([1, 2, 1])
})

test('nothing, line ends of other systems and emoji are no trouble', () => {
  expect(told('', '')).toEqual([])
  expect(told('', 'a')).toEqual(['+a'])
  expect(told('a\r\nb', 'a\nb')).toEqual([' a', ' b'])
  expect(diffSigns('好😀', '好😃').map(({ text }) => text)).toEqual(['好', '😀', '😃'])
})

test('long stretches that are alike are only counted', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`)
  const rows = shortened(diffLines(lines.join('\n'), [...lines.slice(0, 20), 'new', ...lines.slice(20)].join('\n')), 2)
  expect(rows.map((row) => (row.kind === 'skipped' ? row.lines : row.kind))).toEqual([
    18,
    ...['same', 'same', 'new', 'same', 'same'],
    18,
  ])
})

test('whatever two texts are, the difference gives both again', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '好', 'long line of words', ''), { maxLength: 12 })
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [before, after] = [one.join('\n'), other.join('\n')]
      const lines = diffLines(before, after)
      const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text)
      expect(without('new')).toEqual(before === '' ? [] : one)
      expect(without('gone')).toEqual(after === '' ? [] : other)
      for (const { text: whole, parts } of lines) if (parts) expect(parts.map((part) => part.text).join('')).toBe(whole)
    }),
  )
})

test('texts too large to compare sign by sign count as replaced, and are answered', () => {
  const before = Array.from({ length: 3000 }, (_, index) => `a${index}`).join('\n')
  const after = Array.from({ length: 3000 }, (_, index) => `b${index}`).join('\n')
  expect(diffLines(before, after)).toHaveLength(6000)
})
