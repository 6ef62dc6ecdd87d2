import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'

const folder = 'console/src/pages'
const lists = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .flatMap((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8')
    const tables = text.match(/<ListTable\b[\s\S]*?\n\s*\/>/g) ?? []
    return tables.map((table, at) => ({ name: `${file} ${at + 1}`, table, text }))
  })

test('every list of the console filters, sorts and pages on the server', () => {
  expect(lists.length).toBeGreaterThan(25)
  const without = (part: RegExp) => lists.filter(({ table }) => !part.test(table)).map(({ name }) => name)
  expect(without(/filters=\{/)).toEqual([])
  expect(without(/\bafter\b/)).toEqual([])
  const sorted = lists.filter(({ table, text }) => !/\bsorts=\{\[/.test(table) && !/sorts: 'time'/.test(text))
  expect(sorted.map(({ name }) => name)).toEqual([])
})
