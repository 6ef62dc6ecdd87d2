import { type ZodType, z } from 'zod'
import { ApiError, type Route, route } from './route.js'

/** A condition with its answer for one person. */
export interface Explained {
  text: { zh: string; en: string }
  holds: boolean
  found?: { zh: string; en: string }
  of?: Explained[]
}

const words = z.object({ zh: z.string(), en: z.string() })

/** The shape of an explained condition, with those inside of it. */
export const explained: ZodType<Explained> = z
  .lazy(() => z.object({ text: words, holds: z.boolean(), found: words.optional(), of: z.array(explained).optional() }))
  .meta({ id: 'ExplainedCondition' }) as ZodType<Explained>

const vocabulary = z.object({
  depth: z.int().meta({ description: 'groups within groups at most' }),
  leaves: z.int().meta({ description: 'conditions of one rule at most' }),
  fields: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'date', 'text']), title: words })),
  operators: z.array(z.string()),
  events: z.array(z.object({ type: z.string(), title: words, fields: z.array(z.string()) })),
  follow: z.array(z.string()).meta({ description: 'channels of a follow condition' }),
  reachable: z.array(z.string()).meta({ description: 'channels of a reachable condition' }),
  accounts: z.array(z.string()),
})

/** What the routes ask of those who build rules; made of `src/segments`. */
export interface SegmentToolsPort<R> {
  vocabulary(): Promise<z.input<typeof vocabulary>>
  explain(rule: R, contact: string, asOf: Date): Promise<Explained | undefined>
}

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** What somebody needs who writes a rule: the words there are, and one person tried against an unsaved rule. */
export function segmentToolRoutes<R>(ports: {
  tools: SegmentToolsPort<R>
  rule: ZodType<R>
  now: () => Date
}): Route[] {
  const { tools, rule, now } = ports

  const words = route({
    method: 'GET',
    path: '/segment-vocabulary',
    id: 'segmentVocabulary',
    summary: 'What rules can be made of: fields, events with their properties, channels, limits',
    tag: 'segments',
    scope: 'segments:read',
    answer: vocabulary,
    handle: async () => ({ body: await tools.vocabulary() }),
  })

  const explain = route({
    method: 'POST',
    path: '/segments/explain',
    id: 'explainRule',
    looks: true,
    summary: 'Whether a rule means somebody, condition by condition',
    description: 'Nothing is stored.',
    tag: 'segments',
    scope: 'contacts:read',
    body: z.strictObject({ rule, contact: z.string().min(1).max(64), asOf: moment.optional() }),
    answer: z.object({ asOf: z.date(), explained }),
    errors: { 404: 'There is no such contact.', 422: 'The rule refers to a segment that is not there.' },
    async handle({ body }) {
      const asOf = body.asOf ?? now()
      const found = await tools.explain(body.rule as R, body.contact, asOf)
      if (found) return { body: { asOf, explained: found } }
      throw new ApiError(404, 'contact.unknown', `there is no contact '${body.contact}'`)
    },
  })

  return [words, explain]
}
