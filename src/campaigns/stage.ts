/** The latest stage that a person was recalled with. */
export interface Recalled {
  stage: number
  at: Date
}

/** Runs of one day do not start at the very same millisecond: a gap counts as passed this much sooner. */
const TOLERANCE_MS = 12 * 3_600_000

/**
 * Which stage of a recall a person is due for, or undefined. Stages follow each other with their own gaps between them
 * (30, 45, 60 days: never sooner than 15 days apart, also when a run came late); one that was missed is passed over, and
 * a gap beyond the last stage the person is left in peace for good. Anything the person does starts all over.
 * @param stages how long the silence lasts at each stage, in ms, rising
 */
export function stageOf(
  stages: readonly number[],
  lastActive: Date,
  recalled: Recalled | undefined,
  now: Date,
): number | undefined {
  const silence = now.getTime() - lastActive.getTime()
  const reached = stages.findLastIndex((ms) => silence >= ms)
  if (reached < 0 || silence >= silentAfter(stages)) return undefined
  const last = recalled && recalled.at > lastActive ? recalled : undefined
  if (last === undefined) return reached
  if (reached <= last.stage) return undefined
  const gap = (stages[reached] ?? 0) - (stages[last.stage] ?? 0)
  return now.getTime() - last.at.getTime() >= gap - TOLERANCE_MS ? reached : undefined
}

/** From this silence on, in ms, nobody is recalled any more. */
export function silentAfter(stages: readonly number[]): number {
  const last = stages.at(-1) ?? 0
  return last + (last - (stages.at(-2) ?? 0))
}
