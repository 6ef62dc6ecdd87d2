import type { Library } from '../library/library.js'
import { placeOf } from '../library/source.js'
import type { Items } from './items.js'
import { type Kind, pathOf } from './kinds.js'
import type { UsedBy } from './views.js'

/** What messages call the items of a kind; nothing names a reply rule. */
export const NAMED_AS: Readonly<Partial<Record<Kind, 'article' | 'card'>>> = { articles: 'article', cards: 'card' }

/** Where else an item may be named: campaigns, canned replies ... */
export type OtherUses = (as: 'article' | 'card', slug: string) => Promise<UsedBy[]>

/** Finds what names an item or a picture: served content, drafts, and what other parts of the product keep. */
export function createUses(ports: { library: Pick<Library, 'uses'>; items: Items; others: OtherUses }) {
  const { library, items, others } = ports

  async function named(as: 'article' | 'card' | 'media', name: string, own?: string): Promise<UsedBy[]> {
    const found = new Map<string, UsedBy>()
    const add = (use: UsedBy, path: string) => {
      if (path !== own && !found.has(path)) found.set(path, use)
    }
    for (const { file, owner } of library.uses(as, name)) {
      const place = placeOf(file)
      if (place) add({ what: place.folder, name: place.slug, owner }, file)
    }
    for (const { kind, slug } of await items.naming(`${as}/${name}`))
      add({ what: kind, name: slug, owner: 'console', draft: true }, pathOf(kind as Kind, slug))
    return [...found.values()]
  }

  return {
    /** What names a file of `content/media`. */
    ofPicture: (name: string) => named('media', name),
    /** What names an item. */
    async ofItem(kind: Kind, slug: string): Promise<UsedBy[]> {
      const as = NAMED_AS[kind]
      return as === undefined ? [] : [...(await named(as, slug, pathOf(kind, slug))), ...(await others(as, slug))]
    },
  }
}
export type Uses = ReturnType<typeof createUses>

/** Whether a definition names the article or card: `article: welcome`, `card: { slug: gift }`, at any depth. */
export function mentions(definition: unknown, as: 'article' | 'card', slug: string, depth = 0): boolean {
  if (typeof definition !== 'object' || definition === null || depth > 20) return false
  if (!Array.isArray(definition)) {
    const fields = definition as Record<string, unknown>
    const named = fields[as]
    if (named === slug || (isRecord(named) && named['slug'] === slug)) return true
    if (fields['kind'] === as && fields['slug'] === slug) return true
  }
  return Object.values(definition).some((value) => mentions(value, as, slug, depth + 1))
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
