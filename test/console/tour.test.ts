import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { addressOf, STOPS } from '../../console/src/pages/tour/steps.js'
import { words } from '../../console/src/pages/tour/words.js'

test('every stop of the tour is a page of the menu, with a text, for the same people', () => {
  const menu = readFileSync('console/src/shell/menu.tsx', 'utf8')
  for (const { path, word, scope } of STOPS) {
    const line = menu.split('\n').find((each) => each.includes(`path: '${path}'`)) ?? ''
    expect([path, line.includes('word:')]).toEqual([path, true])
    expect([path, /scope: '([^']+)'/.exec(line)?.[1]]).toEqual([path, scope])
    expect(words.zh).toHaveProperty([word.replace(/title$/, 'text')])
  }
  expect(addressOf(STOPS, 4)).toBe('/campaigns?tour=4')
})
