import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

test('every test that docs/security.md names is there', () => {
  const rows = readFileSync('docs/security.md', 'utf8').split('\n')
  const named = rows.flatMap((row) => {
    const found = /\| `([\w/-]+)` › ([^|;]+)/.exec(row)
    return found ? [{ file: `test/${found[1]}.test.ts`, words: (found[2] ?? '').trim() }] : []
  })
  expect(named.length).toBeGreaterThan(40)
  const missing = named.filter(({ file, words }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(words))
  expect(missing).toEqual([])
})
