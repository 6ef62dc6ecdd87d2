import { limits } from '../../../rules/wecom/limits.js'
import type { SyncChunk, SyncConflict, SyncCounts, SyncRow } from './model.js'

/** How a sync ended. */
export interface SyncSummary {
  account: string
  /** `done`: every pair was looked at. `paused`: a limit of the platform; the next run goes on. `busy`: another process is at it. */
  state: 'done' | 'paused' | 'busy'
  reason?: string
  startedAt?: Date
  finishedAt?: Date
  /** Members who may have customers, and how many of them are through. */
  staff: { total: number; done: number }
  counts: SyncCounts
  /** The first hundred. */
  conflicts: readonly SyncConflict[]
}

const NOTHING: SyncCounts = {
  seen: 0,
  added: 0,
  revived: 0,
  ended: 0,
  waiting: 0,
  taggedHere: 0,
  taggedThere: 0,
  tagsRefused: 0,
  withUnionid: 0,
  wecomUsers: 0,
  withoutUnionid: 0,
  conflicts: 0,
}

const KEPT_CONFLICTS = 100
/** A run that was left this long ago begins anew: too much has changed. */
const STALE_MS = 86_400_000
/** The platform takes 5 calls of this kind at once. */
export const AT_ONCE = 5

/** The run to go on with: the one that was cut short, or undefined when a new one is due. */
export function unfinished(known: SyncRow | undefined, fence: number, now: Date): SyncRow | undefined {
  if (!known || known.state === 'done' || now.getTime() - known.startedAt.getTime() >= STALE_MS) return undefined
  const { reason: _, ...rest } = known
  return { ...rest, state: 'running', fence }
}

/** A new run over these members, in batches that keep all of the platform's calls at once busy. */
export function newRun(account: string, staff: readonly string[], fence: number, now: Date): SyncRow {
  const size = Math.min(limits.batchStaff.value, Math.max(1, Math.ceil(staff.length / AT_ONCE)))
  const chunks: SyncChunk[] = []
  for (let from = 0; from < staff.length; from += size) chunks.push({ staff: staff.slice(from, from + size) })
  return {
    _id: account,
    state: 'running',
    startedAt: now,
    phase: 'pages',
    chunks,
    counts: { ...NOTHING },
    conflicts: [],
    fence,
  }
}

/** Counts a conflict and keeps the first hundred. */
export function tell(row: SyncRow, conflict: SyncConflict): void {
  row.counts.conflicts += 1
  if (row.conflicts.length < KEPT_CONFLICTS) row.conflicts.push(conflict)
}

/** A run as it is told. */
export function summaryOf(account: string, row: SyncRow | undefined): SyncSummary {
  if (!row) return { account, state: 'busy', staff: { total: 0, done: 0 }, counts: { ...NOTHING }, conflicts: [] }
  const { state, startedAt, finishedAt, chunks, counts, conflicts, reason } = row
  const size = (some: readonly SyncChunk[]) => some.reduce((sum, { staff }) => sum + staff.length, 0)
  return {
    account,
    state: state === 'running' ? 'busy' : state,
    startedAt,
    ...(finishedAt && { finishedAt }),
    staff: { total: size(chunks), done: size(chunks.filter(({ done }) => done)) },
    counts,
    conflicts,
    ...(reason !== undefined && { reason }),
  }
}
