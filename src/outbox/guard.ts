import type { SkipReason } from '../core/outcome.js'
import type { DeliveryRow } from './delivery.js'

/** What a guard says about a delivery that is about to leave. */
export type Verdict =
  | { verdict: 'pass' }
  | { verdict: 'skip'; reason: SkipReason; detail?: string }
  /** Not now: quiet hours, a quota that comes back. Costs no attempt. */
  | { verdict: 'postpone'; until: Date; reason: string }

/** One rule that a delivery must keep: consent, window, quota, quiet hours. One file each, asked in order. */
export type Guard = (delivery: DeliveryRow, now: Date) => Verdict | Promise<Verdict>

/** Asks the guards in order; the first that does not let it pass decides. */
export async function askGuards(guards: readonly Guard[], delivery: DeliveryRow, now: Date): Promise<Verdict> {
  for (const guard of guards) {
    const verdict = await guard(delivery, now)
    if (verdict.verdict !== 'pass') return verdict
  }
  return { verdict: 'pass' }
}
