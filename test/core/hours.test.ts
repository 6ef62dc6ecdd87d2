import { expect, test } from '@jest/globals'
import { withinHours } from '../../src/core/hours.js'

const at = (time: string) => new Date(`2026-03-04T${time}+08:00`)

test('opening hours count from the first minute to the last, in Shanghai', () => {
  expect(withinHours(at('08:59:59'), '09:00-21:00')).toBe(false)
  expect(withinHours(at('09:00:00'), '09:00-21:00')).toBe(true)
  expect(withinHours(at('20:59:59'), '09:00-21:00')).toBe(true)
  expect(withinHours(at('21:00:00'), '09:00-21:00')).toBe(false)
  expect(withinHours(at('23:59:00'), '00:00-24:00')).toBe(true)
})

test('hours may run over midnight', () => {
  expect(withinHours(at('01:59:00'), '20:00-02:00')).toBe(true)
  expect(withinHours(at('02:00:00'), '20:00-02:00')).toBe(false)
  expect(withinHours(at('20:00:00'), '20:00-02:00')).toBe(true)
})

test('another time zone has another clock', () => {
  expect(withinHours(at('12:00:00'), '22:00-24:00', 'America/New_York')).toBe(true)
  expect(withinHours(at('12:00:00'), '04:00-05:00', 'Europe/London')).toBe(true)
})

test('what is not hours says how to write them', () => {
  for (const bad of ['', '9-21', '09:60-10:00', '25:00-26:00', 'always']) {
    expect(() => withinHours(at('12:00:00'), bad)).toThrow('are no hours')
  }
  expect(() => withinHours(at('12:00:00'), '09:00-21:00', 'Mars/Base')).toThrow('is no time zone')
})
