import { MAX_TEXT_BYTES } from '../library/read.js'
import { SLUG } from '../library/source.js'
import { type Change, contentOf } from './items.js'
import { type ItemContent, KIND_ROWS, type Kind, pathOf } from './kinds.js'
import { createLists, type ItemQuery, searchOf } from './lists.js'
import type { ItemRow, VersionRow } from './model.js'
import type { EditorPorts, Outcome, Save } from './ports.js'
import { createTries, type Tries } from './tries.js'
import { createUses } from './uses.js'
import { fileItems, type ItemProblem, type ItemSummary, type ItemView, summaryOf } from './views.js'

/** Articles, cards and reply rules that are written at the console, beside those of files, which can only be read. */
export interface Editor extends Pick<Tries, 'preview' | 'reply'> {
  list(kind: Kind, query: ItemQuery): Promise<{ items: ItemSummary[]; next?: string }>
  find(kind: Kind, slug: string): Promise<ItemView | undefined>
  /** A draft may have problems; what goes live may not. Nothing is written when nothing changed. */
  save(kind: Kind, slug: string, save: Save, by: string): Promise<Outcome>
  publish(kind: Kind, slug: string, rev: number, by: string): Promise<Outcome>
  /** It stays as a draft. Refused while something that is served names it. */
  withdraw(kind: Kind, slug: string, rev: number, by: string): Promise<Outcome>
  /** Its newest versions stay and can come back. Refused while something that is served names it. */
  remove(kind: Kind, slug: string, rev: number, by: string): Promise<Outcome>
  /** The newest first; also of what was deleted. */
  versions(kind: Kind, slug: string, query: { before?: number | undefined; limit: number }): Promise<VersionRow[]>
  version(kind: Kind, slug: string, rev: number): Promise<VersionRow | undefined>
  /** An old content becomes a new version; `live` serves it at once. */
  rollBack(
    kind: Kind,
    slug: string,
    to: { version: number; rev: number; live?: boolean | undefined },
    by: string,
  ): Promise<Outcome>
}

/** The editor on its ports. */
export function createEditor(ports: EditorPorts): Editor {
  const { items, library } = ports
  const tries = createTries(library)
  const uses = createUses(ports)

  const fileOf = (kind: Kind, slug: string) => {
    const path = pathOf(kind, slug)
    return library.texts().find((text) => text.path === path && text.owner !== 'console') && `content/${path}`
  }

  async function view(row: ItemRow): Promise<ItemView> {
    const kind = row.kind as Kind
    const version = await items.version(kind, row.slug, row.rev)
    const content = version ? contentOf(version) : {}
    const { shown } = tries.tryOut(kind, row.slug, content)
    return { ...summaryOf(row), content, problemList: shown, usedBy: await uses.ofItem(kind, row.slug) }
  }

  async function find(kind: Kind, slug: string): Promise<ItemView | undefined> {
    const file = fileItems(library, kind).find(({ summary }) => summary.slug === slug)
    if (file) {
      const problemList = file.problems.map(({ field, message, fix, severity }) => {
        return { field, message, fix: fix ?? '', severity }
      })
      return { ...file.summary, content: file.content, problemList, usedBy: await uses.ofItem(kind, slug) }
    }
    const row = SLUG.test(slug) ? await items.find(kind, slug) : undefined
    return row && view(row)
  }

  async function stale(kind: Kind, slug: string): Promise<Outcome> {
    const row = await items.find(kind, slug)
    return { outcome: 'stale', ...(row && { current: await view(row) }) }
  }

  /** Writes a version on top of `rev` and serves what it changed. */
  async function write(
    kind: Kind,
    slug: string,
    rev: number,
    change: Pick<Change, 'act' | 'content' | 'serve' | 'of' | 'by'>,
  ): Promise<Outcome> {
    const { content, serve } = change
    const { shown, references } = tries.tryOut(kind, slug, content)
    const errors = shown.filter(({ severity }) => severity === 'error')
    if (serve === 'this' && errors.length > 0) return { outcome: 'invalid', problems: shown }
    const title = KIND_ROWS[kind].title(content).trim().slice(0, 200)
    const about = {
      title,
      search: searchOf(slug, title, content),
      names: [...new Set(references.map((each) => `${each.kind}/${each.target}`))],
      problems: errors.length,
    }
    const done = await items.write(kind, slug, rev, { ...change, about })
    if (done === 'stale') return stale(kind, slug)
    await library.load()
    return { outcome: 'done', item: await view(done.item) }
  }

  /** What keeps content from being kept at all. */
  function refusal(kind: Kind, slug: string, content: ItemContent): Outcome | undefined {
    const file = fileOf(kind, slug)
    if (file !== undefined) return { outcome: 'read-only', file }
    if (!SLUG.test(slug)) return invalid('slug', '不是合法的名字', '只用小写字母、数字和连字符，例如 autumn-sale')
    if (Buffer.byteLength(KIND_ROWS[kind].write(content).text) <= MAX_TEXT_BYTES) return undefined
    return invalid('', `超过 ${MAX_TEXT_BYTES / 1024} KB`, '拆成几篇')
  }

  /** The item as it is, when it is at `rev` and of the console; else why not. */
  async function at(kind: Kind, slug: string, rev: number): Promise<{ row: ItemRow } | Outcome> {
    const file = fileOf(kind, slug.replace(/\.\d+$/, ''))
    if (file !== undefined) return { outcome: 'read-only', file }
    const row = SLUG.test(slug) ? await items.find(kind, slug) : undefined
    if (!row) return { outcome: 'unknown' }
    return row.rev === rev ? { row } : stale(kind, slug)
  }

  async function takeAway(kind: Kind, slug: string, rev: number, by: string, act: 'withdrawn' | 'deleted') {
    const found = await at(kind, slug, rev)
    if ('outcome' in found) return found
    if (found.row.liveRev !== undefined) {
      const named = (await uses.ofItem(kind, slug)).filter(({ draft }) => !draft)
      if (named.length > 0) return { outcome: 'used', by: named } as const
    } else if (act === 'withdrawn') return { outcome: 'done', item: await view(found.row) } as const
    const { content } = await view(found.row)
    return write(kind, slug, rev, { act, content, serve: 'none', by })
  }

  return {
    list: createLists(ports),
    find,
    async save(kind, slug, { content, rev, live = false }, by) {
      const refused = refusal(kind, slug, content)
      if (refused) return refused
      const row = await items.find(kind, slug)
      const now = row && (await items.version(kind, slug, row.rev))
      const same = now?.content === JSON.stringify(content)
      if (row && same && (row.rev === rev || now.by === by) && (!live || row.liveRev === row.rev))
        return { outcome: 'done', item: await view(row) }
      if ((row?.rev ?? 0) !== rev) return stale(kind, slug)
      const serve = live ? 'this' : 'as-before'
      return write(kind, slug, rev, { act: live ? 'published' : 'saved', content, serve, by })
    },
    async publish(kind, slug, rev, by) {
      const found = await at(kind, slug, rev)
      if ('outcome' in found) return found
      const item = await view(found.row)
      if (found.row.liveRev === rev) return { outcome: 'done', item }
      return write(kind, slug, rev, { act: 'published', content: item.content, serve: 'this', by })
    },
    withdraw: (kind, slug, rev, by) => takeAway(kind, slug, rev, by, 'withdrawn'),
    remove: (kind, slug, rev, by) => takeAway(kind, slug, rev, by, 'deleted'),
    versions: items.versions,
    version: items.version,
    async rollBack(kind, slug, { version, rev, live = false }, by) {
      const old = await items.version(kind, slug, version)
      if (!old) return { outcome: 'unknown' }
      const content = contentOf(old)
      const refused = refusal(kind, slug, content)
      if (refused) return refused
      const serve = live ? 'this' : 'as-before'
      return write(kind, slug, rev, { act: 'rolled-back', content, serve, of: version, by })
    },
    preview: tries.preview,
    reply: tries.reply,
  }
}

function invalid(field: string, message: string, fix: string): Outcome {
  const problem: ItemProblem = { field, message, fix, severity: 'error' }
  return { outcome: 'invalid', problems: [problem] }
}
