import { describe, expect, test } from '@jest/globals'
import { createDeadlines } from '../../src/inbox/deadlines.js'
import { createLanes } from '../../src/inbox/lanes.js'
import { createRecentAnswers } from '../../src/inbox/recent.js'
import { gate } from './setup.js'

describe('lanes', () => {
  test('work on one item of a lane at a time, and start a free lane at once', async () => {
    const started: string[] = []
    const ends = new Map<string, () => void>()
    const lanes = createLanes<string>((item) => {
      started.push(item)
      return new Promise((end) => ends.set(item, end))
    })
    for (const item of ['a1', 'a2', 'b1']) expect(lanes.enter(item.slice(0, 1), item)).toBe(true)
    expect(started).toEqual(['a1', 'b1'])
    ends.get('a1')?.()
    await lanes.below(3)
    expect(started).toEqual(['a1', 'b1', 'a2'])
    for (const end of ends.values()) end()
    await lanes.below(1)
    expect(lanes.size).toBe(0)
  })

  test('go on at once after work that is done at once', () => {
    const done: string[] = []
    const lanes = createLanes<string>((item) => {
      done.push(item)
      return undefined
    })
    for (const item of ['a1', 'a2', 'b1']) expect(lanes.enter(item.slice(0, 1), item)).toBe(true)
    expect([done, lanes.size]).toEqual([['a1', 'a2', 'b1'], 0])
  })

  test('refuse what is too much for a lane or for all', () => {
    const lanes = createLanes<number>(() => new Promise(() => undefined), { perLane: 2, total: 4 })
    expect([1, 2, 3, 4].map((item) => lanes.enter('a', item))).toEqual([true, true, true, false])
    expect([lanes.enter('b', 1), lanes.enter('c', 1)]).toEqual([true, false])
  })
})

test('deadlines expire by themselves, not when they were removed', async () => {
  const both = gate()
  const expired: string[] = []
  const deadlines = createDeadlines<{ name: string; deadline: number }>(({ name }) => {
    expired.push(name)
    if (expired.length === 2) both.open()
  })
  const now = performance.now()
  const removed = { name: 'removed', deadline: now + 5 }
  for (const item of [removed, { name: 'late', deadline: now + 30 }, { name: 'soon', deadline: now + 10 }])
    deadlines.add(item)
  deadlines.remove(removed)
  await both.promise
  expect(expired.sort()).toEqual(['late', 'soon'])
  deadlines.close()
})

describe('recent answers', () => {
  const text = (value: string) => ({ kind: 'text' as const, text: value })

  test('are found, also those without a reply, until they are forgotten', () => {
    const recent = createRecentAnswers()
    recent.set('a', text('hello'))
    recent.set('b', null)
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([text('hello'), null, undefined])
    recent.forget('a')
    expect(recent.get('a')).toBeUndefined()
  })

  test('never take more room than two generations', () => {
    const recent = createRecentAnswers(60_000, 10)
    for (let at = 0; at < 1000; at++) recent.set(String(at), null)
    expect(recent.size).toBeLessThanOrEqual(20)
    expect(recent.get('999')).toBeNull()
  })

  test('are kept apart when there are many, also after some were forgotten and set again', () => {
    const recent = createRecentAnswers(60_000, 4096)
    const id = (at: number) => `shop:wx00000000000demo1:${24680135791350000n + BigInt(at)}`
    for (let at = 0; at < 4000; at++) recent.set(id(at), text(String(at)))
    for (let at = 0; at < 4000; at += 7) recent.forget(id(at))
    for (let at = 0; at < 4000; at += 14) recent.set(id(at), text('again'))
    for (let at = 0; at < 4000; at++) {
      const expected = at % 14 === 0 ? text('again') : at % 7 === 0 ? undefined : text(String(at))
      expect(recent.get(id(at))).toEqual(expected)
    }
    expect(recent.get(id(4000))).toBeUndefined()
  })

  test('leave after two periods', () => {
    const recent = createRecentAnswers(0, 10)
    recent.set('a', null)
    expect(recent.get('a')).toBeUndefined()
  })
})
