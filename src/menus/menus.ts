import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { ResolvedMenu } from '../core/menu.js'
import type { CheckedMenu, MenuSource } from '../library/menu-draft.js'
import type { ContentProblem } from '../library/problem.js'
import type { MenuChange, MenuLine } from '../platforms/official-account/menu-diff.js'
import type { Connection } from '../store/connect.js'
import { compareMenus, type LiveMenus, type MenuClient, type MenuPlan, readLive, wantedLines } from './compare.js'
import { createMenuDrafts, type MenuDraft, type MenuDrafts } from './drafts.js'
import { beforeOf, menuModels, menuRows } from './model.js'
import { type Published, publishMenus, restoreBefore } from './publish.js'
import { unrestorable } from './restore.js'

/** What menus are made of. */
export interface MenusPorts {
  connection: Connection
  clock: Clock
  /** The library. */
  files: {
    menuSources(): MenuSource[]
    checkMenu(slug: string, definition: unknown): CheckedMenu
    articles(): readonly Named[]
    cards(): readonly Named[]
  }
  /** The Official Accounts of the configuration; `may`: its kind is allowed to have a menu by API. */
  accounts: readonly string[]
  client(account: string): (MenuClient & { may: boolean }) | undefined
}

/** Something that a button can lead to. */
export interface Named {
  slug: string
  title: string
}

/** One menu of an account: what it shall be, and how that differs from what is live. */
export interface MenuItem {
  slug: string
  tag?: string
  /** The file's, where there is one. */
  file?: unknown
  draft?: MenuDraft
  problems: ContentProblem[]
  /** What it shall be: the draft, else the file. Absent while it holds errors. */
  lines?: MenuLine[]
  /** Absent when WeChat could not be asked, or while it holds errors. */
  changes?: MenuChange[]
}

/** Something that was put on WeChat. */
export interface Publication {
  number: number
  at: Date
  by: string
  state: 'publishing' | 'done' | 'differs' | 'failed'
  slugs: string[]
  restores?: number
  changes: number
  problem?: string
  /** Why what was there before cannot be put back. */
  unrestorable?: string
}

/** What is live, as people look at it. */
export interface LiveView {
  source: LiveMenus['source']
  hash: string
  lines: MenuLine[]
  conditional: { id: string; tagId: string; tag?: string; lines: MenuLine[] }[]
  tags: { id: string; name: string }[]
}

/** Everything of an account's menus. */
export interface AccountMenus {
  account: string
  may: boolean
  menus: MenuItem[]
  live?: LiveView
  /** Why WeChat could not be asked. */
  liveProblem?: string
  publications: Publication[]
  /** What buttons can lead to. */
  articles: Named[]
  cards: Named[]
}

/** The menus of Official Accounts: files, drafts of the console, and what is on WeChat. */
export interface Menus {
  accounts(): { account: string; may: boolean }[]
  /** Undefined when there is no such account. */
  of(account: string): Promise<AccountMenus | undefined>
  /** A menu that is being written, compared with what is live (as read in the last seconds). */
  compare(account: string, slug: string, definition: unknown): Promise<Omit<MenuItem, 'file' | 'draft'>>
  drafts: MenuDrafts
  /** Publishes some menus (all that differ unless named). `seen`: the `hash` of what the person looked at. */
  publish(account: string, options: { by: string; seen: string; slugs?: readonly string[] }): Promise<Published>
  /** Puts back what was live before a publication. */
  restore(account: string, options: { by: string; seen: string; number: number }): Promise<Published>
}

/** While somebody types, what is live is not asked for each letter. */
const REMEMBERED_MS = 10_000

/** The menus on a connection; make them before `ensureIndexes`. */
export function createMenus(ports: MenusPorts): Menus {
  const { connection, clock, files } = ports
  menuModels(connection)
  const drafts = createMenuDrafts({ connection, clock })
  const remembered = new Map<string, { live: LiveView; until: number }>()

  async function ask(account: string, fresh: boolean): Promise<LiveView> {
    const now = clock.now().getTime()
    const known = remembered.get(account)
    if (!fresh && known && now < known.until) return known.live
    const client = clientOf(account)
    const [live, tags] = await Promise.all([readLive(client), client.tags.list()])
    const named = live.conditional.map(({ id, tagId, lines }) => {
      const tag = tags.find((each) => each.id === tagId)?.name
      return { id, tagId, ...(tag !== undefined && { tag }), lines }
    })
    const { source, hash, lines } = live
    const view = { source, hash, lines, conditional: named, tags: tags.map(({ id, name }) => ({ id, name })) }
    remembered.set(account, { live: view, until: now + REMEMBERED_MS })
    return view
  }

  function clientOf(account: string): MenuClient & { may: boolean } {
    const client = ports.client(account)
    if (client) return client
    throw new AppError('not-found.account', `there is no Official Account '${account}'`)
  }

  /** The menus an account shall have: drafts over files. */
  async function wanted(
    account: string,
  ): Promise<(CheckedMenu & { slug: string; file?: unknown; draft?: MenuDraft })[]> {
    const sources = new Map(files.menuSources().map(({ slug, definition }) => [slug, definition]))
    const written = new Map((await drafts.list(account)).map((draft) => [draft.slug, draft]))
    return [...new Set([...sources.keys(), ...written.keys()])].toSorted().map((slug) => {
      const [file, draft] = [sources.get(slug), written.get(slug)]
      return {
        slug,
        ...(file !== undefined && { file }),
        ...(draft && { draft }),
        ...files.checkMenu(slug, draft ? draft.definition : file),
      }
    })
  }

  function compared(slug: string, { menu, problems }: CheckedMenu, live: LiveView | undefined): MenuItem {
    if (!menu) return { slug, problems }
    const tagged = menu.tag === undefined ? {} : { tag: menu.tag }
    const item = { slug, ...tagged, problems, lines: wantedLines(menu) }
    if (!live) return item
    const tagId = live.tags.find(({ name }) => name === menu.tag)?.id
    if (menu.tag !== undefined && tagId === undefined) {
      const fix = '先把它写进配置 accounts 的 mirrorTags，再同步关注者'
      return { ...item, problems: [...problems, { ...TAG_PLACE, message: `公众号没有标签“${menu.tag}”`, fix }] }
    }
    const plan: MenuPlan = {
      menu,
      slug,
      live: 'none',
      changes: [],
      replaces: [],
      ...(tagId !== undefined && { tagId }),
    }
    const conditional = live.conditional.map((each) => ({ ...each, raw: undefined }))
    const [done] = compareMenus({ ...live, conditional, raw: undefined }, [plan])
    return { ...item, changes: done?.changes ?? [] }
  }

  async function publications(account: string): Promise<Publication[]> {
    const rows = await menuRows(connection).publications.find({ account }).sort({ number: -1 }).limit(20).toArray()
    return rows.map((row) => {
      const { _id, account: _, before: __, ...rest } = row
      const reason = unrestorable(beforeOf(row))
      return { ...rest, ...(reason !== undefined && { unrestorable: reason }) }
    })
  }

  function forget(account: string, published: Published): Published {
    remembered.delete(account)
    return published
  }

  return {
    accounts: () => ports.accounts.map((account) => ({ account, may: ports.client(account)?.may ?? false })),
    async of(account) {
      const client = ports.client(account)
      if (!client) return undefined
      const asked = await ask(account, true).then(
        (live) => ({ live }),
        (error: unknown) => ({ liveProblem: messageOf(error) }),
      )
      const live = 'live' in asked ? asked.live : undefined
      const menus = (await wanted(account)).map(({ slug, file, draft, ...checked }) => ({
        ...compared(slug, checked, live),
        ...(file !== undefined && { file }),
        ...(draft && { draft }),
      }))
      const targets = { articles: files.articles().map(named), cards: files.cards().map(named) }
      return { account, may: client.may, menus, ...asked, ...targets, publications: await publications(account) }
    },
    async compare(account, slug, definition) {
      const live = await ask(account, false).catch(() => undefined)
      return compared(slug, files.checkMenu(slug, definition), live)
    },
    drafts,
    async publish(account, { by, seen, slugs }) {
      const client = clientOf(account)
      const all = await wanted(account)
      const meant = all.filter(({ slug }) => slugs === undefined || slugs.includes(slug))
      const broken = meant.find(({ menu }) => menu === undefined)
      if (broken) {
        const [first] = broken.problems
        throw new AppError('menu.broken', `${broken.slug}: ${first?.field ?? ''} ${first?.message ?? 'has errors'}`, {
          fix: first?.fix ?? 'mend it first',
        })
      }
      const menus = meant.flatMap(({ menu }): ResolvedMenu[] => (menu ? [menu] : []))
      if (menus.length === 0) throw new AppError('not-found.menu', 'there is no such menu')
      return forget(account, await publishMenus(ports, { client, account, by, seen, menus }))
    },
    async restore(account, options) {
      return forget(account, await restoreBefore(ports, { client: clientOf(account), account, ...options }))
    },
  }
}

const named = ({ slug, title }: Named): Named => ({ slug, title })

const TAG_PLACE = { file: '', field: 'tag', severity: 'error' } as const
