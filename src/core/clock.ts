/** Where the product gets its time from; tests hold it still. */
export interface Clock {
  now(): Date
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() }

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A duration as people write it (`500ms`, `10s`, `15m`, `48h`, `30d`) in milliseconds; a number is milliseconds already.
 * Throws RangeError on anything else.
 */
export function durationMs(value: string | number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(String(value).trim())
  if (!found) throw new RangeError(`'${value}' is not a duration; write for example 30s, 10m, 48h or 30d`)
  return Number(found[1]) * (UNITS[String(found[2])] ?? 1)
}
