import type { Def } from './written.js'

/** A field that somebody changed since both began. */
export interface Change {
  field: string
  base: unknown
  theirs: unknown
  mine: unknown
  /** Who changed it; `both` only where they did not do the same. */
  by: 'theirs' | 'mine' | 'both'
}

const same = (one: unknown, other: unknown) => canonical(one) === canonical(other)

/** Text that is alike for alike values, whatever the order of their keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : part,
    ) ?? ''
  )
}

/** What was changed by whom, field by field of the definition. */
export function changesOf(base: Def, theirs: Def, mine: Def): Change[] {
  const of = (def: Def) => def as Readonly<Record<string, unknown>>
  const fields = [...new Set([base, theirs, mine].flatMap((def) => Object.keys(def)))].toSorted()
  return fields.flatMap((field): Change[] => {
    const [was, their, my] = [of(base)[field], of(theirs)[field], of(mine)[field]]
    const [byThem, byMe] = [!same(was, their), !same(was, my)]
    if (!byThem && !byMe) return []
    const both = byThem && byMe && !same(their, my)
    return [{ field, base: was, theirs: their, mine: my, by: both ? 'both' : byThem ? 'theirs' : 'mine' }]
  })
}

/** Both sides' changes in one; where both changed a field, the chosen side’s. */
export function merged(base: Def, theirs: Def, mine: Def, chosen: Readonly<Record<string, 'theirs' | 'mine'>>): Def {
  const made: Record<string, unknown> = { ...theirs }
  for (const { field, by, mine: my } of changesOf(base, theirs, mine)) {
    if (by !== 'mine' && !(by === 'both' && chosen[field] === 'mine')) continue
    if (my === undefined) delete made[field]
    else made[field] = my
  }
  return made as Def
}
