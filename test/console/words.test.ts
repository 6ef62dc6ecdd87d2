import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { en } from '../../console/src/words/en.js'
import { createWords, fill } from '../../console/src/words/words.js'
import { zh } from '../../console/src/words/zh.js'

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()
const words = createWords('zh-CN', zh, () => new Date('2026-03-04T04:00:00Z'))

test('every word stands in both languages, not empty, with the same places to fill', () => {
  expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted())
  const english = new Map<string, string>(Object.entries(en))
  for (const [word, text] of Object.entries(zh)) {
    expect([word, text.trim().length > 0, (english.get(word) ?? '').length > 0]).toEqual([word, true, true])
    expect([word, ...names(english.get(word) ?? '')]).toEqual([word, ...names(text)])
  }
})

test('no word is left over: each is named in a page, or is a label of the API’s codes', () => {
  const kinds =
    /^(state|campaign|run|reason|channel|purpose|platform|trigger|kind|standing|target|way|alert|role|problem|look|find|welcome|limit)\./
  const folder = 'console/src'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
  const source = files
    .filter((file) => !file.startsWith('words'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  const all = source.join('\n')
  const unused = Object.keys(zh).filter((word) => !kinds.test(word) && !all.includes(`'${word}'`))
  expect(unused).toEqual([])
})

test('places are filled, unknown codes stay as they are, times of another year name it', () => {
  expect(fill('{n} 条，{x}', { n: 3 })).toBe('3 条，{x}')
  expect(words.t('list.all', { n: 7 })).toBe('共 7 条')
  expect(words.label('state', 'sent')).toBe('已发送')
  expect(words.label('state', 'brand-new')).toBe('brand-new')
  expect(words.money(123456)).toBe('¥1,234.56')
  expect(words.moment('2026-03-04T04:00:00Z')).not.toContain('2026')
  expect(words.moment('2025-03-04T04:00:00Z')).toContain('2025')
})
