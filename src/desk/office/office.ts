import type { WindowState, Windows } from '../../contacts/windows.js'
import type { Clock } from '../../core/clock.js'
import { contactKey } from '../../core/update.js'
import type { CannedValues } from '../canned/fill.js'
import { consoleStaff } from '../console-staff.js'
import type { Desk } from '../desk.js'
import type { KeptSettings } from '../kept-settings.js'
import type { Member } from '../members.js'
import type { ConversationRow, EntryContent, EntryRow } from '../model.js'
import type { DeskRows } from '../rows.js'
import { createInbox, type Inbox } from './inbox.js'
import { createShown, type Shown, type ShownPorts } from './thread.js'

/** A person of the console as the desk knows them. */
export interface Staff {
  /** What the desk calls them: their WeCom userid, else `console.<id>`. */
  userid: string
  via: 'wecom' | 'console'
  /** Absent: they are none of the desk's staff and may only look on. */
  member?: Member
}

/** What a message may be made of: a canned reply ready to send, an article, a card. */
export interface Ready {
  kind: 'canned' | 'article' | 'card'
  slug: string
  title: string
  about: string
  picture?: string
  /** Of canned texts: with everything filled in that is known. */
  text?: string
  /** Variables that staff have to fill in. */
  missing?: string[]
  /** Of canned replies that are one. */
  article?: string
  card?: string
}

/** The desk for people of the console. */
export interface Office {
  inbox: Inbox
  settings: KeptSettings
  staffOf(person: { id: string; wecom?: { corp: string; staff: string } | undefined }): Promise<Staff>
  shown(account: string, entry: EntryRow): Shown
  /** What may still be sent in a conversation. */
  windowOf(conversation: ConversationRow): Promise<WindowState>
  /** Canned replies, articles and cards by words and first letters of pinyin, filled in for a conversation. */
  ready(conversation: ConversationRow, query: string, staff: string): Promise<Ready[]>
  /** Puts a picture where a message can take it from. Rejects with AppError `media.size` or `media.format`. */
  picture(conversation: ConversationRow, bytes: Buffer): Promise<EntryContent>
}

const MOST_READY = 60

/** Puts it together. */
export function createOffice(ports: {
  rows: DeskRows
  desk: Desk
  settings: KeptSettings
  clock: Clock
  windows: Pick<Windows, 'of'>
  /** The corporation of the staff; undefined: there is none. */
  corp: string | undefined
  profileOf(contact: string): Promise<{ name?: string; picture?: string }>
  valuesOf(contact: string): Promise<CannedValues>
  initials(text: string): string
  putPicture(account: string, bytes: Buffer): Promise<string>
  content: ShownPorts
}): Office {
  const { desk, settings, clock, windows, corp, content } = ports

  function fits(query: string, texts: readonly string[]): boolean {
    const wanted = query.trim().toLowerCase()
    return texts.some((text) => text.toLowerCase().includes(wanted) || ports.initials(text).includes(wanted))
  }

  async function staffOf({ id, wecom }: Parameters<Office['staffOf']>[0]): Promise<Staff> {
    const [own, members] = await Promise.all([settings.settings(), desk.members()])
    const linked = wecom !== undefined && wecom.corp === (own?.corp ?? corp)
    const userid = linked ? wecom.staff : consoleStaff(id)
    const member = members.find((one) => one.userid === userid)
    return { userid, via: linked ? 'wecom' : 'console', ...(member && { member }) }
  }

  return {
    inbox: createInbox(ports),
    settings,
    staffOf,
    shown: createShown(content),
    windowOf: ({ person }) => windows.of(contactKey({ account: person.account, from: person.externalId }), clock.now()),
    async ready({ contact }, query, staff) {
      const [replies, known, members] = await Promise.all([
        desk.canned.search(query, MOST_READY),
        ports.valuesOf(contact),
        desk.members(),
      ])
      const values = { ...known, staff: members.find(({ userid }) => userid === staff)?.name ?? '' }
      const canned = replies.map(({ slug, title, group, text, article, card }): Ready => {
        const about = { kind: 'canned' as const, slug, title, about: group }
        if (text === undefined) return { ...about, ...(article !== undefined && { article }), ...(card && { card }) }
        const filled = desk.canned.fill(text, values)
        return { ...about, text: filled.text, ...(filled.missing.length > 0 && { missing: filled.missing }) }
      })
      const picture = (file: string) => `/media/${encodeURIComponent(file)}`
      const cards = content
        .cards()
        .filter(({ slug, title, app }) => fits(query, [title, slug, app]))
        .map(
          ({ slug, title, app, thumb }): Ready => ({ kind: 'card', slug, title, about: app, picture: picture(thumb) }),
        )
      const articles = content
        .articles()
        .filter(({ slug, title, digest }) => fits(query, [title, slug, digest]))
        .map(({ slug, title, digest, cover }): Ready => {
          return { kind: 'article', slug, title, about: digest, picture: picture(cover) }
        })
      return [...canned, ...cards.slice(0, MOST_READY), ...articles.slice(0, MOST_READY)]
    },
    async picture({ account }, bytes) {
      return { kind: 'image', media: { mediaId: await ports.putPicture(account, bytes) } }
    },
  }
}
