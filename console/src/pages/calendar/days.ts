/** Days as text, `2026-03-04`; reckoned without a zone. */
const at = (day: string) => new Date(`${day}T00:00:00Z`)
const text = (date: Date) => date.toISOString().slice(0, 10)

/** So many days later, or earlier. */
export const plus = (day: string, days: number): string => text(new Date(at(day).getTime() + days * 86_400_000))

/** 1 (Monday) to 7. */
export const weekdayOf = (day: string): number => at(day).getUTCDay() || 7

/** The seven days of the week that a day is in, Monday first. */
export function weekOf(day: string): string[] {
  const monday = plus(day, 1 - weekdayOf(day))
  return Array.from({ length: 7 }, (_, index) => plus(monday, index))
}

/** The whole weeks that show a month: 28 to 42 days, Monday first. */
export function gridOf(day: string): string[] {
  const first = `${day.slice(0, 7)}-01`
  const last = plus(monthAfter(first), -1)
  const start = plus(first, 1 - weekdayOf(first))
  const end = plus(last, 7 - weekdayOf(last))
  const days: string[] = []
  for (let one = start; one <= end; one = plus(one, 1)) days.push(one)
  return days
}

/** The first day of the month after, or before. */
export function monthAfter(day: string, months = 1): string {
  const date = at(`${day.slice(0, 7)}-01`)
  return text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)))
}
