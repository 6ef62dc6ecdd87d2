import type { GroupDifference, GroupRow, GroupSyncCounts, GroupSyncRow } from './model.js'
import type { Reading } from './repair.js'

/** How a sync stands, or has ended. `busy`: a process is at it, or was cut short and it goes on within minutes. */
export interface GroupSyncSummary {
  account: string
  state: 'done' | 'busy'
  startedAt?: Date
  finishedAt?: Date
  counts: GroupSyncCounts
  /** The first hundred. */
  differences: readonly GroupDifference[]
}

const NOTHING: GroupSyncCounts = {
  listed: 0,
  read: 0,
  added: 0,
  changed: 0,
  joined: 0,
  left: 0,
  dismissed: 0,
  failed: 0,
}
const KEPT_DIFFERENCES = 100
/** A run that was left this long ago begins anew. */
const STALE_MS = 12 * 3_600_000

/** The run to go on with: the one that was cut short, or a new one. */
export function beginRun(account: string, known: GroupSyncRow | undefined, fence: number, now: Date): GroupSyncRow {
  if (known?.state === 'running' && now.getTime() - known.startedAt.getTime() < STALE_MS) return { ...known, fence }
  return {
    _id: account,
    state: 'running',
    startedAt: now,
    phase: 'list',
    counts: { ...NOTHING },
    differences: [],
    fence,
    ...(known?.lastRunAt && { lastRunAt: known.lastRunAt }),
  }
}

/** Keeps the first hundred differences, of which new groups take up half at most. */
export function tell(row: GroupSyncRow, difference: GroupDifference): void {
  const most = difference.kind === 'new' ? KEPT_DIFFERENCES / 2 : KEPT_DIFFERENCES
  if (row.differences.length < most) row.differences.push(difference)
}

/** Counts what the reading of a group found. */
export function reportReading(row: GroupSyncRow, group: GroupRow, reading: Reading): void {
  const { counts } = row
  const note = (kind: GroupDifference['kind'], detail: string) => tell(row, { kind, group: group.chatId, detail })
  switch (reading.outcome) {
    case 'same':
      return
    case 'dismissed':
      counts.dismissed += 1
      note('dismissed', `${group.name}: the platform no longer knows it`)
      return
    case 'again':
    case 'overtaken':
      counts.failed += 1
      note('later', 'an event is newer than the platform\u2019s detail; read again within minutes')
      return
    case 'changed':
      break
  }
  if (group.rev === 0) {
    counts.added += 1
    note('new', `${reading.joined} members`)
    return
  }
  const { joined, left, fields } = reading
  if (joined + left + fields.length === 0) return
  counts.changed += 1
  counts.joined += joined
  counts.left += left
  if (joined + left > 0) note('members', `+${joined} -${left}`)
  for (const field of fields) note(field, 'had changed')
}

/** A run as it is told. */
export function summaryOf(account: string, row: GroupSyncRow | undefined): GroupSyncSummary {
  if (!row) return { account, state: 'busy', counts: { ...NOTHING }, differences: [] }
  const { state, startedAt, finishedAt, counts, differences } = row
  return {
    account,
    state: state === 'done' ? 'done' : 'busy',
    startedAt,
    ...(finishedAt && { finishedAt }),
    counts: { ...counts },
    differences,
  }
}
