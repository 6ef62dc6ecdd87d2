import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { instantOf, nextOccurrence, occurrenceKey, readSchedule, scheduleFault } from '../../src/campaigns/schedule.js'

const ZONE = 'Asia/Shanghai'
const next = (text: Parameters<typeof readSchedule>[0], after: string) =>
  nextOccurrence(readSchedule(text, ZONE), new Date(after))

describe('a schedule', () => {
  test('once at an instant, and once at a local time', () => {
    expect(next({ at: '2026-09-20T10:00:00+08:00' }, '2026-09-01T00:00:00Z')).toEqual({
      key: '2026-09-20T1000',
      at: new Date('2026-09-20T02:00:00Z'),
    })
    expect(next({ at: '2026-09-20 10:00', timeZone: 'Europe/Berlin' }, '2026-09-01T00:00:00Z')).toEqual({
      key: '2026-09-20T1000',
      at: new Date('2026-09-20T08:00:00Z'),
    })
    expect(next({ at: '2026-09-20T10:00' }, '2026-09-20T02:00:00Z')).toBeUndefined()
  })

  test('by cron in its zone, from and until', () => {
    const text = { cron: '30 10 * * *', from: '2026-09-05T00:00', until: '2026-09-07T10:30' }
    expect(next(text, '2026-09-01T00:00:00Z')?.key).toBe('2026-09-05T1030')
    expect(next(text, '2026-09-05T02:30:00Z')?.key).toBe('2026-09-06T1030')
    expect(next(text, '2026-09-06T02:30:00Z')).toBeUndefined()
  })

  test('by hand has no next time', () => {
    expect(next(undefined, '2026-09-01T00:00:00Z')).toBeUndefined()
  })

  test('keeps the local time over a change of the clock, runs once in an hour that comes twice', () => {
    const text = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' }
    expect(next(text, '2026-10-24T12:00:00Z')).toEqual({ key: '2026-10-25T0230', at: new Date('2026-10-25T00:30:00Z') })
    expect(next(text, '2026-10-25T00:30:00Z')?.key).toBe('2026-10-26T0230')
    const spring = next(text, '2026-03-28T12:00:00Z')
    expect(spring?.key.slice(0, 10)).toBe('2026-03-29')
  })

  test('comes to every day exactly once, by whatever steps time passes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 }), (minutes) => {
        const schedule = readSchedule({ cron: '30 10 * * *' }, ZONE)
        let now = new Date('2026-02-20T00:00:00Z').getTime()
        let from = new Date(now)
        const keys: string[] = []
        for (const step of minutes) {
          now += step * 60_000
          for (let found = nextOccurrence(schedule, from); found && found.at.getTime() <= now; ) {
            keys.push(found.key)
            from = found.at
            found = nextOccurrence(schedule, from)
          }
        }
        const days = Math.floor((now - new Date('2026-02-19T02:30:00Z').getTime()) / 86_400_000)
        expect(new Set(keys).size).toBe(keys.length)
        expect(keys.length).toBe(days)
      }),
      { numRuns: 40 },
    )
  })

  test.each([
    [{ at: '明天上午9点' }, 'at'],
    [{ at: 'tomorrow at noon' }, 'at'],
    [{ at: '2026-02-30T10:00' }, 'at'],
    [{ at: '2026-03-29T02:30', timeZone: 'Europe/Berlin' }, 'at'],
    [{ at: '2026-09-20T10:00', cron: '0 9 * * *' }, 'cron'],
    [{ cron: 'every day' }, 'cron'],
    [{ cron: '0 9 * *' }, 'cron'],
    [{ cron: '0 0 9 * * *' }, 'cron'],
    [{ cron: '0 9 30 2 *' }, 'cron'],
    [{ cron: '* * * * *' }, 'cron'],
    [{ cron: '0,1 9 * * *' }, 'cron'],
    [{ cron: '0 9 * * *', timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ from: '2026-09-20T10:00' }, 'from'],
    [{ cron: '0 9 * * *', until: 'soon' }, 'until'],
  ])('%j is refused, at the field and with the way to write it', (text, field) => {
    const fault = scheduleFault(text)
    expect(fault?.field).toBe(field)
    expect(fault?.message).not.toBe('')
    expect(fault?.fix).toMatch(/[写选检删一]/)
  })

  test('an instant is read with its zone, and nothing is guessed', () => {
    expect(instantOf('2026-09-20', ZONE)).toEqual(new Date('2026-09-19T16:00:00Z'))
    expect(instantOf('2026-09-20T10:00Z', ZONE)).toEqual(new Date('2026-09-20T10:00:00Z'))
    expect(instantOf('9/20/2026', ZONE)).toBeUndefined()
    expect(occurrenceKey(new Date('2026-09-20T16:05:00Z'), ZONE)).toBe('2026-09-21T0005')
  })
})
