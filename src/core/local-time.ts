import { DateTime } from 'luxon'

/** Whether a written time says its offset, so that it is one instant wherever it is read: `...Z`, `...+08:00`. */
export const isInstant = (text: string): boolean => /(Z|[+-]\d{2}:?\d{2})$/.test(text.trim().slice(10))

/**
 * A moment as a schedule writes it: local text of its zone (`2026-09-24T10:00`); with its offset where the local text
 * may be read as another moment, as in the hour that a clock change brings twice.
 */
export function writtenIn(timeZone: string, at: Date): string {
  const there = DateTime.fromJSDate(at, { zone: timeZone })
  const local = there.toFormat("yyyy-MM-dd'T'HH:mm")
  const twice = there.getPossibleOffsets().length > 1
  if (!twice && DateTime.fromISO(local, { zone: timeZone }).toMillis() === at.getTime()) return local
  return there.toISO({ suppressMilliseconds: true }) ?? at.toISOString()
}
