import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { choose, type Facts, fits, type Target } from '../../../src/groups/steer/choose.js'
import { type RuleSet, ruleSetSchema } from '../../../src/groups/steer/rules.js'

const NOBODY: Facts = { tags: [], segments: [], scenes: [], states: [], groups: [] }
const target = (room: boolean, ...groups: string[]): Target => ({
  room,
  ready: true,
  groups: groups.map((chatId) => ({ chatId, name: `群${chatId}` })),
})
const set = (about: object): RuleSet => ruleSetSchema.parse({ title: '进群', ...about })

describe('a condition', () => {
  test('holds by tag, segment, words, channel code, contact way and city; all that are given must hold', () => {
    const facts: Facts = {
      ...NOBODY,
      tags: ['宝妈'],
      segments: ['vip'],
      said: ' 我想 拼团！',
      scenes: ['poster-spring'],
      states: ['pkg_9'],
      city: '上海市',
    }
    expect(fits({ tag: ['母婴', '宝妈'] }, facts)).toBe(true)
    expect(fits({ segment: ['vip'] }, facts)).toBe(true)
    expect(fits({ said: ['拼团'] }, facts)).toBe(true)
    expect(fits({ scene: ['poster-*'] }, facts)).toBe(true)
    expect(fits({ scene: ['poster'] }, facts)).toBe(false)
    expect(fits({ state: ['pkg_*'] }, facts)).toBe(true)
    expect(fits({ city: ['上海'] }, facts)).toBe(true)
    expect(fits({ tag: ['宝妈'], city: ['北京'] }, facts)).toBe(false)
    expect(fits({ tag: ['宝妈'], not: { segment: ['vip'] } }, facts)).toBe(false)
    expect(fits({ tag: ['宝妈'], not: { segment: ['sleeping'] } }, facts)).toBe(true)
    expect(fits({ said: ['拼团'] }, NOBODY)).toBe(false)
  })
})

describe('choosing', () => {
  const rules = set({
    rules: [
      { when: { segment: 'vip' }, way: 'members' },
      { when: { tag: '宝妈' }, way: 'mothers' },
    ],
    default: 'newcomers',
  })
  const targets = new Map([
    ['members', target(true, 'm1')],
    ['mothers', target(true, 'b1')],
    ['newcomers', target(true, 'n1')],
  ])

  test('takes the first rule that fits, else the default', () => {
    const both = { ...NOBODY, segments: ['vip'], tags: ['宝妈'] }
    expect(choose(rules, both, targets)).toMatchObject({ to: 'way', way: 'members', rule: 0 })
    expect(choose(rules, { ...NOBODY, tags: ['宝妈'] }, targets)).toMatchObject({ way: 'mothers', rule: 1 })
    expect(choose(rules, NOBODY, targets)).toMatchObject({ to: 'way', way: 'newcomers', rule: 'default' })
  })

  test('goes on to the next rule when the groups are full, and says why', () => {
    const full = new Map([...targets, ['members', target(false, 'm1')]])
    const chosen = choose(rules, { ...NOBODY, segments: ['vip'], tags: ['宝妈'] }, full)
    expect(chosen).toMatchObject({ to: 'way', way: 'mothers', passed: [{ rule: 0, way: 'members', why: 'full' }] })
  })

  test('puts on the waiting list when everything that fits is full or not made yet', () => {
    const none = new Map([['newcomers', target(false, 'n1')]])
    const chosen = choose(rules, { ...NOBODY, segments: ['vip'] }, none)
    expect(chosen).toMatchObject({ to: 'waiting', full: ['newcomers'] })
    expect(chosen.passed.map(({ why }) => why)).toEqual(['unready', 'unfit', 'full'])
  })

  test('tells somebody who is in a group of the target, although it is full by now', () => {
    const full = new Map([...targets, ['members', target(false, 'm1', 'm2')]])
    const chosen = choose(rules, { ...NOBODY, segments: ['vip'], groups: ['m2'] }, full)
    expect(chosen).toMatchObject({ to: 'already', way: 'members', chatId: 'm2', group: '群m2' })
  })

  test('skips to the next rule, or sends again, where the set says so', () => {
    const inside = { ...NOBODY, segments: ['vip'], groups: ['m1'] }
    expect(choose({ ...rules, again: 'skip' }, inside, targets)).toMatchObject({ to: 'way', way: 'newcomers' })
    expect(choose({ ...rules, again: 'send' }, inside, targets)).toMatchObject({ to: 'way', way: 'members' })
    const everywhere = { ...inside, groups: ['m1', 'n1'] }
    expect(choose({ ...rules, again: 'skip' }, everywhere, targets)).toMatchObject({ to: 'already', way: 'members' })
  })

  test('leads nobody anywhere when no rule fits and there is no default', () => {
    const strict = set({ rules: [{ when: { tag: '宝妈' }, way: 'mothers' }] })
    expect(choose(strict, NOBODY, targets)).toEqual({
      to: 'nobody',
      passed: [{ rule: 0, way: 'mothers', why: 'unfit' }],
    })
  })

  const WAYS = ['a', 'b', 'c', 'd']
  const arbitrarySet = fc
    .record({
      rules: fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.constantFrom(...WAYS)), { maxLength: 6 }),
      fallback: fc.option(fc.constantFrom(...WAYS), { nil: undefined }),
      again: fc.constantFrom<RuleSet['again']>('tell', 'skip', 'send'),
    })
    .filter(({ rules: list, fallback }) => list.length > 0 || fallback !== undefined)
    .map(({ rules: list, fallback, again }) =>
      set({
        rules: list.map(([tag, way]) => ({ when: { tag }, way })),
        ...(fallback !== undefined && { default: fallback }),
        again,
      }),
    )
  const arbitraryTargets = fc
    .array(fc.record({ room: fc.boolean(), ready: fc.boolean(), there: fc.boolean() }), { minLength: 4, maxLength: 4 })
    .map(
      (list) =>
        new Map(
          list.flatMap(({ room, ready, there }, at): [string, Target][] =>
            there ? [[String(WAYS[at]), { ...target(room && ready, `g-${String(WAYS[at])}`), ready }]] : [],
          ),
        ),
    )
  const arbitraryFacts = fc.record({
    tags: fc.subarray(['x', 'y', 'z']),
    groups: fc.subarray(WAYS.map((way) => `g-${way}`)),
  })

  test('never leads to a full, unready or unknown way, and never past a rule that fits and has room', () => {
    fc.assert(
      fc.property(arbitrarySet, arbitraryTargets, arbitraryFacts, (rulesOf, ways, { tags, groups }) => {
        const facts = { ...NOBODY, tags, groups }
        const chosen = choose(rulesOf, facts, ways)
        const inOrder = [
          ...rulesOf.rules.filter(({ when }) => fits(when, facts)).map(({ way }) => way),
          ...(rulesOf.default === undefined ? [] : [rulesOf.default]),
        ]
        const usable = (way: string) => {
          const found = ways.get(way)
          return found?.ready === true && found.room
        }
        const mine = (way: string) => ways.get(way)?.groups.some(({ chatId }) => groups.includes(chatId)) ?? false
        const free = inOrder.find((way) => (rulesOf.again === 'send' || !mine(way)) && usable(way))
        switch (chosen.to) {
          case 'way':
            expect(chosen.way).toBe(free)
            break
          case 'already':
            expect(groups).toContain(chosen.chatId)
            expect(rulesOf.again).not.toBe('send')
            if (rulesOf.again === 'skip') expect(free).toBeUndefined()
            break
          case 'waiting':
            expect(free).toBeUndefined()
            expect(inOrder.length).toBeGreaterThan(0)
            for (const way of chosen.full) expect(usable(way)).toBe(false)
            break
          case 'nobody':
            expect(inOrder).toEqual([])
        }
      }),
      { numRuns: 400 },
    )
  })
})
