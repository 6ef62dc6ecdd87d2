import { expect, test } from '@jest/globals'
import {
  add,
  childrenOf,
  type Draft,
  FRESH,
  LEAVES,
  move,
  nameOf,
  nodeAt,
  normal,
  put,
  sizeOf,
} from '../../console/src/pages/segments/tree.js'
import { ruleIssues } from '../../src/library/rule.js'

const vip: Draft = { tag: { in: ['vip'] } }
const city: Draft = { profile: { field: 'city', op: 'eq', value: '杭州' } }

test('a condition is added, changed, moved and taken away without touching the rest', () => {
  const rule: Draft = { all: [vip, { any: [city] }] }
  const more = add(rule, ['all', 1], vip)
  expect(more).toEqual({ all: [vip, { any: [city, vip] }] })
  expect(put(more, ['all', 1, 'any', 0, 'profile', 'value'], '上海')).toEqual({
    all: [vip, { any: [{ profile: { field: 'city', op: 'eq', value: '上海' } }, vip] }],
  })
  expect(move(more, ['all', 1, 'any', 1], -1)).toEqual({ all: [vip, { any: [vip, city] }] })
  expect(move(more, ['all', 0], -1)).toBe(more)
  expect(put(more, ['all', 0], undefined)).toEqual({ all: [{ any: [city, vip] }] })
  expect(rule).toEqual({ all: [vip, { any: [city] }] })
})

test('places are called as the server calls them', () => {
  const rule = { all: [vip, { not: [{ profile: { field: 'a b', op: 'eq', value: 1 } }] }] }
  const [issue] = ruleIssues(rule)
  const place = ['all', 1, 'not', 0, 'profile', 'field']
  expect(nameOf(place)).toBe('rule.all[1].not[0].profile.field')
  expect(issue?.path).toEqual(place)
  expect(nodeAt(rule, place)).toBe('a b')
})

test('a rule that has `not` before a single condition is edited as a list', () => {
  const rule = { all: [{ not: { segment: { id: 'x' } } }] }
  expect(normal(rule)).toEqual({ all: [{ not: [{ segment: { id: 'x' } }] }] })
  expect(sizeOf(rule)).toEqual({ depth: 3, leaves: 1 })
  expect(childrenOf({ all: [vip, 'nonsense'] })).toEqual([vip])
})

test.each(LEAVES)('a fresh condition “%s” is one the server takes, but for what must be chosen', (leaf) => {
  const open = { tag: 1, segment: 1 }
  expect(ruleIssues({ [leaf]: FRESH[leaf] })).toHaveLength(leaf in open ? 1 : 0)
})
