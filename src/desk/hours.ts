import { DateTime } from 'luxon'

/** Minutes since midnight; `to` beyond 1440 runs into the next day. */
export interface Interval {
  from: number
  to: number
}

/** Hours on some weekdays; 1 is Monday, 7 is Sunday. */
export interface ShiftRule {
  days: readonly number[]
  hours: readonly Interval[]
}

/** Days (`yyyy-MM-dd`, both included) on which the usual hours do not hold. */
export interface Holiday {
  from: string
  to: string
  /** What holds instead; nobody works without them. */
  hours?: readonly Interval[]
}

/** When who works. */
export interface Calendar {
  timeZone: string
  shifts: Readonly<Record<string, readonly ShiftRule[]>>
  holidays: readonly Holiday[]
  /** Days that count as another weekday (调休); they win over holidays. */
  workdays: readonly { date: string; as: number }[]
}

/** A stretch of time somebody works; the end is outside. */
export interface Span {
  start: Date
  end: Date
}

const FAR_DAYS = 60

/** The hours of a shift that begin on a day, in order. */
export function spansOn(calendar: Calendar, shift: string, day: string): Span[] {
  const midnight = DateTime.fromISO(day, { zone: calendar.timeZone })
  const at = (minutes: number) =>
    midnight
      .plus({ days: Math.floor(minutes / 1440) })
      .set({ hour: Math.floor((minutes % 1440) / 60), minute: minutes % 60 })
      .toJSDate()
  return intervalsOn(calendar, shift, day, midnight.weekday).map(({ from, to }) => ({ start: at(from), end: at(to) }))
}

function intervalsOn(calendar: Calendar, shift: string, day: string, weekday: number): readonly Interval[] {
  const rules = calendar.shifts[shift] ?? []
  const usual = (asDay: number) => rules.filter(({ days }) => days.includes(asDay)).flatMap(({ hours }) => hours)
  const workday = calendar.workdays.find(({ date }) => date === day)
  if (workday) return usual(workday.as)
  const holiday = calendar.holidays.find(({ from, to }) => from <= day && day <= to)
  return holiday ? (holiday.hours ?? []) : usual(weekday)
}

/** The time that any of the shifts covers from a moment on, for so many days, joined and in order. */
export function spansFrom(calendar: Calendar, shifts: readonly string[], from: Date, days: number): Span[] {
  const first = DateTime.fromJSDate(from, { zone: calendar.timeZone }).startOf('day').minus({ days: 1 })
  const found: Span[] = []
  for (let ahead = 0; ahead <= days + 1; ahead++) {
    const day = first.plus({ days: ahead }).toFormat('yyyy-MM-dd')
    for (const shift of shifts) found.push(...spansOn(calendar, shift, day))
  }
  return joined(found).filter(({ end }) => end > from)
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
    const last = result.at(-1)
    if (span.end <= span.start) continue
    if (last && span.start <= last.end) last.end = new Date(Math.max(last.end.getTime(), span.end.getTime()))
    else result.push({ ...span })
  }
  return result
}

/** True when one of the shifts works at a moment. */
export function isOpen(calendar: Calendar, shifts: readonly string[], at: Date): boolean {
  return spansFrom(calendar, shifts, at, 0).some(({ start }) => start <= at)
}

/** The moment from which on one of the shifts works: `at` itself when one does; undefined when none will in 60 days. */
export function opensAt(calendar: Calendar, shifts: readonly string[], at: Date): Date | undefined {
  for (const days of [2, FAR_DAYS]) {
    const [next] = spansFrom(calendar, shifts, at, days)
    if (next) return next.start > at ? next.start : at
  }
  return undefined
}

/** The moment by which `ms` of working time have passed; undefined when there are not so many in 60 days. */
export function workedBy(calendar: Calendar, shifts: readonly string[], at: Date, ms: number): Date | undefined {
  let left = ms
  for (const { start, end } of spansFrom(calendar, shifts, at, FAR_DAYS)) {
    const from = Math.max(start.getTime(), at.getTime())
    const length = end.getTime() - from
    if (left <= length) return new Date(from + left)
    left -= length
  }
  return undefined
}
