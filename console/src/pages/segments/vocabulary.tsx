import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useCall } from '../../api/use-call.js'
import { useWords } from '../../words/use-words.js'
import type { KnownField } from './condition-input.js'

/** What rules can be made of here, in the language of the page. */
export interface Known {
  fields: readonly KnownField[]
  events: readonly { type: string; title: string; fields: readonly string[] }[]
  reachable: readonly string[]
  accounts: readonly string[]
  segments: readonly { slug: string; title: string }[]
  depth: number
  leaves: number
}

const NOTHING: Known = { fields: [], events: [], reachable: [], accounts: [], segments: [], depth: 6, leaves: 50 }
const Given = createContext<Known>(NOTHING)

/** The words of rules. */
export const useKnown = () => useContext(Given)

/** Gives everything inside the words of rules; `slug` is the segment that is edited: it cannot refer to itself. */
export function Vocabulary({ slug, children }: { slug: string; children: ReactNode }) {
  const { both } = useWords()
  const { data } = useCall('segmentVocabulary', {})
  const { data: listed } = useCall('listSegments', {})
  const known = useMemo((): Known => {
    if (!data) return NOTHING
    return {
      ...data,
      fields: data.fields.map(({ name, kind, title }) => ({ name, kind, title: both(title) })),
      events: data.events.map(({ title, ...rest }) => ({ ...rest, title: both(title) })),
      segments: (listed?.segments ?? []).filter((each) => each.slug !== slug),
    }
  }, [data, listed, both, slug])
  return <Given.Provider value={known}>{children}</Given.Provider>
}
