import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { en } from '../../console/src/words/en.js'
import { createWords, fill, type OwnWords } from '../../console/src/words/words.js'
import { zh } from '../../console/src/words/zh.js'

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted()
const words = createWords('zh-CN', zh, () => new Date('2026-03-04T04:00:00Z'))

const folder = 'console/src'
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file))
/** The console's own texts, and those of the parts that keep theirs beside their pages. */
const dictionaries: [string, OwnWords][] = [['words', { zh, en }]]
for (const file of files.filter((one) => /^pages\/.*words\.ts$/.test(one))) {
  const { words: own } = (await import(path.resolve(folder, file))) as { words: OwnWords }
  dictionaries.push([file, own])
}

test.each(dictionaries)('%s: every word stands in both languages, not empty, with the same places', (_, own) => {
  expect(Object.keys(own.en).toSorted()).toEqual(Object.keys(own.zh).toSorted())
  for (const [word, text] of Object.entries(own.zh)) {
    const english = own.en[word] ?? ''
    expect([word, text.trim().length > 0, english.length > 0]).toEqual([word, true, true])
    expect([word, ...names(english)]).toEqual([word, ...names(text)])
  }
})

test('no word is left over or stands twice: each is named in a page, or is a label of the API’s codes', () => {
  const kinds =
    /^(state|campaign|run|reason|channel|purpose|platform|connected|trigger|kind|standing|target|task|way|alert|role|problem|look|find|welcome|limit|tour)\./
  const source = files
    .filter((file) => !file.startsWith('words') && !file.endsWith('words.ts'))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  const all = source.join('\n')
  const every = dictionaries.flatMap(([, own]) => Object.keys(own.zh))
  expect(every.filter((word) => !kinds.test(word) && !all.includes(`'${word}'`))).toEqual([])
  expect(every.filter((word, index) => every.indexOf(word) !== index)).toEqual([])
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
