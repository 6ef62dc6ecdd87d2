import type { RosterRow } from './model.js'
import { tellGroup } from './news.js'
import type { GroupSizes } from './ports.js'

/** At how many members a group counts as nearly full. */
export function nearlyFullAt(row: Pick<RosterRow, 'nearlyFullAt'>, { capacity, nearlyFull }: GroupSizes): number {
  return Math.min(row.nearlyFullAt ?? Math.ceil(capacity * nearlyFull), capacity)
}

/**
 * Notes that a group has become nearly full, once for each time it does: it must fall by 2 % of the capacity before it
 * can become so again, so that one person who comes and goes makes no noise.
 */
export function watchSize(draft: RosterRow, sizes: GroupSizes, at: Date, silent = false): void {
  const { capacity } = sizes
  const threshold = nearlyFullAt(draft, sizes)
  const count = draft.members.length
  if (draft.full) {
    if (count < threshold - Math.max(1, Math.round(capacity * 0.02)) || draft.status === 'dismissed') draft.full = false
    return
  }
  if (count < threshold || draft.status === 'dismissed') return
  draft.full = true
  draft.crossings += 1
  if (!silent) tellGroup(draft, 'nearly-full', at, { members: count, capacity, threshold })
}
