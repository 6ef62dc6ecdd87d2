import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Changes } from './changes.js'
import type { ItemContent } from './kinds.js'
import type { Act, EditorRows, ItemRow, VersionRow } from './model.js'

/** How many versions of an item are kept; the one that is served is kept whatever its age. */
export const MOST_VERSIONS = 200
/** How many items of a kind there may be. */
export const MOST_ITEMS = 2000

/** A change of an item. */
export interface Change {
  act: Act
  content: ItemContent
  /** Whether the new version is served, the one before stays served, or none is. */
  serve: 'this' | 'as-before' | 'none'
  about: Pick<ItemRow, 'title' | 'search' | 'names' | 'problems'>
  of?: number
  by: string
}

/** The current items and their versions, of any kind. */
export interface Items {
  /** Undefined for one that is not there or was deleted. */
  find(kind: string, slug: string): Promise<ItemRow | undefined>
  /** All of a kind but the deleted ones. */
  list(kind: string): Promise<ItemRow[]>
  /** Everything that is served, with its content. */
  served(): Promise<{ kind: string; slug: string; rev: number; content: ItemContent }[]>
  /** Items whose newest version names it (`media/cover.jpg`). */
  naming(name: string): Promise<ItemRow[]>
  /**
   * Writes a version on top of `rev` (0: there is none yet, or it was deleted). `stale`: somebody else was quicker.
   * Throws AppError `content.too-many`.
   */
  write(kind: string, slug: string, rev: number, change: Change): Promise<{ item: ItemRow } | 'stale'>
  version(kind: string, slug: string, rev: number): Promise<VersionRow | undefined>
  /** The newest first. */
  versions(kind: string, slug: string, query: { before?: number | undefined; limit: number }): Promise<VersionRow[]>
}

/**
 * The items of a store. A version is written first: its id decides a race, and the item's row is made from it. When a
 * process dies in between, whoever comes next finishes the change, so that no history lacks a version and there is no
 * need of transactions.
 */
export function createItems({ rows, changes, clock }: { rows: EditorRows; changes: Changes; clock: Clock }): Items {
  const idOf = (kind: string, slug: string) => `${kind}:${slug}`
  /** Versions never change: what was read once is known. */
  const contents = new Map<string, ItemContent>()

  /** Makes the item's row what the version says, unless that was done already. */
  async function apply(version: VersionRow): Promise<void> {
    const row: ItemRow = { _id: version.item, ...version.after }
    if (version.rev === 1) {
      await rows
        .items()
        .insertOne(row)
        .catch((error: unknown) => {
          if (!isDuplicate(error)) throw error
        })
    } else await rows.items().replaceOne({ _id: version.item, rev: version.rev - 1 }, row)
    await changes.tell()
  }

  async function trim({ _id, rev, liveRev, state }: ItemRow): Promise<void> {
    const upTo = state === 'deleted' ? rev - 20 : rev - MOST_VERSIONS
    if (upTo < 1) return
    await rows.versions().deleteMany({ item: _id, rev: { $lte: upTo, ...(liveRev !== undefined && { $ne: liveRev }) } })
  }

  return {
    async find(kind, slug) {
      return standing(await rows.items().findOne({ _id: idOf(kind, slug) }))
    },
    async list(kind) {
      return (await rows.items().find({ kind }).toArray()).filter((row) => standing(row))
    },
    async served() {
      const live = await rows
        .items()
        .find({ liveRev: { $exists: true } })
        .toArray()
      const ids = live.map(({ _id, liveRev }) => `${_id}:${liveRev}`)
      const wanted = new Set(ids)
      for (const known of contents.keys()) if (!wanted.has(known)) contents.delete(known)
      const missing = ids.filter((id) => !contents.has(id))
      for (let at = 0; at < missing.length; at += 200) {
        const found = rows.versions().find({ _id: { $in: missing.slice(at, at + 200) } })
        for await (const version of found) contents.set(version._id, contentOf(version))
      }
      return live.flatMap(({ _id, kind, slug, liveRev }) => {
        const content = contents.get(`${_id}:${liveRev}`)
        return content && liveRev !== undefined ? [{ kind, slug, rev: liveRev, content }] : []
      })
    },
    async naming(name) {
      return (await rows.items().find({ names: name }).toArray()).filter((row) => standing(row))
    },
    async write(kind, slug, rev, change) {
      const item = idOf(kind, slug)
      const before = await rows.items().findOne({ _id: item })
      if ((standing(before)?.rev ?? 0) !== rev) return 'stale'
      if (rev === 0 && (await rows.items().countDocuments({ kind, state: { $ne: 'deleted' } })) >= MOST_ITEMS) {
        const fix = 'delete what is not used any more, or keep it in files of content/'
        throw new AppError('content.too-many', `there are ${MOST_ITEMS} ${kind} already`, { fix })
      }
      const version = versionOf(before, { kind, slug }, change, clock.now())
      try {
        await rows.versions().insertOne(version)
      } catch (error) {
        if (!isDuplicate(error)) throw error
        const quicker = await rows.versions().findOne({ _id: version._id })
        if (quicker) await apply(quicker)
        return 'stale'
      }
      await apply(version)
      const made: ItemRow = { _id: item, ...version.after }
      await trim(made)
      return { item: made }
    },
    async version(kind, slug, rev) {
      return (await rows.versions().findOne({ _id: `${idOf(kind, slug)}:${rev}` })) ?? undefined
    },
    versions: (kind, slug, { before, limit }) =>
      rows
        .versions()
        .find({ item: idOf(kind, slug), ...(before !== undefined && { rev: { $lt: before } }) })
        .sort({ rev: -1 })
        .limit(limit)
        .toArray(),
  }
}

const standing = (row: ItemRow | null | undefined) => (row && row.state !== 'deleted' ? row : undefined)

/** The version that a change makes on top of the row as it is. */
function versionOf(
  row: ItemRow | null,
  { kind, slug }: Pick<ItemRow, 'kind' | 'slug'>,
  { act, content, serve, about, of, by }: Change,
  at: Date,
): VersionRow {
  const item = `${kind}:${slug}`
  const rev = (row?.rev ?? 0) + 1
  const liveRev = serve === 'this' ? rev : serve === 'none' ? undefined : standing(row)?.liveRev
  const state = act === 'deleted' ? 'deleted' : liveRev === undefined ? 'draft' : 'live'
  const createdAt = standing(row)?.createdAt ?? at
  const after: VersionRow['after'] = {
    ...{ kind, slug, rev, state, createdAt, updatedAt: at, updatedBy: by },
    ...about,
    ...(liveRev !== undefined && { liveRev }),
  }
  const text = JSON.stringify(content)
  return { _id: `${item}:${rev}`, item, rev, act, content: text, after, ...(of !== undefined && { of }), at, by }
}

/** The fields of a version. */
export const contentOf = (version: VersionRow): ItemContent => JSON.parse(version.content) as ItemContent
