import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { withinHours } from '../../../src/core/hours.js'
import { capReached, countDays } from '../../../src/outbox/reach/caps.js'
import {
  businessDay,
  dayStart,
  platformDay,
  platformMonth,
  platformNextMonth,
  platformTomorrow,
} from '../../../src/outbox/reach/days.js'
import { quietUntil } from '../../../src/outbox/reach/quiet.js'
import { NOON } from './setup.js'

const ZONES = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Australia/Lord_Howe'] as const
const zone = fc.constantFrom(...ZONES)
const moment = fc.integer({ min: -400 * 86_400, max: 400 * 86_400 }).map((s) => new Date(NOON.getTime() + s * 1000))

describe('business days', () => {
  test('a day is what the wall clock of its zone says', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const local = DateTime.fromJSDate(at, { zone: timeZone })
        const utc = DateTime.fromISO(`${local.toISODate()}T00:00:00Z`)
        expect(businessDay(at, timeZone)).toBe(utc.toMillis() / 86_400_000)
      }),
      { numRuns: 500 },
    )
  })

  test('a day begins at its first moment, also where clocks change', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const day = businessDay(at, timeZone)
        const start = dayStart(day, timeZone)
        expect(businessDay(start, timeZone)).toBe(day)
        expect(businessDay(new Date(start.getTime() - 1), timeZone)).toBe(day - 1)
      }),
      { numRuns: 500 },
    )
  })

  test('the platform reckons in Shanghai: its day and its month', () => {
    const late = new Date('2030-12-31T15:59:59.999Z')
    expect(platformDay(late)).toEqual(new Date('2030-12-30T16:00:00Z'))
    expect(platformTomorrow(late)).toEqual(new Date('2030-12-31T16:00:00Z'))
    expect(platformMonth(late)).toEqual(new Date('2030-11-30T16:00:00Z'))
    expect(platformNextMonth(late)).toEqual(new Date('2030-12-31T16:00:00Z'))
    expect(platformMonth(new Date('2030-12-31T16:00:00Z'))).toEqual(new Date('2030-12-31T16:00:00Z'))
  })
})

describe('quiet hours', () => {
  const hours = fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 1439 }))
    .map(([from, to]) => `${clock(from)}-${clock(to)}`)

  test('they end at the first minute that is outside, and not before', () => {
    fc.assert(
      fc.property(moment, hours, zone, (now, span, timeZone) => {
        const quiet = { hours: span, mode: 'next' as const, timeZone }
        const until = quietUntil(now, quiet)
        expect(until !== undefined).toBe(withinHours(now, span, timeZone))
        if (until === undefined) return
        expect(until.getTime()).toBeGreaterThan(now.getTime())
        expect(withinHours(until, span, timeZone)).toBe(false)
        expect(withinHours(new Date(until.getTime() - 1), span, timeZone)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('what was remembered for one moment is right for every other', () => {
    const quiet = { hours: '22:00-08:00', mode: 'next' as const, timeZone: 'Asia/Shanghai' }
    for (let minute = 0; minute < 3 * 1440; minute += 7) {
      const now = new Date(NOON.getTime() + minute * 60_000)
      expect(quietUntil(now, quiet) !== undefined).toBe(withinHours(now, quiet.hours))
    }
    expect(quietUntil(NOON, quiet)).toBeUndefined()
  })
})

describe('caps', () => {
  const days = fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 20 })
  const caps = fc.record({
    day: fc.integer({ min: 1, max: 3 }),
    week: fc.integer({ min: 1, max: 6 }),
    month: fc.integer({ min: 1, max: 12 }),
  })

  test('they count today, 7 and 30 days back, and say when they end', () => {
    fc.assert(
      fc.property(days, caps, (back, most) => {
        const today = businessDay(NOON, 'Asia/Shanghai')
        const at = back.map((ago) => today - ago)
        const counts = countDays(at, today)
        const within = (span: number) => back.filter((ago) => ago < span).length
        expect([counts.day, counts.week, counts.month]).toEqual([within(1), within(7), within(30)])
        const reached = capReached(counts, most, NOON, 'Asia/Shanghai')
        const full = within(1) >= most.day || within(7) >= most.week || within(30) >= most.month
        expect(reached !== undefined).toBe(full)
        if (reached?.until === undefined) return
        const span = { 'cap-day': 1, 'cap-week': 7, 'cap-month': 30 }[reached.reason as 'cap-day']
        const cap = { 'cap-day': most.day, 'cap-week': most.week, 'cap-month': most.month }[reached.reason as 'cap-day']
        const then = businessDay(reached.until, 'Asia/Shanghai')
        const inSpan = (day: number) => at.filter((one) => one > day - span && one <= day).length
        expect(inSpan(then)).toBeLessThan(cap)
        expect(at.filter((one) => one > then - 1 - span).length).toBeGreaterThanOrEqual(cap)
      }),
      { numRuns: 2000 },
    )
  })
})

function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
