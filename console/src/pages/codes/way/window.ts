import { type Definition, itemsOf, withField } from './definition.js'

/** When a shift or a special day is: days of the week, hours, dates, each where it is given. */
export type Window = Definition

/** The days of the week as a definition writes them, Monday first. */
export const DAYS: readonly string[] = ['周一', '周二', '周三', '周四', '周五', '周六', '周日']
const ENGLISH = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const EVERY = [0, 1, 2, 3, 4, 5, 6]
const GROUPS: Readonly<Record<string, readonly number[]>> = {
  工作日: [0, 1, 2, 3, 4],
  weekdays: [0, 1, 2, 3, 4],
  周末: [5, 6],
  weekend: [5, 6],
}

/** The days of a window from 0 (Monday); all of them where none is named. */
export function daysOf(window: Window): number[] {
  if (window['days'] === undefined) return EVERY
  const named = itemsOf(window['days']).flatMap((one) => {
    const word = String(one)
    const at = Math.max(DAYS.indexOf(word), ENGLISH.indexOf(word))
    return GROUPS[word] ?? (at < 0 ? [] : [at])
  })
  return [...new Set(named)].toSorted((one, other) => one - other)
}

/** The window on these days; every day is written as none. None at all stays, for the refusal to be seen. */
export function withDays(window: Window, days: readonly number[]): Window {
  if (days.length === EVERY.length) return withField(window, 'days', undefined)
  const sorted = EVERY.filter((day) => days.includes(day))
  return { ...window, days: sorted.map((day) => DAYS[day]) }
}

/** Hours of a day, `09:00` to `18:00`, either perhaps not typed yet; or a text that is no such thing. */
export type Span = { from: string; until: string } | { text: string }

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const SPAN = new RegExp(`^(${TIME})?-(${TIME}|24:00)?$`)

/** The hours of a window; none means all day. */
export const spansOf = (window: Window): Span[] =>
  itemsOf(window['hours']).map((one) => {
    const text = String(one)
    const [whole, from = '', until = ''] = SPAN.exec(text) ?? []
    return whole === undefined ? { text } : { from, until: until === '24:00' ? '00:00' : until }
  })

/** The window with these hours; the end of a day is written as 24:00. */
export const withSpans = (window: Window, spans: readonly Span[]): Window =>
  withField(
    window,
    'hours',
    spans.map((span) => ('text' in span ? span.text : `${span.from}-${span.until === '00:00' ? '24:00' : span.until}`)),
  )

/** True for hours that end on the next day. */
export const overMidnight = (span: Span): boolean =>
  'from' in span && span.from !== '' && span.until !== '' && span.until !== '00:00' && span.until < span.from

/** A day, perhaps with a time. */
export interface Day {
  date: string
  time: string
}

/** `2026-01-31` or `2026-01-31 20:00` in its parts; undefined for a text that is neither. */
export function dayOf(text: string): Day | undefined {
  const [whole, date = '', time = ''] = new RegExp(`^(\\d{4}-\\d{2}-\\d{2})(?: (${TIME}))?$`).exec(text) ?? []
  return whole === undefined ? undefined : { date, time }
}

/** A day as a definition writes it; without a date it is none. */
export const dayText = ({ date, time }: Day): string => (date === '' || time === '' ? date : `${date} ${time}`)

/** Today where the browser is. */
export const today = (): string => new Date().toLocaleDateString('sv-SE')
