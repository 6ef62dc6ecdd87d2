import type { Mirror } from './catalogue.js'

/** A customer's mirrored tags on one pair. */
export interface PairTags {
  id: string
  staff: string
  /** The platform's tag ids now. */
  there: readonly string[]
  /** Ids that both sides had when they last agreed; undefined for a new pair. */
  base?: readonly string[]
  /** False where the platform takes no tags now: the pair is half, or over. */
  open: boolean
}

/** What is to be done about one customer. */
export interface TagPlan {
  addHere: string[]
  removeHere: string[]
  pairs: { id: string; staff: string; add: string[]; remove: string[]; agreed: string[] }[]
}

/**
 * Brings a customer's mirrored tags into agreement, over all pairs: our tags are the person's, the platform's are the
 * pair's. What a member changed since both sides last agreed is done here and on the other pairs; what we changed is
 * done on every pair. Where one side took a tag away and another gave it, it stays. Tags that are not mirrored, and
 * ids that are no more in the catalogue, count for nothing.
 */
export function agree(mirror: Mirror, tagsHere: readonly string[], pairs: readonly PairTags[]): TagPlan {
  const here = tagsHere.flatMap((name) => mirror.byName.get(name) ?? [])
  const known = pairs.map((pair) => ({
    ...pair,
    there: pair.there.filter((id) => mirror.byId.has(id)),
    base: pair.base?.filter((id) => mirror.byId.has(id)) ?? [],
  }))
  const given = new Set(known.flatMap(({ there, base }) => without(there, base)))
  const taken = new Set(known.flatMap(({ there, base, open }) => (open ? without(base, there) : [])))
  const goal = [...new Set([...here.filter((id) => !taken.has(id)), ...given])]
  const names = (ids: readonly string[]) => ids.flatMap((id) => mirror.byId.get(id) ?? [])
  return {
    addHere: names(without(goal, here)),
    removeHere: names(without(here, goal)),
    pairs: known.map(({ id, staff, there }) => ({
      id,
      staff,
      add: without(goal, there),
      remove: without(there, goal),
      agreed: goal.toSorted(),
    })),
  }
}

const without = (list: readonly string[], other: readonly string[]) => list.filter((id) => !other.includes(id))
