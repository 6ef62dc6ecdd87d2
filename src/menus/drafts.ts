import type { Clock } from '../core/clock.js'
import { save } from '../store/compare-and-set.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { type DraftRow, menuRows } from './model.js'

/** A menu written at the console. */
export interface MenuDraft {
  slug: string
  definition: unknown
  rev: number
  updatedAt: Date
  updatedBy: string
}

/** What saving a draft led to. `stale`: somebody else has saved since. */
export type DraftSaved = { outcome: 'saved'; draft: MenuDraft } | { outcome: 'stale'; rev: number }

/** The drafts of menus with their earlier versions. */
export interface MenuDrafts {
  list(account: string): Promise<MenuDraft[]>
  find(account: string, slug: string): Promise<MenuDraft | undefined>
  /** `rev` is the one that was read; 0: there is none yet. */
  put(account: string, slug: string, definition: unknown, options: { rev: number; by: string }): Promise<DraftSaved>
  /** The file of that name counts again. */
  drop(account: string, slug: string, rev: number): Promise<'dropped' | 'unknown' | { stale: number }>
  /** Earlier versions, newest first, those of dropped drafts too. */
  versions(account: string, slug: string): Promise<{ rev: number; definition: unknown; at: Date; by: string }[]>
}

/** Versions of one menu that are kept. */
export const KEPT_VERSIONS = 50

/** The drafts on a connection. */
export function createMenuDrafts({ connection, clock }: { connection: Connection; clock: Clock }): MenuDrafts {
  const rows = () => menuRows(connection)

  /** A new draft goes on counting where the versions of a dropped one ended. */
  async function insert(row: Omit<DraftRow, 'rev'>): Promise<DraftRow | undefined> {
    const [last] = await rows()
      .versions.find({ account: row.account, slug: row.slug })
      .sort({ rev: -1 })
      .limit(1)
      .toArray()
    const first: DraftRow = { ...row, rev: (last?.rev ?? 0) + 1 }
    try {
      await rows().drafts.insertOne(first)
      return first
    } catch (error) {
      if (isDuplicate(error)) return undefined
      throw error
    }
  }

  async function keep({ account, slug, rev, definition, updatedAt, updatedBy }: DraftRow): Promise<void> {
    const _id = `${account}:${slug}:${rev}`
    const version = { account, slug, rev, definition, at: updatedAt, by: updatedBy }
    await rows().versions.updateOne({ _id }, { $setOnInsert: version }, { upsert: true })
    await rows().versions.deleteMany({ account, slug, rev: { $lte: rev - KEPT_VERSIONS } })
  }

  return {
    list: async (account) => (await rows().drafts.find({ account }).sort({ slug: 1 }).limit(100).toArray()).map(viewOf),
    async find(account, slug) {
      const row = await rows().drafts.findOne({ _id: `${account}:${slug}` })
      return row ? viewOf(row) : undefined
    },
    async put(account, slug, definition, { rev, by }) {
      const _id = `${account}:${slug}`
      const said = { definition: JSON.stringify(definition), updatedAt: clock.now(), updatedBy: by }
      const known = await rows().drafts.findOne({ _id })
      if ((known?.rev ?? 0) !== rev) return { outcome: 'stale', rev: known?.rev ?? 0 }
      const saved = known ? await save(rows().drafts, known, said) : await insert({ _id, account, slug, ...said })
      if (!saved) return { outcome: 'stale', rev: (await rows().drafts.findOne({ _id }))?.rev ?? 0 }
      await keep(saved)
      return { outcome: 'saved', draft: viewOf(saved) }
    },
    async drop(account, slug, rev) {
      const _id = `${account}:${slug}`
      const { deletedCount } = await rows().drafts.deleteOne({ _id, rev })
      if (deletedCount === 1) return 'dropped'
      const known = await rows().drafts.findOne({ _id })
      return known ? { stale: known.rev } : 'unknown'
    },
    async versions(account, slug) {
      const found = await rows().versions.find({ account, slug }).sort({ rev: -1 }).limit(KEPT_VERSIONS).toArray()
      return found.map(({ rev, definition, at, by }) => ({
        rev,
        definition: JSON.parse(definition) as unknown,
        at,
        by,
      }))
    },
  }
}

function viewOf({ slug, definition, rev, updatedAt, updatedBy }: DraftRow): MenuDraft {
  return { slug, definition: JSON.parse(definition) as unknown, rev, updatedAt, updatedBy }
}
