import type { SyncConflict, SyncCounts, SyncRow } from './model.js'

/** How a sync ended. */
export interface SyncSummary {
  account: string
  /**
   * `done`: every follower was looked at. `paused`: the day's quota is used up, the next run goes on from there.
   * `busy`: another process is at it.
   */
  state: 'done' | 'paused' | 'busy'
  reason?: string
  startedAt?: Date
  finishedAt?: Date
  /** Followers by the platform's own count. */
  total: number
  counts: SyncCounts
  /** The first hundred. */
  conflicts: readonly SyncConflict[]
}

/** The run that an account's sync is to go on with: the one that was cut short, or a new one. */
export function beginRun(account: string, known: SyncRow | undefined, fence: number, now: Date): SyncRow {
  const day = shanghaiDay(now)
  const calls = known?.day === day ? known.calls : 0
  if (known && known.state !== 'done' && now.getTime() - known.startedAt.getTime() < STALE_MS) {
    const { reason: _, ...rest } = known
    return { ...rest, state: 'running', fence, day, calls }
  }
  return {
    _id: account,
    state: 'running',
    startedAt: now,
    phase: 'followers',
    total: 0,
    counts: { ...NOTHING },
    conflicts: [],
    day,
    calls,
    fence,
  }
}

const NOTHING: SyncCounts = {
  seen: 0,
  added: 0,
  followed: 0,
  unfollowed: 0,
  merged: 0,
  taggedHere: 0,
  taggedThere: 0,
  conflicts: 0,
}

/** Counts a conflict and keeps the first hundred. */
export function tell(row: SyncRow, conflict: SyncConflict): void {
  row.counts.conflicts += 1
  if (row.conflicts.length < KEPT_CONFLICTS) row.conflicts.push(conflict)
}

/** A run as it is told. */
export function summaryOf(account: string, row: SyncRow | undefined): SyncSummary {
  if (!row) return { account, state: 'busy', total: 0, counts: { ...NOTHING }, conflicts: [] }
  const { state, startedAt, finishedAt, total, counts, conflicts, reason } = row
  return {
    account,
    state: state === 'running' ? 'busy' : state,
    startedAt,
    ...(finishedAt && { finishedAt }),
    total,
    counts,
    conflicts,
    ...(reason !== undefined && { reason }),
  }
}

/** Fields that are gone must go in the store too. */
export function cleared(row: SyncRow): { $unset?: Record<string, ''> } {
  const gone = (['after', 'reason', 'finishedAt'] as const).filter((name) => row[name] === undefined)
  return gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((name) => [name, ''])) }
}

/** Quotas begin anew at 00:00 in Shanghai (UTC+8 all year). */
export function shanghaiDay(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}

const KEPT_CONFLICTS = 100
/** A run that was left this long ago begins anew: the list has changed too much. */
const STALE_MS = 3 * 86_400_000
