import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../console/src/api/client.js'
import { ApiProblem } from '../../console/src/api/problem.js'
import { flat, nested, partKind } from '../../console/src/pages/group-sends/compose/parts.js'
import { placeOf } from '../../console/src/pages/group-sends/compose/places.js'
import { plain } from '../../console/src/pages/group-sends/refusal.js'
import { isBarred, kindOf } from '../../console/src/pages/group-sends/shown.js'
import { spanText, whenText } from '../../console/src/pages/group-sends/when-text.js'
import { words } from '../../console/src/pages/group-sends/words.js'
import { createWords } from '../../console/src/words/words.js'
import { zh } from '../../console/src/words/zh.js'

const speak = createWords('zh-CN', { ...zh, ...words.zh }, () => new Date('2026-03-04T02:00:00Z'))

describe('a group send in words', () => {
  test.each([
    [undefined, undefined],
    [{ timeZone: 'Asia/Shanghai' }, undefined],
    [{ at: '2026-03-05T14:00' }, '2026-03-05 14:00'],
    [{ at: '2026-03-05T14:00', timeZone: 'America/New_York' }, '2026-03-05 14:00（America/New_York）'],
    [{ every: 'day', time: '20:00' }, '每天 20:00'],
    [{ every: 'week', on: [1, 7], time: '20:00' }, '每周 周一、周日 20:00'],
    [{ every: 'month', on: [1, 15], time: '09:30' }, '每月 1、15 09:30'],
  ])('%j begins %s', (schedule, text) => {
    expect(whenText(schedule as Parameters<typeof whenText>[0], speak)).toBe(text)
  })

  test('spans are told in their unit, others stay as written', () => {
    expect(['30m', '2h', '1.5h', '1d', '90s'].map((span) => spanText(span, speak))).toEqual([
      ...['30 分钟', '2 小时', '1.5 小时', '1 天', '90s'],
    ])
  })

  test('its fields are called as in the form, rows by their number', () => {
    const named = ['to', 'to.groups.labels[0]', 'messages[1].link.url', 'remindAfter[0]', 'schedule.at', 'colour']
    expect(named.map((field) => placeOf(field, speak.t))).toEqual([
      ...['发给谁', '群标签', '发什么 2', '提醒 1', '什么时候', 'colour'],
    ])
  })
})

describe('who may approve', () => {
  const send = (planned: number, about: object = {}) =>
    ({ authors: ['mei'], estimate: { planned }, definition: about }) as unknown as Answer<'getGroupSend'>
  test('its author up to the house’s number, or its own; anybody else always', () => {
    expect(isBarred(send(500), 'mei', 500)).toBe(false)
    expect(isBarred(send(501), 'mei', 500)).toBe(true)
    expect(isBarred(send(501), 'lan', 500)).toBe(false)
    expect(isBarred(send(1, { approvalAbove: 0 }), 'mei', 500)).toBe(true)
    expect(isBarred(send(900, { approvalAbove: 1000 }), 'mei', 500)).toBe(false)
    expect(isBarred(send(900), 'mei', undefined)).toBe(false)
  })

  test('a refusal by state says what the page has words for; fields of what was written stay', () => {
    const fields = [{ field: '', message: 'its time is over', fix: 'weloop group-send ...' }]
    const over = plain(new ApiProblem(409, 'group-send.schedule', 'its time is over', { fields }))
    expect([over.code, over.fields]).toEqual(['group-send.over', []])
    expect(plain(new ApiProblem(422, 'group-send.invalid', '', { fields })).fields).toEqual(fields)
  })
})

describe('what a group send says', () => {
  test('a card has its parameters beside it, and within it while it is edited', () => {
    const written = { card: 'coupon-center', params: { from: 'member-day' } }
    expect(nested(written)).toEqual({ card: { slug: 'coupon-center', params: { from: 'member-day' } } })
    expect(flat(nested(written))).toEqual(written)
    expect(flat(nested({ card: 'coupon-center' }))).toEqual({ card: 'coupon-center' })
    expect(flat({ card: { slug: '' } })).toEqual({ card: '' })
  })

  test('kinds that the form does not know are left alone', () => {
    expect([partKind({ text: '' }), partKind({ video: 'a.mp4' }), partKind('text')]).toEqual([
      'text',
      undefined,
      undefined,
    ])
    expect([kindOf({ moments: {} }), kindOf({ customers: {} }), kindOf({}), kindOf(undefined)]).toEqual([
      ...['moments', 'customers', 'groups', 'groups'],
    ])
  })
})
