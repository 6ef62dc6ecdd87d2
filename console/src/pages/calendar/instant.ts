import { minuteIn } from '../campaign/written.js'

const DAY_MS = 86_400_000

/**
 * The moment of a local time (`2026-03-04T10:30`) of a zone, as an instant that reads the same everywhere. The earlier
 * one in the hour that a clock change brings twice; undefined in the hour that it leaves out.
 */
export function instantIn(timeZone: string, local: string): string | undefined {
  const asUtc = Date.parse(`${local.slice(0, 16)}:00Z`)
  if (Number.isNaN(asUtc)) return undefined
  /** How far the zone's clocks are ahead then. */
  const ahead = (at: number) => Date.parse(`${minuteIn(new Date(at), timeZone)}:00Z`) - at
  // A day before and a day after tell both offsets around a clock change.
  const found = [asUtc - DAY_MS, asUtc + DAY_MS].map((near) => new Date(asUtc - ahead(near)))
  return found.find((at) => minuteIn(at, timeZone) === local.slice(0, 16))?.toISOString()
}
