import type { Dirty, RosterRow } from './model.js'

/** The platform builds a group's detail some seconds after the event: when it is read after a change, and again. */
export const WAITS_MS = [3000, 10_000, 30_000, 300_000, 300_000] as const
/** From this reading on, a version that no event has named is believed; from the last on, any is. */
const BELIEVED = 3
const KEPT_VERSIONS = 50

/** How an event follows on what is known: the very next, one that is known already, or after a gap. */
export type Follows = 'next' | 'known' | 'gap' | 'unversioned'

/** Judges an event by the versions before and after it. */
export function follows(row: RosterRow, before: string | undefined, after: string | undefined): Follows {
  if (after === undefined) return 'unversioned'
  if (before !== undefined && before === row.version && after !== row.version) return 'next'
  if (after === row.version || row.earlier.includes(after)) return 'known'
  return 'gap'
}

/** The roster has this version now. */
export function turnTo(draft: RosterRow, version: string | undefined, passed: readonly string[] = []): void {
  if (version === undefined) return
  const earlier = [...draft.earlier, ...(draft.version === undefined ? [] : [draft.version]), ...passed]
  draft.earlier = [...new Set(earlier)].filter((one) => one !== version).slice(-KEPT_VERSIONS)
  draft.version = version
}

/** Notes that the detail must be read. */
export function mark(
  draft: RosterRow,
  at: Date,
  now: Date,
  more: Partial<Pick<Dirty, 'gap' | 'expects' | 'edges'>> = {},
) {
  const known = draft.dirty
  const dueAt = new Date(+now + WAITS_MS[0])
  const expects = [...new Set([...(known?.expects ?? []), ...(more.expects ?? [])])]
  draft.dirty = {
    since: known && known.since < at ? known.since : at,
    dueAt: known && known.dueAt > now && known.dueAt < dueAt ? known.dueAt : dueAt,
    tries: 0,
    edges: [...(known?.edges ?? []), ...(more.edges ?? [])].slice(-KEPT_VERSIONS),
    gap: (known?.gap ?? false) || (more.gap ?? false),
    ...(expects.length > 0 && { expects }),
  }
}

/** What a reading with this version is worth: `settled` counts, others are read again. */
export function judge(row: RosterRow, version: string | undefined): 'settled' | 'unclear' | 'stale' {
  const { dirty } = row
  const tries = dirty?.tries ?? 0
  if (dirty && tries >= WAITS_MS.length) return 'settled'
  if (version === undefined) return dirty && tries < BELIEVED ? 'unclear' : 'settled'
  const passed = passedBy(row)
  if (!dirty?.gap && version === row.version) return 'settled'
  const heads = new Set((dirty?.edges ?? []).map(([, after]) => after).filter((after) => !passed.has(after)))
  if (dirty?.gap && heads.has(version) && heads.size === 1) return 'settled'
  if (passed.has(version) || row.earlier.includes(version)) return 'stale'
  if (dirty === undefined || (dirty.edges.length === 0 && !dirty.gap)) return 'settled'
  return tries < BELIEVED ? 'unclear' : 'settled'
}

/** Versions that the group has left behind, by the events that are waited for. */
export function passedBy({ dirty }: RosterRow): Set<string> {
  return new Set((dirty?.edges ?? []).map(([before]) => before))
}

/** The next reading after one that did not settle it. */
export function postpone(dirty: Dirty, now: Date): Dirty {
  const tries = dirty.tries + 1
  return { ...dirty, tries, dueAt: new Date(+now + (WAITS_MS[tries] ?? WAITS_MS.at(-1) ?? 0)) }
}
