import { describe, expect, test } from '@jest/globals'
import { link, type ResolvedMessage, text } from '../../src/core/message.js'
import { type Completion, completionStatements } from '../../src/inbox/rows.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const done = (id: string, answer: ResolvedMessage | null, late = false): Completion => ({
  id,
  fence: 1,
  end: { state: 'done', answer, late },
})
const article = () => link({ title: '退货', description: '怎么退', url: 'https://x/a', picture: 'https://x/p' })
const idsOf = (items: Completion[]) =>
  completionStatements(items, 'me', NOW).map(({ q }) => (typeof q['_id'] === 'string' ? [q['_id']] : q['_id'].$in))

describe('the ends of many updates', () => {
  test('share a statement when they are equal: the same text, the same shared answer, none at all', () => {
    const shared = Object.freeze(article())
    const items = [
      done('a', text('好')),
      done('b', shared),
      done('c', null),
      done('d', text('好')),
      done('e', shared),
      done('f', null),
      done('g', null, true),
      done('h', article()),
      done('i', article()),
    ]
    expect(idsOf(items)).toEqual([['a', 'd'], ['b', 'e'], ['c', 'f'], ['g'], ['h', 'i']])
    const [first, second] = completionStatements(items, 'me', NOW)
    expect(first?.u['$set']).toEqual({ state: 'done', answer: text('好'), finishedAt: NOW })
    expect(second?.u['$set'].answer).toEqual(article())
  })

  test('never share one with a text that only looks like the answer', () => {
    const items = [done('a', article()), done('b', text(JSON.stringify(article())))]
    expect(idsOf(items)).toEqual([['a'], ['b']])
  })

  test('stand alone when they failed or the row was taken over before', () => {
    const failed: Completion = { id: 'a', fence: 1, end: { state: 'failed', error: 'x' } }
    const again = { ...done('b', null), fence: 2 }
    expect(idsOf([failed, { ...failed, id: 'c', end: { ...failed.end } }, again])).toEqual([['a'], ['c'], ['b']])
  })
})
