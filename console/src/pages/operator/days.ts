import type { Filter } from '../../table/filter-bar.js'

/** Filters of a list by time: whole days, as `2026-03-04`. */
export const dayFilters: readonly Filter[] = [
  { name: 'from', word: 'operator.from' },
  { name: 'to', word: 'operator.to' },
]

/** The beginning of a day in the browser's zone; what is no day is given to the API, which says so. */
export function day(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const found = dateOf(text)
  return found ? found.toISOString() : text
}

/** The end of a day: the beginning of the next. */
export function nextDay(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const found = dateOf(text)
  if (!found) return text
  found.setDate(found.getDate() + 1)
  return found.toISOString()
}

function dateOf(text: string): Date | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? []
  if (year === undefined) return undefined
  const found = new Date(Number(year), Number(month) - 1, Number(date))
  return Number.isNaN(found.getTime()) ? undefined : found
}
