import type { WayDefinition } from './definition.js'
import type { Applied, WayRow } from './model.js'
import { staffAt, validityAt, without } from './slots.js'

/** What is to be done about a way on the platform now. */
export type WayStep =
  | { do: 'make' | 'update'; wanted: Applied }
  /** Nobody knows how the making ended: look for its channel among the ways of that time. */
  | { do: 'look'; since: Date }
  | { do: 'drop'; id: string }
  | { do: 'nothing'; why: 'as-wanted' | 'later' | 'not-yet' | 'over' | 'removed' | 'under-way' }

/** Its maker may still be at it for so long. */
export const MAKING_MS = 60_000

/** Decides the next step of a way; pure. `counts`: newcomers of each member by this way today. */
export function planWay(
  row: Pick<WayRow, 'made' | 'applied' | 'making' | 'nextAt' | 'removedAt' | 'barred'>,
  definition: WayDefinition,
  now: Date,
  counts: ReadonlyMap<string, number>,
  zone: string,
): WayStep {
  if (row.nextAt && now < row.nextAt) return { do: 'nothing', why: 'later' }
  const validity = validityAt(definition, now, zone)
  const unwanted = row.removedAt !== undefined || validity === 'over'
  if (row.making) {
    const { since } = row.making
    if (now.getTime() - since.getTime() < MAKING_MS) return { do: 'nothing', why: 'under-way' }
    return { do: 'look', since }
  }
  if (unwanted) {
    if (row.made) return { do: 'drop', id: row.made.id }
    return { do: 'nothing', why: row.removedAt ? 'removed' : 'over' }
  }
  if (validity === 'not-yet') return { do: 'nothing', why: 'not-yet' }
  const barred = row.barred && now < row.barred.until ? row.barred.staff : []
  const wanted = wantedOf(definition, now, counts, zone, barred)
  if (!row.made) return { do: 'make', wanted }
  return row.applied && same(row.applied, wanted) ? { do: 'nothing', why: 'as-wanted' } : { do: 'update', wanted }
}

/** What a way should be on the platform at a moment. */
export function wantedOf(
  definition: WayDefinition,
  now: Date,
  counts: ReadonlyMap<string, number>,
  zone: string,
  barred: readonly string[] = [],
): Applied {
  const allowed = staffAt(without(definition, barred), now, counts, zone).staff
  const staff = allowed.length > 0 ? allowed : staffAt(definition, now, counts, zone).staff
  return { staff, remark: definition.name, confirm: definition.confirm }
}

/** True when nothing is to be changed. */
export function same(a: Applied, b: Applied): boolean {
  const [first, second] = [a.staff.toSorted().join('\n'), b.staff.toSorted().join('\n')]
  return first === second && a.remark === b.remark && a.confirm === b.confirm
}
