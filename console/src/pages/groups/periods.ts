/** Joins and leaves of a day, as the API gives them. */
export interface Day {
  day: string
  joined: number
  left: number
  byState: Readonly<Record<string, number>>
  byWay: Readonly<Record<string, number>>
  byLeave: Readonly<Record<string, number>>
}

/** A day, a week (from Monday) or a month. */
export interface Period {
  label: string
  joined: number
  left: number
}

export type Span = 'day' | 'week' | 'month'

/** How many days are asked for, so that each chart has a fair number of points. */
export const DAYS: Readonly<Record<Span, number>> = { day: 30, week: 182, month: 365 }

/** Days summed up by week or month, in their order. */
export function periodsOf(days: readonly Day[], span: Span): Period[] {
  const found = new Map<string, Period>()
  for (const { day, joined, left } of days) {
    const label = span === 'day' ? day.slice(5) : span === 'month' ? day.slice(0, 7) : mondayOf(day).slice(5)
    const key = span === 'week' ? mondayOf(day) : span === 'month' ? label : day
    const period = found.get(key) ?? { label, joined: 0, left: 0 }
    period.joined += joined
    period.left += left
    found.set(key, period)
  }
  return [...found.values()]
}

/** The counts of all days together. */
export function totals(days: readonly Day[], field: 'byState' | 'byWay' | 'byLeave'): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const day of days) for (const [name, count] of Object.entries(day[field])) sums[name] = (sums[name] ?? 0) + count
  return sums
}

function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}
