import { mayChange } from './canned-own.js'
import type { CannedPort, CannedValues, SidebarPorts } from './ports.js'
import { fits } from './search-words.js'
import type { Visitor } from './sessions.js'

/** What the page hands to the chat when staff press 发送. */
export type Sendable =
  | { kind: 'text'; text: string }
  | { kind: 'article'; title: string; description: string; url: string; picture: string }
  | { kind: 'card'; title: string; appid: string; path: string; picture: string }

/** A canned reply, an article or a card, ready to be sent. */
export interface Material {
  kind: 'canned' | 'article' | 'card'
  name: string
  title: string
  /** A line or two below the title. */
  about: string
  message: Sendable
  /** What staff have to fill in first. */
  missing?: string[]
  /** As it is stored, for whoever may change it here: who made it, and supervisors. Those of files are nobody's. */
  own?: { slug: string; version: number; group: string; title: string; text: string }
}

const MOST = 60

type Ports = Pick<SidebarPorts, 'library' | 'publicUrl' | 'initials'>

/** Articles and cards by words; those sent into a group tell the mini program which one, see `groupPath`. */
export function createMaterials({ library, publicUrl, initials }: Ports) {
  const picture = (name: string) => `${publicUrl}/media/${encodeURIComponent(name)}`
  return (query: string, group?: string): Material[] => {
    const articles = library.articles().flatMap(({ slug, title, digest, cover, tags, url }): Material[] => {
      if (!fits(query, [title, digest, slug, ...tags], initials)) return []
      const message: Sendable = { kind: 'article', title, description: digest, url, picture: picture(cover) }
      return [{ kind: 'article', name: slug, title, about: digest, message }]
    })
    const cards = library.cards().flatMap((card): Material[] => {
      const { slug, title, appid, app, thumb } = card
      if (!fits(query, [title, slug, app], initials)) return []
      const path = group === undefined ? card.path : groupPath(card.path, group)
      return [
        {
          kind: 'card',
          name: slug,
          title,
          about: app,
          message: { kind: 'card', title, appid, path, picture: picture(thumb) },
        },
      ]
    })
    return [...cards, ...articles]
  }
}

/**
 * The page of a card that is sent into a group: it says which, for orders and coupons that come of it. A mini program
 * that wants proof asks the platform (`wx.getGroupEnterInfo` and the group's opengid): a query can be copied.
 */
export function groupPath(path: string, group: string): string {
  const [page = '', query = ''] = path.split(/\?(.*)/s)
  const kept = query.split('&').filter((part) => part !== '' && !/^(?:from|group)(?:=|$)/.test(part))
  return `${page}?${[...kept, 'from=group', `group=${encodeURIComponent(group)}`].join('&')}`
}

/**
 * Canned replies by words and initials, with everything filled in that is known of the person. One that is an article or
 * a card is sent as that; it is left out when the content has none of that name.
 */
export async function cannedMaterials(
  canned: CannedPort,
  materials: (query: string) => readonly Material[],
  query: string,
  values: CannedValues,
  visitor: Pick<Visitor, 'staff' | 'role'>,
): Promise<Material[]> {
  const found = await canned.search(query, MOST)
  const named = found.some(({ text }) => text === undefined) ? materials('') : []
  return found.flatMap((reply): Material[] => {
    const { slug, title, group, text, article, card, version = 0 } = reply
    const about = { kind: 'canned' as const, name: slug, title, about: group }
    if (text === undefined) {
      const other = named.find(({ kind, name }) => (kind === 'article' ? article : card) === name)
      return other ? [{ ...about, message: other.message }] : []
    }
    const filled = canned.fill(text, values)
    const missing = filled.missing.map((name) => GAPS.get(name) ?? name)
    const own = mayChange(reply, visitor) && { own: { slug, version, group, title, text } }
    return [{ ...about, message: { kind: 'text', text: filled.text }, ...(missing.length > 0 && { missing }), ...own }]
  })
}

const GAPS: ReadonlyMap<string, string> = new Map([
  ['name', '称呼'],
  ['order', '订单号'],
  ['tracking', '运单号'],
  ['staff', '客服名字'],
])
