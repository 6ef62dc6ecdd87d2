import { z } from 'zod'
import { ApiError, type Route, route } from './route.js'
import { wholeList } from './sorting.js'

/** A rule as the routes show it. */
export interface AlertRuleView {
  slug: string
  definition: Record<string, unknown>
  origin: 'file' | 'store'
  version?: number
  updatedAt?: Date
  updatedBy?: string
}

interface Problem {
  field: string
  message: string
  fix: string
}

/** What the routes ask of the alerts; `src/alerts/alerts.ts` is it. */
export interface AlertsPort {
  rules: {
    list(): Promise<AlertRuleView[]>
    find(slug: string): Promise<AlertRuleView | undefined>
    put(
      slug: string,
      definition: unknown,
      options: { by: string; version?: number | undefined },
    ): Promise<
      | { outcome: 'stored'; rule: AlertRuleView; warnings: Problem[] }
      | { outcome: 'invalid'; problems: Problem[] }
      | { outcome: 'read-only' }
      | { outcome: 'stale'; version: number }
    >
    remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
    check(definition: unknown): { value?: unknown; problems: Problem[]; warnings: Problem[] }
  }
  try(rule: string | { definition: unknown }, fact: TrialFact): Promise<z.input<typeof trial>>
}

interface TrialFact {
  type?: string
  contact?: string
  account?: string
  occurredAt?: Date
  props?: Record<string, unknown>
}

const written = z.record(z.string(), z.unknown())
const view = z.object({
  slug: z.string(),
  definition: written,
  origin: z.enum(['file', 'store']).meta({ description: 'file: of content/alerts, read-only here' }),
  version: z.int().optional(),
  updatedAt: z.date().optional(),
  updatedBy: z.string().optional(),
})
const problem = z.object({ field: z.string(), message: z.string(), fix: z.string() })

/** Somewhere an alert goes. */
export const recipient = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('staff'), account: z.string(), staff: z.string() }),
  z.object({ kind: z.literal('chat'), chat: z.string() }),
  z.object({ kind: z.literal('robot'), robot: z.string() }),
  z.object({ kind: z.literal('group-send'), name: z.string() }),
])
const trial = z.object({
  matches: z.boolean(),
  misses: z.string().optional(),
  text: z.string(),
  content: z.unknown(),
  recipients: z.array(recipient),
  missing: z.array(z.string()),
  gaps: z.array(z.string()),
  quiet: z.object({ until: z.date(), mode: z.enum(['hold', 'drop']) }).optional(),
})

const params = z.strictObject({ slug: z.string().max(64) })
const TAG = 'alerts'

const titleOf = ({ slug, definition }: z.input<typeof view>) => {
  const { title } = definition as { title?: unknown }
  return typeof title === 'string' ? title : slug
}
const LISTED = wholeList<z.input<typeof view>>()({
  values: {
    title: titleOf,
    slug: ({ slug }) => slug,
    origin: ({ origin }) => origin,
    updatedAt: ({ updatedAt }) => updatedAt,
  },
  id: ({ slug }) => slug,
  search: (row) => `${row.slug} ${titleOf(row)}`,
  otherwise: 'title',
})

/**
 * The routes of the rules of alerts; files' rules can be read but not written. `schema`: the JSON Schema of a
 * definition, for the description.
 */
export function alertRuleRoutes({ alerts, schema }: { alerts: AlertsPort; schema: object }): Route[] {
  const { rules } = alerts
  const definition = written.meta({ ...schema, id: 'AlertRule' })

  const list = route({
    method: 'GET',
    path: '/alerts/rules',
    id: 'listAlertRules',
    summary: 'All rules of alerts to staff',
    tag: TAG,
    scope: 'operations:read',
    query: z.strictObject(LISTED.query),
    answer: z.object({ rules: z.array(view), ...LISTED.answer }),
    async handle({ query }) {
      const { rows, rest } = LISTED.page(await rules.list(), query)
      return { body: { rules: rows, ...rest } }
    },
  })

  const get = route({
    method: 'GET',
    path: '/alerts/rules/:slug',
    id: 'getAlertRule',
    summary: 'A rule of alerts',
    tag: TAG,
    scope: 'operations:read',
    params,
    answer: view,
    errors: { 404: 'There is no such rule.' },
    async handle({ params: { slug } }) {
      const found = await rules.find(slug)
      if (found) return { body: found }
      throw new ApiError(404, 'alert.unknown', `there is no alert '${slug}'`)
    },
  })

  const put = route({
    method: 'PUT',
    path: '/alerts/rules/:slug',
    id: 'putAlertRule',
    summary: 'Make or replace a rule of alerts',
    description:
      '`version` names the version that is replaced (0: there is none yet); when somebody else was quicker the answer is 409. Without it the last one wins.',
    tag: TAG,
    scope: 'operations:write',
    params,
    body: z.strictObject({ definition, version: z.int().min(0).optional() }),
    answer: view.extend({ warnings: z.array(problem) }),
    errors: { 409: 'It is a file of content/alerts, or was changed meanwhile.', 422: 'The rule cannot be used.' },
    async handle({ params: { slug }, body, caller }) {
      const done = await rules.put(slug, body.definition, { by: caller.id, version: body.version })
      switch (done.outcome) {
        case 'stored':
          return { body: { ...done.rule, warnings: done.warnings } }
        case 'invalid':
          throw new ApiError(422, 'alert.invalid', 'the rule cannot be used', { problems: done.problems })
        case 'read-only':
          throw readOnly(slug)
        case 'stale':
          throw new ApiError(409, 'alert.stale', `the rule has version ${done.version} now; read it again`)
      }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/alerts/rules/:slug',
    id: 'deleteAlertRule',
    summary: 'Delete a rule of alerts',
    description: 'What it has not told yet is dropped.',
    tag: TAG,
    scope: 'operations:write',
    params,
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such rule.', 409: 'It is a file of content/alerts.' },
    async handle({ params: { slug } }) {
      const removed = await rules.remove(slug)
      if (removed === 'removed') return { body: { slug } }
      if (removed === 'read-only') throw readOnly(slug)
      throw new ApiError(404, 'alert.unknown', `there is no alert '${slug}'`)
    },
  })

  const attempt = route({
    method: 'POST',
    path: '/alerts/try',
    id: 'tryAlert',
    looks: true,
    summary: 'What a rule would do with a fact; nothing is sent',
    description:
      'Name a rule by `slug`, or give a `definition` that is not stored. Without `fact` the sample of its first event is taken.',
    tag: TAG,
    scope: 'operations:read',
    body: z.strictObject({
      slug: z.string().max(64).optional(),
      definition: definition.optional(),
      fact: z
        .strictObject({
          type: z.string().max(64).optional(),
          contact: z.string().max(64).optional(),
          account: z.string().max(32).optional(),
          occurredAt: z.iso
            .datetime({ offset: true })
            .transform((text) => new Date(text))
            .optional(),
          props: z.record(z.string(), z.unknown()).optional(),
        })
        .default({}),
    }),
    answer: trial,
    errors: { 404: 'There is no such rule.', 422: 'The definition cannot be used.' },
    async handle({ body: { slug, definition: given, fact } }) {
      const asked = slug === undefined ? undefined : await rules.find(slug)
      if (slug !== undefined && !asked) throw new ApiError(404, 'alert.unknown', `there is no alert '${slug}'`)
      const { problems } = asked ? { problems: [] } : rules.check(given ?? {})
      if (problems.length > 0) throw new ApiError(422, 'alert.invalid', 'the rule cannot be used', { problems })
      return { body: await alerts.try(slug ?? { definition: given }, present(fact)) }
    },
  })

  return [list, get, put, remove, attempt]
}

/** Only what was given: an optional field is not there rather than undefined. */
function present(fact: { [K in keyof TrialFact]: TrialFact[K] | undefined }): TrialFact {
  return Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined))
}

function readOnly(slug: string): ApiError {
  const field = `content/alerts/${slug}.yaml`
  return new ApiError(409, 'alert.read-only', `'${slug}' is a file of content/alerts`, {
    problems: [{ field, message: 'read-only here', fix: 'edit the file, or take another name' }],
  })
}
