import { datacubeReadyHour } from '../../rules/official-account/datacube.js'

/** Days of the platform's calendar (Asia/Shanghai, no daylight saving), `YYYY-MM-DD`, both included. */
export interface Days {
  from: string
  to: string
}

const DAY_MS = 86_400_000
const SHANGHAI_MS = 8 * 3_600_000

/** The day so many days later (or earlier). */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** When the day begins. */
export const startOf = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) - SHANGHAI_MS)

/** Whether the text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && addDays(text, 0) === text
}

/** The last day whose numbers should be there: yesterday from about 08:00 in Shanghai, before that the day before. */
export function lastReadyDay(now: Date): string {
  const there = new Date(now.getTime() + SHANGHAI_MS)
  return addDays(there.toISOString().slice(0, 10), there.getUTCHours() >= datacubeReadyHour ? -1 : -2)
}

/** A range in pieces of at most so many days, the oldest first. */
export function pieces({ from, to }: Days, most: number): Days[] {
  const all: Days[] = []
  for (let start = from; start <= to; start = addDays(start, most)) {
    const end = addDays(start, most - 1)
    all.push({ from: start, to: end < to ? end : to })
  }
  return all
}
