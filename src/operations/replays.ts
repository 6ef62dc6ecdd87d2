/** Which failures are handled again. */
export interface ReplayQuery {
  account?: string | undefined
  kind?: string | undefined
  /** At most 200. */
  limit: number
}

/** How it went. */
export interface Replayed {
  done: number
  /** Their handlers failed again. */
  failed: number
  dead: number
  /** Too much was under way: the next sweep runs them. */
  waiting: number
  /** Somebody else was quicker. */
  passed: number
  /** There are more, or time ran out: ask again. */
  more: boolean
}

/** What replaying needs of the inbox. */
export interface ReplayPorts {
  failures(query: ReplayQuery & { until: Date }): Promise<string[]>
  replay(id: string): Promise<'received' | 'done' | 'failed' | 'dead' | undefined>
  now(): Date
}

/** Whoever pressed waits: after this the rest is left to the next press. */
const MOST_MS = 20_000

/**
 * Handles failures again, one after the other and those that failed first in front, each at most once: what fails anew
 * is not tried again by the same press. Safe to repeat: what has been handled is no failure any more.
 */
export async function replayFailures(ports: ReplayPorts, query: ReplayQuery): Promise<Replayed> {
  const limit = Math.min(Math.max(1, query.limit), 200)
  const ids = await ports.failures({ ...query, limit: limit + 1, until: ports.now() })
  const told: Replayed = { done: 0, failed: 0, dead: 0, waiting: 0, passed: 0, more: ids.length > limit }
  const began = performance.now()
  for (const id of ids.slice(0, limit)) {
    if (performance.now() - began > MOST_MS) return { ...told, more: true }
    const end = await ports.replay(id)
    told[end === undefined ? 'passed' : end === 'received' ? 'waiting' : end] += 1
  }
  return told
}
