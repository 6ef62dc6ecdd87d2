import type { SeenCustomer } from './access.js'
import { factWords } from './fact-words.js'
import type { SidebarPorts } from './ports.js'

/** One thing that happened. */
export interface TimelineEntry {
  at: Date
  /** The first word of the fact's type, for its mark: order, desk, group ... */
  kind: string
  words: string
  /** Our words for the account it happened on. */
  where?: string
}

/** A page of what happened, the newest first; ask for the next with `before`. */
export interface TimelinePage {
  entries: TimelineEntry[]
  before?: Date
}

const PAGE = 40
const READS = 5

/**
 * What happened to a person over all platforms, in words. Facts without words are left out, so several pages of the
 * log may be read for one page here. Facts of the very same moment as a page's end may be on both pages, never lost.
 */
export function createTimeline({ events, accountName }: Pick<SidebarPorts, 'events' | 'accountName'>) {
  return async ({ contacts }: SeenCustomer, from?: Date): Promise<TimelinePage> => {
    const entries: TimelineEntry[] = []
    let before = from
    for (let read = 0; read < READS; read++) {
      const pages = await Promise.all(
        contacts.map((contact) => events.read({ contact, limit: PAGE, ...(before && { before }) })),
      )
      const facts = pages
        .flat()
        .toSorted((a, b) => +b.occurredAt - +a.occurredAt)
        .slice(0, PAGE)
      for (const fact of facts) {
        const words = factWords(fact)
        if (words === undefined) continue
        const where = fact.account === undefined ? undefined : (accountName?.(fact.account) ?? fact.account)
        const kind = fact.type.split('.', 1)[0] ?? ''
        entries.push({ at: fact.occurredAt, kind, words, ...(where !== undefined && { where }) })
      }
      const last = facts.at(-1)
      if (facts.length < PAGE || !last) return { entries }
      before = last.occurredAt
      if (entries.length >= PAGE / 2) break
    }
    return { entries, ...(before && { before }) }
  }
}
