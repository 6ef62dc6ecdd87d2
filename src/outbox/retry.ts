/** How often a delivery is tried at most. */
export const MOST_TRIES = 8

const STEPS_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000] as const

/**
 * How long to wait after the `attempts`-th definite failure, in ms: growing steps, a fifth more or less so that what
 * failed together does not come back together, never less than the platform asked for. Undefined: no more tries.
 */
export function retryDelay(attempts: number, atLeastMs = 0, random: () => number = Math.random): number | undefined {
  if (attempts >= MOST_TRIES) return undefined
  const step = STEPS_MS[Math.min(Math.max(attempts, 1), STEPS_MS.length) - 1] ?? 5_000
  return Math.max(atLeastMs, Math.round(step * (0.8 + 0.4 * random())))
}
