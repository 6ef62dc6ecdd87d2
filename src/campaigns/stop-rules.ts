import type { BulkProgress } from '../outbox/bulk/chunk.js'
import type { StopRules } from './plan.js'

/** A rule that a run has broken. Rates in percent. */
export interface Broken {
  rule: 'failures' | 'opt-outs'
  rate: number
  limit: number
  /** Out of how many. */
  of: number
}

/**
 * Whether a run is to end: too many messages failed, or too many of those who got one left or opted out. Nothing is
 * judged by fewer than `minimum` messages. A rate at its limit is still within it.
 */
export function judgeRun(
  progress: Pick<BulkProgress, 'states'>,
  optOuts: number,
  rules: StopRules,
): Broken | undefined {
  const { sent = 0, failed = 0, uncertain = 0 } = progress.states
  const tried = sent + failed + uncertain
  const failures = tried === 0 ? 0 : (failed / tried) * 100
  if (tried >= rules.minimum && failures > rules.failures)
    return { rule: 'failures', rate: failures, limit: rules.failures, of: tried }
  const reached = sent + uncertain
  const left = reached === 0 ? 0 : (optOuts / reached) * 100
  if (reached >= rules.minimum && left > rules.optOuts)
    return { rule: 'opt-outs', rate: left, limit: rules.optOuts, of: reached }
  return undefined
}
