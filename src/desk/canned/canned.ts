import type { Clock } from '../../core/clock.js'
import { fieldName } from '../../library/fields.js'
import { splitReason } from '../../library/problem.js'
import { SLUG } from '../../library/source.js'
import { isDuplicate } from '../../store/duplicate.js'
import type { CannedRow, DeskRows } from '../rows.js'
import { type CannedFiles, type CannedReply, cannedSchema, present } from './files.js'
import { type CannedValues, type Filled, fillCanned } from './fill.js'
import { searchCanned } from './search.js'

/** A canned reply with where it comes from. */
export interface CannedView extends CannedReply {
  group: string
  origin: 'file' | 'store'
  version?: number
  updatedAt?: Date
  updatedBy?: string
}

/** What putting one led to. */
export type PutCanned =
  | { outcome: 'stored'; reply: CannedView }
  | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
  /** It is a file's. */
  | { outcome: 'read-only' }
  | { outcome: 'stale'; version: number }

/** Canned replies (常用语): of files of `content/canned`, and beside them those put by API. A file wins. */
export interface Canned {
  list(): Promise<CannedView[]>
  /** By words, names and first letters of pinyin; the best first. */
  search(query: string, limit?: number): Promise<CannedView[]>
  find(slug: string): Promise<CannedView | undefined>
  fill(text: string, values: CannedValues): Filled
  put(slug: string, definition: unknown, options: { by: string; version?: number | undefined }): Promise<PutCanned>
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
}

const MOST_STORED = 2000

/** The canned replies of a store and a content folder. */
export function createCanned(ports: {
  rows: DeskRows
  files(): Promise<CannedFiles>
  initials(text: string): string
  clock: Clock
}): Canned {
  const { rows, files, clock } = ports
  /** First letters are looked up once for each text. */
  const letters = new Map<string, string>()

  function initialsOf(text: string): string {
    const known = letters.get(text) ?? ports.initials(text)
    if (letters.size > 10 * MOST_STORED) letters.clear()
    letters.set(text, known)
    return known
  }

  async function fromFiles(): Promise<CannedView[]> {
    const { groups } = await files()
    return groups.flatMap(({ title, replies }) =>
      replies.map((reply) => ({ ...reply, group: title, origin: 'file' as const })),
    )
  }

  async function list(): Promise<CannedView[]> {
    const own = await fromFiles()
    const names = new Set(own.map(({ slug }) => slug))
    const stored = await rows.canned.find({}).sort({ _id: 1 }).limit(MOST_STORED).toArray()
    return [...own, ...stored.filter(({ _id }) => !names.has(_id)).map(viewOf)]
  }

  return {
    list,
    fill: fillCanned,
    async search(query, limit = 50) {
      const all = (await list()).map((reply) => ({
        ...reply,
        initials: [reply.title, ...(reply.keywords ?? [])].map(initialsOf),
      }))
      return searchCanned(all, query)
        .slice(0, limit)
        .map(({ initials: _, ...reply }) => reply)
    },
    async find(slug) {
      const file = (await fromFiles()).find((reply) => reply.slug === slug)
      if (file) return file
      const row = SLUG.test(slug) ? await rows.canned.findOne({ _id: slug }) : null
      return row ? viewOf(row) : undefined
    },
    async put(slug, definition, { by, version }) {
      if (!SLUG.test(slug)) {
        const fix = '只用小写字母、数字和连字符，例如 returns-address'
        return { outcome: 'invalid', problems: [{ field: 'slug', message: '不是合法的名字', fix }] }
      }
      if ((await fromFiles()).some((reply) => reply.slug === slug)) return { outcome: 'read-only' }
      const read = cannedSchema.safeParse(definition)
      if (!read.success) {
        const problems = read.error.issues.map((issue) => ({
          field: fieldName(issue.path),
          ...splitReason(issue.message, '改正这个字段'),
        }))
        return { outcome: 'invalid', problems }
      }
      const change = {
        $set: { definition: JSON.stringify(read.data), updatedAt: clock.now(), updatedBy: by },
        $inc: { version: 1 },
      }
      const upsert = version === undefined || version === 0
      const row = await rows.canned
        .findOneAndUpdate({ _id: slug, ...(version !== undefined && { version }) }, change, {
          upsert,
          returnDocument: 'after',
        })
        .catch((error: unknown) => {
          if (isDuplicate(error)) return null
          throw error
        })
      if (row) return { outcome: 'stored', reply: viewOf(row) }
      return { outcome: 'stale', version: (await rows.canned.findOne({ _id: slug }))?.version ?? 0 }
    },
    async remove(slug) {
      if ((await fromFiles()).some((reply) => reply.slug === slug)) return 'read-only'
      const { deletedCount } = await rows.canned.deleteOne({ _id: slug })
      return deletedCount === 1 ? 'removed' : 'unknown'
    },
  }
}

function viewOf({ _id: slug, definition, version, updatedAt, updatedBy }: CannedRow): CannedView {
  const own = present(JSON.parse(definition) as Omit<CannedReply, 'slug'> & { group: string })
  return { ...own, slug, origin: 'store', version, updatedAt, updatedBy }
}
