import { setTimeout as pause } from 'node:timers/promises'

/** Looks again and again until it holds; the test's own time-out ends what never comes true. */
export async function until(holds: () => Promise<boolean> | boolean, everyMs = 20): Promise<void> {
  while (!(await holds())) await pause(everyMs)
}
