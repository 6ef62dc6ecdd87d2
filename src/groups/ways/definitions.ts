import type { ZodType } from 'zod'
import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import { fieldName } from '../../library/fields.js'
import { type ContentProblem, splitReason } from '../../library/problem.js'
import { SLUG } from '../../library/source.js'
import { type Connection, database } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { defineModel, Schema } from '../../store/schema.js'
import type { DefinitionFault } from './definition.js'
import { type FolderKind, readFolder } from './folder.js'

/** A definition and where it lives. `file`: of the content folder, read-only by API. `store`: put by API. */
export type Defined<T> = T & {
  slug: string
  origin: 'file' | 'store'
  /** Grows with every change of a stored one. */
  version?: number
  updatedAt?: Date
  updatedBy?: string
}

/** What putting a definition led to. */
export type Put<T> =
  | { outcome: 'stored'; item: Defined<T> }
  | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
  | { outcome: 'read-only' }
  | { outcome: 'stale'; version: number }

/** Definitions of files, and beside them those put by API. A file wins over a stored one of its name. */
export interface Definitions<T> {
  /** Reads the folder again. A file that an edit broke stays at its last good version. */
  load(): Promise<ContentProblem[]>
  find(slug: string): Promise<Defined<T> | undefined>
  /** All of them by name. */
  list(): Promise<Defined<T>[]>
  /** `version` names the one that is replaced (0: there is none yet); without it the last one wins. */
  put(slug: string, input: unknown, by: string, version?: number): Promise<Put<T>>
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
}

export interface DefinitionsPorts<R, T> {
  connection: Connection
  clock: Clock
  log: Logger
  /** The content folder. */
  dir: string
  kind: FolderKind<R, T>
  collection: string
  model: string
  /** How old what was read may get before it is read again; 5 s unless given. */
  reloadMs?: number
  /** What is wrong with a definition beside the others that there are. */
  beside?(item: T & { slug: string }, others: readonly Defined<T>[]): DefinitionFault[]
}

interface Row {
  _id: string
  /** As it was sent; as text, so that nothing of it is ever read as an operator. */
  text: string
  version: number
  updatedAt: Date
  updatedBy: string
}

const MOST_STORED = 1000

/** The definitions of a folder and a collection; make them before `ensureIndexes`. */
export function createDefinitions<R, T extends object>(ports: DefinitionsPorts<R, T>): Definitions<T> {
  const { connection, clock, log, dir, kind, collection, beside } = ports
  const schema: ZodType<R> = kind.schema
  defineModel(
    connection,
    ports.model,
    new Schema(
      { _id: { type: String, required: true }, text: String, version: Number, updatedAt: Date, updatedBy: String },
      { collection, versionKey: false, autoIndex: false, autoCreate: false },
    ),
  )
  const rows = () => database(connection).collection<Row>(collection)
  let files = new Map<string, T>()
  let told = ''
  let readAt = Number.NEGATIVE_INFINITY

  const ofFile = (slug: string, value: T): Defined<T> => ({ ...value, slug, origin: 'file' })

  /** A stored one that today's rules refuse any more counts as not there; it is logged. */
  function stored(row: Row): Defined<T> | undefined {
    const { _id: slug, version, updatedAt, updatedBy } = row
    try {
      const value = kind.complete(slug, schema.parse(JSON.parse(row.text)))
      return { ...value, slug, origin: 'store', version, updatedAt, updatedBy }
    } catch (error) {
      log.error({ folder: kind.folder, slug, reason: messageOf(error) }, 'stored definition cannot be used')
      return undefined
    }
  }

  async function load(): Promise<ContentProblem[]> {
    readAt = performance.now()
    const read = await readFolder(dir, kind)
    const next = new Map<string, T>()
    for (const { slug, value } of read.files) {
      const known = value ?? files.get(slug)
      if (known !== undefined) next.set(slug, known)
    }
    files = next
    const now = JSON.stringify(read.problems)
    if (now !== told) {
      for (const { file, line, field, message, fix } of read.problems)
        log.warn({ file, line, field, problem: message, fix }, 'content problem found')
    }
    told = now
    return read.problems
  }

  async function fresh(): Promise<void> {
    if (performance.now() - readAt >= (ports.reloadMs ?? 5000)) await load()
  }

  async function list(): Promise<Defined<T>[]> {
    await fresh()
    const own = await rows().find({}).limit(MOST_STORED).toArray()
    const found = new Map<string, Defined<T>>()
    for (const row of own) {
      const item = files.has(row._id) ? undefined : stored(row)
      if (item) found.set(row._id, item)
    }
    for (const [slug, value] of files) found.set(slug, ofFile(slug, value))
    return [...found.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  }

  async function faultsOf(slug: string, input: unknown) {
    if (!SLUG.test(slug)) return [{ field: 'slug', message: '不是合法的名字', fix: '只用小写字母、数字和连字符' }]
    const read = schema.safeParse(input)
    if (!read.success) {
      return read.error.issues.map(({ path, message }) => ({
        field: fieldName(path),
        ...splitReason(message, '改正这个字段'),
      }))
    }
    const faults = kind.faults?.(slug, read.data) ?? []
    const others = (await list()).filter((each) => each.slug !== slug)
    const more = faults.length > 0 ? [] : (beside?.({ ...kind.complete(slug, read.data), slug }, others) ?? [])
    return [...faults, ...more].map(({ path, message, fix }) => ({ field: fieldName(path), message, fix }))
  }

  async function write(slug: string, text: string, by: string, version: number | undefined): Promise<Row | null> {
    const about = { text, updatedAt: clock.now(), updatedBy: by }
    if (version === 0) {
      const row = { _id: slug, ...about, version: 1 }
      return rows()
        .insertOne(row)
        .then(
          () => row,
          (error: unknown) => {
            if (isDuplicate(error)) return null
            throw error
          },
        )
    }
    return rows().findOneAndUpdate(
      { _id: slug, ...(version !== undefined && { version }) },
      { $set: about, $inc: { version: 1 } },
      { upsert: version === undefined, returnDocument: 'after' },
    )
  }

  return {
    load,
    async find(slug) {
      await fresh()
      const file = files.get(slug)
      if (file) return ofFile(slug, file)
      const row = SLUG.test(slug) ? await rows().findOne({ _id: slug }) : null
      return row ? stored(row) : undefined
    },
    list,
    async put(slug, input, by, version) {
      await fresh()
      if (files.has(slug)) return { outcome: 'read-only' }
      const problems = await faultsOf(slug, input)
      if (problems.length > 0) return { outcome: 'invalid', problems }
      const row = await write(slug, JSON.stringify(input), by, version)
      const item = row ? stored(row) : undefined
      if (item) return { outcome: 'stored', item }
      return { outcome: 'stale', version: (await rows().findOne({ _id: slug }))?.version ?? 0 }
    },
    async remove(slug) {
      await fresh()
      if (files.has(slug)) return 'read-only'
      const { deletedCount } = await rows().deleteOne({ _id: slug })
      return deletedCount === 1 ? 'removed' : 'unknown'
    },
  }
}
