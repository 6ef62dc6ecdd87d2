import type { Clock } from '../core/clock.js'
import type { Logger } from '../core/log.js'
import { fieldName } from '../library/fields.js'
import { splitReason } from '../library/problem.js'
import { SLUG } from '../library/source.js'
import { isDuplicate } from '../store/duplicate.js'
import { type AlertDefinition, alertSchema } from './definition.js'
import type { AlertFiles } from './files.js'
import { type AlertNames, lintAlert } from './lint.js'
import type { AlertRows, RuleRow } from './model.js'

/** A rule with where it comes from. */
export interface AlertRule {
  slug: string
  definition: AlertDefinition
  origin: 'file' | 'store'
  version?: number
  updatedAt?: Date
  updatedBy?: string
}

/** One thing wrong in a rule that was sent, in the words of content authors. */
export interface RuleProblem {
  field: string
  message: string
  fix: string
}

/** What putting a rule led to. */
export type PutRule =
  | { outcome: 'stored'; rule: AlertRule; warnings: RuleProblem[] }
  | { outcome: 'invalid'; problems: RuleProblem[] }
  /** It is a file's. */
  | { outcome: 'read-only' }
  /** Somebody else has changed it meanwhile. */
  | { outcome: 'stale'; version: number }

/** Where rules are kept: files of `content/alerts`, and beside them those put by API. A file wins over a stored one. */
export interface AlertRules {
  list(): Promise<AlertRule[]>
  find(slug: string): Promise<AlertRule | undefined>
  /** `version` names the one that is replaced; 0: there is none yet. */
  put(slug: string, definition: unknown, options: { by: string; version?: number | undefined }): Promise<PutRule>
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
  /** A definition that came from outside. */
  check(definition: unknown): { value?: AlertDefinition; problems: RuleProblem[]; warnings: RuleProblem[] }
}

/** What rules are made of. */
export interface RulesPorts {
  rows: Pick<AlertRows, 'rules'>
  /** Reads the files; asked again every few seconds. */
  files(): Promise<AlertFiles>
  names: AlertNames
  clock: Clock
  log: Logger
}

const MOST_STORED = 500
const FRESH_MS = 5000

/** The rules of files and store. A file with a mistake keeps its last good version, as long as it is there. */
export function createRules({ rows, files, names, clock, log }: RulesPorts): AlertRules {
  let known: readonly AlertRule[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let told = ''

  async function fromFiles(): Promise<readonly AlertRule[]> {
    if (performance.now() - readAt < FRESH_MS) return known
    const { rules, problems } = await files()
    const errors = problems.filter(({ severity }) => severity === 'error')
    const broken = new Set(
      errors.map(({ file }) =>
        file
          .split('/')
          .at(-1)
          ?.replace(/\.yaml$/, ''),
      ),
    )
    const kept = known.filter(({ slug }) => broken.has(slug) && !rules.some((rule) => rule.slug === slug))
    known = [...kept, ...rules.map((rule) => ({ ...rule, origin: 'file' as const }))]
    readAt = performance.now()
    const now = JSON.stringify(errors)
    if (now !== told && errors.length > 0)
      log.error({ problems: errors.length, first: errors[0] }, 'alert files have mistakes, the last good ones stay')
    told = now
    return known
  }

  function check(definition: unknown) {
    const read = alertSchema.safeParse(definition)
    if (!read.success) {
      const problems = read.error.issues.flatMap((issue) => {
        const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
        return paths.map((path) => ({ field: fieldName(path), ...splitReason(issue.message, '改正这个字段') }))
      })
      return { problems, warnings: [] }
    }
    const faults = lintAlert(read.data, names)
    const of = (wanted: string) =>
      faults
        .filter(({ severity }) => severity === wanted)
        .map(({ path, message, fix }) => ({ field: fieldName(path), message, fix }))
    const problems = of('error')
    return { ...(problems.length === 0 && { value: read.data }), problems, warnings: of('warning') }
  }

  return {
    check,
    async list() {
      const own = await rows.rules.find({}).limit(MOST_STORED).toArray()
      const found = new Map<string, AlertRule>(own.map((row) => [row._id, stored(row)]))
      for (const rule of await fromFiles()) found.set(rule.slug, rule)
      return [...found.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
    },
    async find(slug) {
      const file = (await fromFiles()).find((rule) => rule.slug === slug)
      if (file) return file
      const row = SLUG.test(slug) ? await rows.rules.findOne({ _id: slug }) : null
      return row ? stored(row) : undefined
    },
    async put(slug, definition, { by, version }) {
      if (!SLUG.test(slug)) {
        const fix = '只用小写字母、数字和连字符，例如 big-orders'
        return { outcome: 'invalid', problems: [{ field: 'slug', message: '不是合法的名字', fix }] }
      }
      if ((await fromFiles()).some((rule) => rule.slug === slug)) return { outcome: 'read-only' }
      const { value, problems, warnings } = check(definition)
      if (value === undefined) return { outcome: 'invalid', problems }
      const change = {
        $set: { definition: JSON.stringify(value), updatedAt: clock.now(), updatedBy: by },
        $inc: { version: 1 },
      }
      const filter = { _id: slug, ...(version !== undefined && { version }) }
      const upsert = version === undefined || version === 0
      const row = await rows.rules
        .findOneAndUpdate(filter, change, { upsert, returnDocument: 'after' })
        .catch(nothingIfTaken)
      if (row) return { outcome: 'stored', rule: stored(row), warnings }
      return { outcome: 'stale', version: (await rows.rules.findOne({ _id: slug }))?.version ?? 0 }
    },
    async remove(slug) {
      if ((await fromFiles()).some((rule) => rule.slug === slug)) return 'read-only'
      const { deletedCount } = await rows.rules.deleteOne({ _id: slug })
      return deletedCount === 1 ? 'removed' : 'unknown'
    },
  }
}

/** Somebody made the rule that was not to be there yet. */
function nothingIfTaken(error: unknown): null {
  if (isDuplicate(error)) return null
  throw error
}

function stored({ _id: slug, definition, version, updatedAt, updatedBy }: RuleRow): AlertRule {
  return { slug, definition: JSON.parse(definition) as AlertDefinition, origin: 'store', version, updatedAt, updatedBy }
}
