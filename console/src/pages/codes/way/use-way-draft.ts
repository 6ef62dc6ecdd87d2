import type { ContactWay } from '../../../api/types.js'
import { useDraft } from '../../../state/use-draft.js'
import { written } from './definition.js'

/** What is typed of a contact way: its name where it is new, its definition, and the version it began from. */
export interface Typed {
  slug: string
  text: string
  version: number
}

/** What is typed of a way, kept in the browser until it is saved or dropped. */
export function useWayDraft(account: string, way: ContactWay | undefined) {
  const initial: Typed = {
    slug: way?.slug ?? '',
    text: written((way?.definition ?? {}) as object as Record<string, unknown>),
    version: way?.version ?? 0,
  }
  const { value, set, drop, restored } = useDraft(
    `contact-way:${account}:${way?.slug ?? 'new'}`,
    JSON.stringify(initial),
  )
  const typed: Typed = { ...initial, ...(JSON.parse(value) as Partial<Typed>) }
  const dirty = typed.text !== initial.text || typed.slug !== initial.slug
  return {
    typed,
    dirty,
    restored: dirty ? restored : undefined,
    set: (more: Partial<Typed>) => set(JSON.stringify({ ...typed, ...more })),
    drop,
  }
}
