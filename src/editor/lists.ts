import { type Sort, sortedCut } from '../core/sort.js'
import type { Library } from '../library/library.js'
import type { Items } from './items.js'
import { type ItemContent, type Kind, pathOf } from './kinds.js'
import { fileItems, type ItemSummary, summaryOf } from './views.js'

/** Which items of a kind are wanted. */
export interface ItemQuery {
  /** Part of the name, the title or, of articles, the digest. */
  text?: string | undefined
  owner?: 'file' | 'console' | undefined
  state?: 'draft' | 'live' | undefined
  /** What was written at the console first, the newest of it first, unless given. */
  sort?: Sort<keyof typeof SORT_VALUES> | undefined
  /** The cursor of the page before. */
  after?: string | undefined
  limit: number
}

interface Listed {
  summary: ItemSummary
  search: string
  /** Where it stands: what was written at the console first, the newest of it first. */
  key: string
}

/** The value of each column that items can be ordered by. */
const SORT_VALUES = {
  place: () => undefined,
  title: ({ summary }: Listed) => summary.title,
  slug: ({ summary }: Listed) => summary.slug,
  state: ({ summary }: Listed) => summary.state,
  owner: ({ summary }: Listed) => summary.owner,
  updatedAt: ({ summary }: Listed) => summary.updatedAt,
} as const

/** Lists what the store and the files hold, page by page. */
export function createLists({ library, items }: { library: Pick<Library, 'texts' | 'problems'>; items: Items }) {
  async function all(kind: Kind): Promise<Listed[]> {
    const files = fileItems(library, kind).map(({ summary, content }) => ({
      summary,
      search: searchOf(summary.slug, summary.title, content),
      key: `1 ${summary.slug.replace(/\d+$/, (number) => number.padStart(6, '0'))}`,
    }))
    const taken = new Set(library.texts().flatMap(({ owner, path }) => (owner === 'console' ? [] : [path])))
    const rows = (await items.list(kind)).filter(({ slug }) => !taken.has(pathOf(kind, slug)))
    const ours = rows.map((row) => {
      const age = String(1e14 - row.updatedAt.getTime()).padStart(15, '0')
      return { summary: summaryOf(row), search: row.search, key: `0 ${age} ${row.slug}` }
    })
    return [...ours, ...files].toSorted((one, other) => (one.key < other.key ? -1 : 1))
  }

  return async (kind: Kind, query: ItemQuery): Promise<{ items: ItemSummary[]; next?: string }> => {
    const { text, owner, state, sort, after, limit } = query
    const wanted = text?.trim().toLowerCase() ?? ''
    const found = (await all(kind)).filter(
      ({ summary, search }) =>
        (owner === undefined || summary.owner === owner) &&
        (state === undefined || summary.state === state) &&
        search.includes(wanted),
    )
    const cut = { id: ({ key }: Listed) => key, values: SORT_VALUES, sort: sort ?? 'place', after, limit } as const
    const { rows, ...more } = sortedCut<Listed, keyof typeof SORT_VALUES>(found, cut)
    return { items: rows.map(({ summary }) => summary), ...more }
  }
}

/** What an item is found by. */
export function searchOf(slug: string, title: string, content: ItemContent): string {
  const digest = typeof content['digest'] === 'string' ? content['digest'] : ''
  return `${slug} ${title} ${digest}`.toLowerCase().slice(0, 1000)
}
