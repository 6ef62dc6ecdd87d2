import type { Purpose } from '../../core/outcome.js'
import type { Reason } from '../channel.js'
import { businessDay, dayStart } from './days.js'
import type { Caps, TouchCounts } from './reach.js'

/** How many business days the week's and the month's cap look back, today included. */
export const WEEK_DAYS = 7
export const MONTH_DAYS = 30

/** Which messages count against the caps, and are held back by them. */
export function isCapped(purpose: Purpose): boolean {
  return purpose === 'marketing' || purpose === 'care'
}

/** The cap that stands against one more message, and when it ends; the one that lasts longest. */
export function capReached(
  touches: TouchCounts,
  caps: Caps,
  now: Date,
  timeZone: string,
): { reason: Reason; until?: Date } | undefined {
  if (caps.campaign !== undefined && (touches.campaign ?? 0) >= caps.campaign) return { reason: 'cap-campaign' }
  const today = businessDay(now, timeZone)
  const ends = (span: number, cap: number) => endOf(touches.days ?? [], today, span, cap, timeZone)
  if (touches.month >= caps.month) return { reason: 'cap-month', ...ends(MONTH_DAYS, caps.month) }
  if (touches.week >= caps.week) return { reason: 'cap-week', ...ends(WEEK_DAYS, caps.week) }
  if (touches.day >= caps.day) return { reason: 'cap-day', until: dayStart(today + 1, timeZone) }
  return undefined
}

/** Counts the days of capped messages as of `today`, in any order. */
export function countDays(days: readonly number[], today: number): TouchCounts {
  let day = 0
  let week = 0
  const month: number[] = []
  for (const one of days) {
    if (one <= today - MONTH_DAYS) continue
    month.push(one)
    if (one > today - WEEK_DAYS) week++
    if (one >= today) day++
  }
  if (month.length > 1) month.sort((a, b) => a - b)
  return { day, week, month: month.length, days: month }
}

/** The day on which so many have left the span that one more fits. */
function endOf(days: readonly number[], today: number, span: number, cap: number, timeZone: string): { until?: Date } {
  const within = days.filter((day) => day > today - span).toSorted((a, b) => a - b)
  const last = within[within.length - cap]
  return last === undefined ? {} : { until: dayStart(last + span, timeZone) }
}
