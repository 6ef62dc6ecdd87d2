import { expect, test } from '@jest/globals'
import { createDrafts, type DraftStorage } from '../../console/src/state/drafts.js'

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

function storage(): DraftStorage & { map: Map<string, string>; full: boolean } {
  const map = new Map<string, string>()
  return {
    map,
    full: false,
    get length() {
      return map.size
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem(key, value) {
      if (this.full) throw new Error('QuotaExceededError')
      map.set(key, value)
    },
    removeItem: (key) => map.delete(key),
  }
}

test('a draft comes back to the one who typed it, and to nobody else', () => {
  const kept = storage()
  let time = new Date('2026-03-04T04:00:00Z')
  const drafts = createDrafts(kept, 'p1', () => time)
  expect(drafts.keep('note', '先停一停')).toBe(true)
  expect(drafts.find('note', textOf)).toEqual({ value: '先停一停', at: time })
  expect(createDrafts(kept, 'p2', () => time).find('note', textOf)).toBeUndefined()
  time = new Date('2026-03-12T04:00:00Z')
  expect(drafts.find('note', textOf)).toBeUndefined()
  kept.map.set('somebody-elses', 'stays')
  expect(drafts.tidy()).toBe(1)
  expect([...kept.map.keys()]).toEqual(['somebody-elses'])
})

test('what is broken, of another shape or too much is no draft and no error', () => {
  const kept = storage()
  const drafts = createDrafts(kept, 'p1', () => new Date())
  kept.map.set('weloop.draft:p1:broken', '{')
  kept.map.set('weloop.draft:p1:odd', '[1]')
  expect(drafts.find('broken', textOf)).toBeUndefined()
  expect(drafts.find('odd', textOf)).toBeUndefined()
  drafts.keep('number', 5)
  expect(drafts.find('number', textOf)).toBeUndefined()
  kept.full = true
  expect(drafts.keep('note', 'x')).toBe(false)
  drafts.drop('number')
  expect(drafts.tidy()).toBe(2)
})
