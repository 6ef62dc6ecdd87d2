const DAY_MS = 86_400_000

/** The number of a day written `YYYY-MM-DD`, or undefined. */
export function dayNumber(day: string | undefined): number | undefined {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) || dayText(at / DAY_MS) !== day ? undefined : at / DAY_MS
}

/** A day number as `YYYY-MM-DD`. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
