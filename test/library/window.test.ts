import { describe, expect, test } from '@jest/globals'
import { isOpen, windowSchema } from '../../src/library/window.js'

const open = (window: unknown, at: string, zone = 'Asia/Shanghai') =>
  isOpen(windowSchema.parse(window), new Date(at), zone)

describe('when a rule applies', () => {
  test("hours begin and end on the minute, in the shop's zone", () => {
    const window = { hours: '09:00-18:00' }
    expect(open(window, '2026-03-04T08:59:59+08:00')).toBe(false)
    expect(open(window, '2026-03-04T09:00:00+08:00')).toBe(true)
    expect(open(window, '2026-03-04T17:59:59+08:00')).toBe(true)
    expect(open(window, '2026-03-04T18:00:00+08:00')).toBe(false)
    expect(open(window, '2026-03-04T09:00:00+08:00', 'Europe/Berlin')).toBe(false)
  })

  test('a span over midnight belongs to the day it starts on', () => {
    const window = { hours: '22:00-06:00', days: '周五' }
    expect(open(window, '2026-03-06T22:00:00+08:00')).toBe(true) // Friday
    expect(open(window, '2026-03-07T05:59:00+08:00')).toBe(true) // Saturday, still Friday's
    expect(open(window, '2026-03-06T05:00:00+08:00')).toBe(false) // Thursday's
    expect(open({ hours: '22:00-06:00', days: 'sun' }, '2026-03-09T01:00:00+08:00')).toBe(true) // Monday, Sunday's
  })

  test('days may be Chinese, English or a group', () => {
    expect(open({ days: ['工作日'] }, '2026-03-06T12:00:00+08:00')).toBe(true)
    expect(open({ days: '工作日' }, '2026-03-07T12:00:00+08:00')).toBe(false)
    expect(open({ days: ['周六', 'sun'] }, '2026-03-08T12:00:00+08:00')).toBe(true)
  })

  test('from and until include their days; a time ends on its minute', () => {
    const days = { from: '2026-11-01', until: '2026-11-11' }
    expect(open(days, '2026-10-31T23:59:59+08:00')).toBe(false)
    expect(open(days, '2026-11-01T00:00:00+08:00')).toBe(true)
    expect(open(days, '2026-11-11T23:59:59+08:00')).toBe(true)
    expect(open(days, '2026-11-12T00:00:00+08:00')).toBe(false)
    expect(open({ until: '2026-11-11 20:00' }, '2026-11-11T19:59:59+08:00')).toBe(true)
    expect(open({ until: '2026-11-11 20:00' }, '2026-11-11T20:00:00+08:00')).toBe(false)
  })

  test('all parts must hold; nothing given is always', () => {
    const all = { hours: ['09:00-12:00', '14:00-24:00'], days: '周三', from: '2026-03-01' }
    expect(open(all, '2026-03-04T23:59:00+08:00')).toBe(true)
    expect(open(all, '2026-03-04T13:00:00+08:00')).toBe(false)
    expect(open(all, '2026-02-25T10:00:00+08:00')).toBe(false)
    expect(isOpen(undefined, new Date(), 'Asia/Shanghai')).toBe(true)
  })

  test.each([
    {},
    { hours: '18:00' },
    { hours: '25:00-26:00' },
    { hours: '09:00-09:00' },
    { days: '星期八' },
    { days: 'toString' },
    { from: '2026-13-01' },
    { from: '2026-02-30' },
    { from: '2026-03-02', until: '2026-03-01' },
    { form: '2026-03-02' },
  ])('%j is refused', (window) => {
    expect(windowSchema.safeParse(window).success).toBe(false)
  })
})
