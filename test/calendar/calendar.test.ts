import { describe, expect, test } from '@jest/globals'
import { holidays } from '../../rules/china/holidays.js'
import { createCalendar, type Dated } from '../../src/calendar/calendar.js'
import type { HouseRules } from '../../src/calendar/collisions.js'

const RULES: HouseRules = {
  caps: { day: 1, week: 3, month: 8 },
  quietUntil: (at) => (at.getUTCHours() === 15 ? new Date('2026-03-05T00:00:00Z') : undefined),
  timeZone: 'Asia/Shanghai',
}

let count = 0
/** A push by mass send at ten in the morning in Shanghai. */
const push = (day: string, about: Partial<Dated> = {}): Dated => {
  count += 1
  return {
    ...{
      kind: 'push',
      id: `p${count}`,
      occurrence: `${day}T1000`,
      name: `推送${count}`,
      at: new Date(`${day}T02:00:00Z`),
    },
    ...{ state: 'scheduled', planned: true, tentative: false, repeats: false, movable: true, account: 'shop' },
    ...{ channels: ['mass'], audience: `a${count}` },
    ...about,
  }
}

/** What the calendar of March says with these entries. */
const march = (entries: Dated[], perDay?: number) =>
  createCalendar({ entries: async () => entries, perDay: async () => perDay, rules: RULES })(
    '2026-03-01',
    '2026-03-31',
    { groups: true },
  )
const kinds = (view: Awaited<ReturnType<typeof march>>) =>
  view.collisions.map(({ day, kind, level }) => [day, kind, level])

describe('collisions', () => {
  test('one push a day in different weeks collides with nothing', async () => {
    expect(kinds(await march([push('2026-03-02'), push('2026-03-10')]))).toEqual([])
  })

  test('two to the same people on a day are certain to lose some, to others perhaps', async () => {
    const same = [push('2026-03-04', { audience: 'vip' }), push('2026-03-04', { audience: 'vip' })]
    expect(kinds(await march(same))).toEqual([
      ['2026-03-04', 'same-audience', 'error'],
      ['2026-03-04', 'cap-day', 'error'],
    ])
    expect(kinds(await march([push('2026-03-04'), push('2026-03-04')]))).toEqual([['2026-03-04', 'cap-day', 'warning']])
  })

  test('a group send to the segment of a push collides with it, and counts to no cap of ours', async () => {
    const send = push('2026-03-04', { kind: 'group-send', audience: 'vip', channels: ['group-send'] })
    expect(kinds(await march([push('2026-03-04', { audience: 'vip' }), send]))).toEqual([
      ['2026-03-04', 'same-audience', 'error'],
    ])
  })

  test('the week’s cap counts seven days back, also from the month before', async () => {
    const days = ['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-04']
    expect(kinds(await march(days.map((day) => push(day))))).toEqual([['2026-03-04', 'cap-week', 'warning']])
    const apart = ['2026-02-25', '2026-02-27', '2026-02-28', '2026-03-04']
    expect(kinds(await march(apart.map((day) => push(day))))).toEqual([])
  })

  test('the fifth mass send of a calendar month is one too many for a follower, of another account it is not', async () => {
    const days = ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30']
    const view = await march(days.map((day) => push(day)))
    expect(kinds(view)).toEqual([['2026-03-30', 'mass-month', 'error']])
    expect(view.collisions[0]?.text.zh).toContain('第 5 次')
    expect(view.quota.map(({ mass }) => `${mass.used}/${mass.of}`)).toEqual(['1/4', '2/4', '3/4', '4/4', '5/4'])
    const other = days.map((day, index) => push(day, index === 4 ? { account: 'second' } : {}))
    expect(kinds(await march(other))).toEqual([])
  })

  test('a mass send late on the last day of a month is that month’s in Shanghai', async () => {
    const edge = push('2026-02-28', { at: new Date('2026-02-28T16:30:00Z') })
    const days = ['2026-03-08', '2026-03-16', '2026-03-23', '2026-03-30']
    expect(kinds(await march([edge, ...days.map((day) => push(day))]))).toEqual([['2026-03-30', 'mass-month', 'error']])
  })

  test('more people than the day’s quota, and quiet hours, are named', async () => {
    const big = push('2026-03-04', { byChannel: { mass: 900 }, at: new Date('2026-03-04T15:00:00Z') })
    const view = await march([big], 500)
    expect(kinds(view)).toEqual([
      ['2026-03-04', 'quota', 'error'],
      ['2026-03-04', 'quiet-hours', 'warning'],
    ])
    expect(view.quota[0]?.channels).toEqual([{ channel: 'mass', people: 900, perDay: 500 }])
  })

  test('live shows stand on their day and collide with nothing', async () => {
    const live = push('2026-03-04', { kind: 'live', channels: [] })
    const view = await march([live, push('2026-03-04')])
    expect([view.entries.length, view.collisions.length]).toEqual([2, 0])
  })
})

describe('holidays', () => {
  const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', {
    timeZone: 'Asia/Shanghai',
    month: 'numeric',
    day: 'numeric',
  })
  const on = (day: string) => lunar.format(new Date(`${day}T04:00:00Z`))
  const of = (year: number, id: string) => holidays.find((one) => one.id === id && one.from.startsWith(String(year)))

  test.each([2026, 2027])('of %i stand on the days of the moon', (year) => {
    const holds = (id: string, date: string) => {
      const { from = '', to = '' } = of(year, id) ?? {}
      const days: string[] = []
      for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
        days.push(new Date(at).toISOString().slice(0, 10))
      return days.map(on).includes(date)
    }
    expect(
      ['spring', 'dragon-boat', 'mid-autumn'].map((id, index) => holds(id, ['1/1', '5/5', '8/15'][index] ?? '')),
    ).toEqual([true, true, true])
  })

  test('days that are worked for them are weekends, and no day is both off and worked', () => {
    for (const { work } of holidays)
      for (const day of work) {
        expect([0, 6]).toContain(new Date(`${day}T00:00:00Z`).getUTCDay())
        expect(holidays.filter(({ from, to }) => from <= day && day <= to)).toEqual([])
      }
  })

  test('a year that nobody has published is marked so', async () => {
    expect(holidays.filter(({ from }) => from.startsWith('2027')).every(({ verified }) => !verified)).toBe(true)
    const view = await createCalendar({ entries: async () => [], perDay: async () => undefined, rules: RULES })(
      '2026-02-01',
      '2026-02-28',
      { groups: true },
    )
    expect(view.holidays.map(({ id, verified }) => [id, verified])).toEqual([['spring', true]])
  })
})
