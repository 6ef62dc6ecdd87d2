import type { Clock } from '../core/clock.js'
import { fieldName } from '../library/fields.js'
import { splitReason } from '../library/problem.js'
import { cycleFrom, type Rule, ruleIssues, segmentsIn } from '../library/rule.js'
import { type SegmentDefinition, segmentSchema } from '../library/segment.js'
import { SLUG } from '../library/source.js'
import type { Connection } from '../store/connect.js'
import { isDuplicate } from '../store/duplicate.js'
import { ruleOf, type SegmentRow, segmentRows } from './model.js'
import type { Segment } from './segment.js'

/** One thing wrong in a segment that was sent, in the words of content authors. */
export interface SegmentProblem {
  field: string
  message: string
  fix: string
}

/** A segment as it is sent. `version` names the one it replaces. */
export interface SegmentInput {
  title: string
  description?: string | undefined
  rule: unknown
  version?: number | undefined
}

/** What putting a segment led to. */
export type Put =
  | { outcome: 'stored'; segment: Segment }
  | { outcome: 'invalid'; problems: SegmentProblem[] }
  /** It is a file's. */
  | { outcome: 'read-only' }
  /** Somebody else has changed it meanwhile. */
  | { outcome: 'stale'; version: number }

/** Something that names a segment and would lose its people with it. */
export interface SegmentUse {
  kind: 'segment' | 'campaign' | 'group-send'
  id: string
  title: string
}

/** What deleting a segment led to. `usedBy`: others refer to it. `stale`: it was changed since that version. */
export type Removed = 'removed' | 'unknown' | 'read-only' | { usedBy: SegmentUse[] } | { stale: number }

/** Where segments are kept: files of `content/segments`, and beside them those put by API. A file wins over a stored one. */
export interface Definitions {
  find(slug: string): Promise<Segment | undefined>
  /** All of them by slug. */
  list(): Promise<Segment[]>
  put(slug: string, input: SegmentInput, by: string): Promise<Put>
  /** `version`: only while it is the one that was looked at. */
  remove(slug: string, version?: number): Promise<Removed>
  /** What refers to a segment now. */
  uses(slug: string): Promise<SegmentUse[]>
}

/** The files' side: the library. */
export interface SegmentFiles {
  segment(slug: string): SegmentDefinition | undefined
  segments(): readonly SegmentDefinition[]
}

/** What is wrong with a rule that came from outside; nothing when it can be used. */
export function ruleProblems(rule: unknown, at = 'rule'): SegmentProblem[] {
  return ruleIssues(rule).map(({ path, message }) => ({
    field: fieldName([at, ...path]),
    ...splitReason(message, '改正这个字段'),
  }))
}

const MOST_STORED = 1000

/** The segments of files and store. `usedBy`: what refers to a segment besides other segments. */
export function createDefinitions(ports: {
  connection: Connection
  files: SegmentFiles
  clock: Clock
  usedBy?: (slug: string) => Promise<SegmentUse[]>
}): Definitions {
  const { connection, files, clock, usedBy = async () => [] } = ports
  const rows = () => segmentRows(connection)

  async function find(slug: string): Promise<Segment | undefined> {
    const file = files.segment(slug)
    if (file) return { ...file, origin: 'file' }
    const row = SLUG.test(slug) ? await rows().findOne({ _id: slug }) : null
    return row ? stored(row) : undefined
  }

  async function list(): Promise<Segment[]> {
    const own = await rows().find({}).limit(MOST_STORED).toArray()
    const found = new Map<string, Segment>(own.map((row) => [row._id, stored(row)]))
    for (const file of files.segments()) found.set(file.slug, { ...file, origin: 'file' })
    return [...found.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  }

  async function problemsOf(slug: string, input: SegmentInput): Promise<SegmentProblem[]> {
    if (!SLUG.test(slug)) {
      return [{ field: 'slug', message: '不是合法的名字', fix: '只用小写字母、数字和连字符，例如 newcomers' }]
    }
    const wrong = ruleProblems(input.rule)
    const read = segmentSchema.safeParse({ ...input, version: undefined, rule: EVERYBODY })
    const others = (read.error?.issues ?? [])
      .filter(({ path }) => path[0] === 'title' || path[0] === 'description')
      .map(({ path, message }) => ({ field: fieldName(path), ...splitReason(message, '改正这个字段') }))
    return wrong.length > 0 || others.length > 0 ? [...others, ...wrong] : misreferred(slug, input.rule as Rule)
  }

  /** References that lead nowhere or back. */
  async function misreferred(slug: string, rule: Rule): Promise<SegmentProblem[]> {
    const all = new Map((await list()).map((each) => [each.slug, segmentsIn(each.rule).map(({ id }) => id)]))
    const named = segmentsIn(rule)
    all.set(
      slug,
      named.map(({ id }) => id),
    )
    const missing = named.find(({ id }) => !all.has(id))
    if (missing) {
      const field = fieldName(['rule', ...missing.path])
      return [{ field, message: `没有名为 ${missing.id} 的人群`, fix: '改成已有的名字' }]
    }
    const circle = cycleFrom(slug, (id) => all.get(id) ?? [])
    const place = named.find(({ id }) => id === circle?.[1])
    if (!circle || !place) return []
    const field = fieldName(['rule', ...place.path])
    return [{ field, message: `人群互相引用：${circle.join(' → ')}`, fix: '去掉其中一处引用' }]
  }

  async function uses(slug: string): Promise<SegmentUse[]> {
    const referring = (await list())
      .filter((each) => each.slug !== slug && segmentsIn(each.rule).some(({ id }) => id === slug))
      .map(({ slug: id, title }): SegmentUse => ({ kind: 'segment', id, title }))
    return [...referring, ...(await usedBy(slug))]
  }

  /** Inserts a first version; undefined when somebody was quicker. */
  async function insert(row: SegmentRow): Promise<SegmentRow | undefined> {
    try {
      await rows().insertOne(row)
      return row
    } catch (error) {
      if (isDuplicate(error)) return undefined
      throw error
    }
  }

  return {
    find,
    list,
    uses,
    async put(slug, input, by) {
      if (files.segment(slug)) return { outcome: 'read-only' }
      const problems = await problemsOf(slug, input)
      if (problems.length > 0) return { outcome: 'invalid', problems }
      const { title, description, version } = input
      const said = {
        title: title.trim(),
        ...(description !== undefined && { description: description.trim() }),
        rule: JSON.stringify(input.rule),
        updatedAt: clock.now(),
        updatedBy: by,
      }
      const change = {
        $set: said,
        ...(description === undefined && { $unset: { description: '' as const } }),
        $inc: { version: 1 },
      }
      const row =
        version === 0
          ? await insert({ _id: slug, ...said, version: 1 })
          : await rows().findOneAndUpdate({ _id: slug, ...(version !== undefined && { version }) }, change, {
              upsert: version === undefined,
              returnDocument: 'after',
            })
      if (row) return { outcome: 'stored', segment: stored(row) }
      return { outcome: 'stale', version: (await rows().findOne({ _id: slug }))?.version ?? 0 }
    },
    async remove(slug, version) {
      if (files.segment(slug)) return 'read-only'
      const known = await rows().findOne({ _id: slug })
      if (!known) return 'unknown'
      if (version !== undefined && known.version !== version) return { stale: known.version }
      const usedBy = await uses(slug)
      if (usedBy.length > 0) return { usedBy }
      const { deletedCount } = await rows().deleteOne({ _id: slug, version: known.version })
      return deletedCount === 1 ? 'removed' : { stale: known.version + 1 }
    },
  }
}

const EVERYBODY: Rule = { reachable: { channel: 'next-visit' } }

function stored(row: SegmentRow): Segment {
  const { _id: slug, title, description, version, updatedAt, updatedBy } = row
  return {
    slug,
    title,
    ...(description !== undefined && { description }),
    rule: ruleOf(row),
    origin: 'store',
    version,
    updatedAt,
    updatedBy,
  }
}
