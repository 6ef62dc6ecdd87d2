import { describe, expect, test } from '@jest/globals'
import { gridOf, monthAfter, plus, weekdayOf, weekOf } from '../../console/src/pages/calendar/days.js'
import { instantIn } from '../../console/src/pages/calendar/instant.js'
import { changesOf, merged } from '../../console/src/pages/campaign/merge.js'
import { audienceOf, KINDS, rowsOf, ruleOf, SHAPES, segmentsOf } from '../../console/src/pages/campaign/rule-rows.js'
import { cronOf, isQuiet, repeatOf } from '../../console/src/pages/campaign/when.js'
import {
  bySlot,
  type Def,
  freshId,
  fromTemplate,
  minuteIn,
  readWritten,
  sent,
} from '../../console/src/pages/campaign/written.js'
import { definitionSchema } from '../../src/campaigns/definition.js'
import { templatesOf } from '../../src/campaigns/templates.js'
import { ruleSchema } from '../../src/library/rule.js'

describe('an audience as rows', () => {
  test('each condition is a rule that the product takes, and comes back as the same row', () => {
    for (const kind of KINDS) {
      const { start } = SHAPES[kind] as { start?: number | string }
      const row = { kind, ...(start !== undefined && { n: start }) }
      const rule = ruleOf({ include: [row], exclude: [] })
      expect([kind, ruleSchema.safeParse(rule).success]).toEqual([kind, true])
      expect(rowsOf(rule)).toEqual({ include: [row], exclude: [] })
    }
  })

  test('what is excluded comes back as excluded', () => {
    const rows = { include: [{ kind: 'following' as const }], exclude: [{ kind: 'spent' as const, n: 88 }] }
    expect(rowsOf(ruleOf(rows))).toEqual(rows)
  })

  test('the recall template can be said in rows, and what cannot is left as it is', () => {
    const recall = templatesOf([]).find(({ id }) => id === 'recall')
    const rows = rowsOf(recall?.definition.audience)
    expect(rows?.include.map(({ kind, n }) => [kind, n])).toEqual([
      ['following', undefined],
      ['willing', undefined],
      ['followed-long', 30],
      ['silent', 30],
      ['not-bought', 30],
    ])
    expect(rowsOf({ all: [{ bucket: { salt: 'a', from: 0, to: 10 } }] })).toBeUndefined()
  })

  test('segments in and out are one audience, a single one its name', () => {
    expect(audienceOf({ any: ['vip'], none: [] })).toBe('vip')
    const both = { any: ['vip', 'recall'], none: ['newcomers'] }
    expect(segmentsOf(audienceOf(both))).toEqual(both)
    expect(ruleSchema.safeParse(audienceOf(both)).success).toBe(true)
    expect(segmentsOf({ all: [{ tag: { in: ['vip'] } }] })).toBeUndefined()
  })
})

describe('two versions of a push', () => {
  const base: Def = { name: '一', text: '甲', holdOut: 5 }

  test('are merged where one side changed, and ask where both did', () => {
    const theirs: Def = { name: '二', text: '乙', holdOut: 5 }
    const { holdOut: _, ...rest } = base
    const mine: Def = { ...rest, name: '三' }
    expect(changesOf(base, theirs, mine).map(({ field, by }) => [field, by])).toEqual([
      ['holdOut', 'mine'],
      ['name', 'both'],
      ['text', 'theirs'],
    ])
    expect(merged(base, theirs, mine, { name: 'mine' })).toEqual({ name: '三', text: '乙' })
    expect(merged(base, theirs, mine, { name: 'theirs' })).toEqual({ name: '二', text: '乙' })
  })

  test('that did the same do not differ, whatever the order of keys', () => {
    const one: Def = { ...base, schedule: { at: '2026-03-04T10:00', timeZone: 'Asia/Shanghai' } }
    const other: Def = { ...base, schedule: { timeZone: 'Asia/Shanghai', at: '2026-03-04T10:00' } }
    expect(changesOf(base, one, other).map(({ by }) => by)).not.toContain('both')
  })
})

describe('times', () => {
  test.each([
    [{ every: 'day', on: 1, time: '10:30' }, '30 10 * * *'],
    [{ every: 'week', on: 7, time: '09:05' }, '5 9 * * 0'],
    [{ every: 'month', on: 15, time: '20:00' }, '0 20 15 * *'],
  ] as const)('%o is a line of a timetable and back', (repeat, cron) => {
    expect(cronOf(repeat)).toBe(cron)
    expect(repeatOf(cron)).toEqual(repeat)
  })

  test('a line that the form cannot say stays text', () => {
    for (const cron of ['*/5 * * * *', '0 10 1 * 1', '0 10 1-7 * *']) expect(repeatOf(cron)).toBeUndefined()
  })

  test('quiet hours go over midnight, and their end is outside', () => {
    const quiet = ['21:59', '22:00', '03:00', '07:59', '08:00'].map((time) => isQuiet(time, '22:00-08:00'))
    expect(quiet).toEqual([false, true, true, true, false])
    expect(isQuiet('12:30', '12:00-13:00')).toBe(true)
  })

  test.each([
    ['Asia/Shanghai', '2026-03-08T10:30', '2026-03-08T02:30:00.000Z'],
    ['America/New_York', '2026-03-07T23:30', '2026-03-08T04:30:00.000Z'],
    // The clocks go forward at two in the morning of the 8th, back on the 1st of November.
    ['America/New_York', '2026-03-08T01:59', '2026-03-08T06:59:00.000Z'],
    ['America/New_York', '2026-03-08T02:30', undefined],
    ['America/New_York', '2026-03-08T03:00', '2026-03-08T07:00:00.000Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['America/New_York', '2026-11-01T02:00', '2026-11-01T07:00:00.000Z'],
    ['Pacific/Auckland', '2026-04-05T03:30', '2026-04-04T15:30:00.000Z'],
    ['UTC', '', undefined],
  ])('%s %s is one instant', (timeZone, local, instant) => {
    expect(instantIn(timeZone, local)).toBe(instant)
  })

  test('weeks begin on Monday, and a month is shown in whole weeks', () => {
    expect(weekOf('2026-11-22')).toEqual(['16', '17', '18', '19', '20', '21', '22'].map((day) => `2026-11-${day}`))
    for (const month of ['2026-02-10', '2026-03-01', '2027-02-28', '2026-12-31']) {
      const grid = gridOf(month)
      expect([grid.length % 7, weekdayOf(grid[0] ?? '')]).toEqual([0, 1])
      expect(grid).toContain(`${month.slice(0, 7)}-01`)
      expect(grid).toContain(plus(monthAfter(month), -1))
    }
    expect(gridOf('2027-02-01')).toHaveLength(28)
    expect(monthAfter('2026-01-31', -1)).toBe('2025-12-01')
  })

  test('a template gets the time of the shop, wherever the browser is', () => {
    const recall = templatesOf([]).find(({ id }) => id === 'recall')
    const now = new Date('2026-11-22T17:00:00Z')
    const def = fromTemplate(recall as never, now, 'Asia/Shanghai')
    expect(def.schedule).toEqual({ at: '2026-11-24T10:30' })
    expect(definitionSchema.safeParse(sent(def)).success).toBe(true)
    expect(minuteIn(now, 'Asia/Shanghai')).toBe('2026-11-23T01:00')
  })
})

test('mistakes that the API names stand at their fields', () => {
  const fields = [
    'name',
    'audience.all[0].event.type',
    'schedule.cron',
    'text',
    'variants[1].card',
    'stop.failures',
    '',
  ]
  const slots = bySlot(fields.map((field) => ({ field, message: '不对' })))
  expect(Object.entries(slots).map(([slot, found]) => [slot, found.length])).toEqual([
    ['name', 1],
    ['audience', 1],
    ['schedule', 1],
    ['content', 2],
    ['other', 2],
  ])
})

test('a draft that is not one is left alone, and a fresh id is a name that the product takes', () => {
  expect([readWritten(''), readWritten('{'), readWritten('{"id":"a"}')]).toEqual([undefined, undefined, undefined])
  expect(freshId('coupon-ends', new Date(2026, 10, 3), () => 0.5)).toMatch(/^coupon-ends-1103-[a-z0-9]{4}$/)
})
