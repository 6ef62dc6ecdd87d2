import { DateTime } from 'luxon'
import { type Point, parsePoint, parseSpan, type Range, type Span } from '../library/rule-time.js'

/** The times from `from` up to, but not including, `before`; in ms since 1970. */
export interface Interval {
  from: number
  before: number
}

/**
 * The moment a rule is asked for, with its calendar. `30d` back reaches to the start of the day 29 days ago: today is the
 * first of the thirty. What is older than `30d` is exactly what lies before that.
 */
export interface Moment {
  readonly asOf: number
  readonly zone: string
  /** Where a stretch that ends now begins. */
  since(span: Span): number
  /** Where a stretch that begins now ends; whole days begin with today. */
  until(span: Span): number
  /** The start of today plus so many days. */
  day(days: number): number
  /** The day of the calendar, today plus so many, as `2026-01-31`. */
  dayText(days: number): string
  /** What a day or a moment covers: a day the whole of it, a moment its ms. */
  point(point: Point): Interval
  /** When events count. Nothing that happens after `asOf` ever does. */
  interval(range: Range): Interval
  /** When something of the time `at`, that a stretch back from now still reaches, is reached no more. */
  leaves(at: number, span: Span): number
  /** The start of the day of `at`, plus so many days. */
  dayOf(at: number, days: number): number
}

/** The moment `asOf` in a zone. */
export function momentOf(asOf: Date, zone: string): Moment {
  const at = asOf.getTime()
  const today = startOfDay(at, zone)
  const plus = (days: number) => today.plus({ days }).toMillis()
  const since = (span: Span) => ('days' in span ? plus(1 - span.days) : at - span.ms)
  const dayOf = (time: number, days: number) => startOfDay(time, zone).plus({ days }).toMillis()

  function point(value: Point): Interval {
    const from = DateTime.fromISO('day' in value ? value.day : value.moment, { zone })
    return { from: from.toMillis(), before: 'day' in value ? from.plus({ days: 1 }).toMillis() : from.toMillis() + 1 }
  }

  function edge(text: string): Interval {
    const span = parseSpan(text)
    if (span) return { from: since(span), before: since(span) }
    const found = parsePoint(text)
    return found ? point(found) : { from: Number.POSITIVE_INFINITY, before: Number.NEGATIVE_INFINITY }
  }

  return {
    asOf: at,
    zone,
    since,
    until: (span) => ('days' in span ? plus(span.days) : at + span.ms + 1),
    day: plus,
    dayText: (days) => today.plus({ days }).toISODate() ?? '',
    point,
    interval({ within, between }) {
      const end = at + 1
      if (within !== undefined) return { from: edge(within).from, before: end }
      if (between) return { from: edge(between[0]).from, before: Math.min(edge(between[1]).before, end) }
      return { from: Number.NEGATIVE_INFINITY, before: end }
    },
    leaves: (time, span) => ('days' in span ? dayOf(time, span.days) : time + span.ms + 1),
    dayOf,
  }
}

function startOfDay(at: number, zone: string): DateTime {
  return DateTime.fromMillis(at, { zone }).startOf('day')
}
