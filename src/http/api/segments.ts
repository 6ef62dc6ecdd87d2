import { type ZodType, z } from 'zod'
import { ApiError, type Route, route } from './route.js'
import { type Explained, explained } from './segment-tools.js'
import { wholeList } from './sorting.js'

/** What the routes ask of the segments; `src/segments/segments.ts` is it. */
export interface SegmentsPort<R> {
  list(): Promise<SegmentView<R>[]>
  find(slug: string): Promise<SegmentView<R> | undefined>
  put(slug: string, input: SegmentBody<R>, by: string): Promise<PutOutcome<R>>
  remove(
    slug: string,
    version?: number,
  ): Promise<'removed' | 'unknown' | 'read-only' | { usedBy: z.input<typeof use>[] } | { stale: number }>
  uses(slug: string): Promise<z.input<typeof use>[]>
  count(rule: R, options: { asOf?: Date; sample?: number; signal: AbortSignal }): Promise<z.input<typeof countAnswer>>
  pages(rule: R, query: PageQuery): AsyncIterable<readonly { _id: string }[]>
  members(contacts: readonly string[]): Promise<z.input<typeof member>[]>
  explain(rule: R, contact: string, asOf: Date): Promise<Explained | undefined>
}

interface PageQuery {
  asOf: Date
  after?: string
  size: number
  signal: AbortSignal
}

interface SegmentBody<R> {
  title: string
  description?: string | undefined
  rule: R
  version?: number | undefined
}

type SegmentView<R> = z.input<typeof summary> & { rule: R }

type PutOutcome<R> =
  | { outcome: 'stored'; segment: SegmentView<R> }
  | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
  | { outcome: 'read-only' }
  | { outcome: 'stale'; version: number }

const summary = z.object({
  slug: z.string(),
  title: z.string(),
  description: z.string().optional(),
  origin: z.enum(['file', 'store']).meta({ description: 'file: of content/segments, read-only here' }),
  version: z.int().optional(),
  updatedAt: z.date().optional(),
  updatedBy: z.string().optional(),
})

const use = z.object({
  kind: z.enum(['segment', 'campaign', 'group-send']),
  id: z.string(),
  title: z.string(),
})

const member = z.object({
  contact: z.string(),
  name: z.string().optional().meta({ description: 'the first letter and two stars' }),
  lastSeenAt: z.date(),
  tags: z.array(z.string()),
})

const countAnswer = z.object({ count: z.int(), asOf: z.date(), sample: z.array(member) })

const listed = wholeList<z.input<typeof summary>>()({
  values: {
    title: ({ title }) => title,
    slug: ({ slug }) => slug,
    origin: ({ origin }) => origin,
    updatedAt: ({ updatedAt }) => updatedAt,
  },
  id: ({ slug }) => slug,
  search: ({ slug, title, description = '' }) => `${slug} ${title} ${description}`,
  otherwise: 'title',
})

const slugParams = z.strictObject({ slug: z.string().max(64) })
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const asOf = moment.optional().meta({ description: 'the moment relative times are reckoned from; now unless given' })

const TAG = 'segments'

/**
 * The routes of segments. `rule` is the schema of a rule (`ruleSchema` of the library); files' segments can be read but
 * not written.
 */
export function segmentRoutes<R>(ports: { segments: SegmentsPort<R>; rule: ZodType<R>; now: () => Date }): Route[] {
  const { segments, rule, now } = ports
  const whole = summary.extend({ rule })
  const used = whole.extend({
    usedBy: z.array(use).meta({ description: 'what refers to it; it stays while any does' }),
  })

  async function known(slug: string): Promise<SegmentView<R>> {
    const found = await segments.find(slug)
    if (found) return found
    throw new ApiError(404, 'segment.unknown', `there is no segment '${slug}'`)
  }

  const list = route({
    method: 'GET',
    path: '/segments',
    id: 'listSegments',
    summary: 'All segments',
    tag: TAG,
    scope: 'segments:read',
    query: z.strictObject(listed.query),
    answer: z.object({ segments: z.array(summary), ...listed.answer }),
    async handle({ query }) {
      const { rows, rest } = listed.page(await segments.list(), query)
      return { body: { segments: rows, ...rest } }
    },
  })

  const get = route({
    method: 'GET',
    path: '/segments/:slug',
    id: 'getSegment',
    summary: 'A segment with its rule',
    tag: TAG,
    scope: 'segments:read',
    params: slugParams,
    answer: used,
    errors: { 404: 'There is no such segment.' },
    handle: async ({ params: { slug } }) => ({ body: { ...(await known(slug)), usedBy: await segments.uses(slug) } }),
  })

  const put = route({
    method: 'PUT',
    path: '/segments/:slug',
    id: 'putSegment',
    summary: 'Make or replace a segment',
    description:
      '`version` names the version that is replaced (0: there is none yet); when somebody else was quicker the answer is 409. Without it the last one wins.',
    tag: TAG,
    scope: 'segments:write',
    params: slugParams,
    body: z.strictObject({
      title: z.string(),
      description: z.string().optional(),
      rule,
      version: z.int().min(0).optional(),
    }),
    answer: whole,
    errors: { 409: 'It is a file of content/segments, or was changed meanwhile.', 422: 'The rule cannot be used.' },
    async handle({ params, body, caller }) {
      const put = await segments.put(params.slug, body as SegmentBody<R>, caller.id)
      switch (put.outcome) {
        case 'stored':
          return { body: put.segment }
        case 'invalid':
          throw new ApiError(422, 'segment.invalid', 'the segment cannot be used', { problems: put.problems })
        case 'read-only':
          throw readOnly(params.slug)
        case 'stale':
          throw stale(put.version)
      }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/segments/:slug',
    id: 'deleteSegment',
    summary: 'Delete a segment',
    tag: TAG,
    scope: 'segments:write',
    params: slugParams,
    query: z.strictObject({
      version: z.coerce.number().int().min(1).optional().meta({ description: 'only while it has this version' }),
    }),
    answer: z.object({ slug: z.string() }),
    errors: {
      404: 'There is no such segment.',
      409: 'It is a file of content/segments, others refer to it, or it was changed meanwhile.',
    },
    async handle({ params: { slug }, query }) {
      const removed = await segments.remove(slug, query.version)
      if (removed === 'removed') return { body: { slug } }
      if (removed === 'read-only') throw readOnly(slug)
      if (removed === 'unknown') throw new ApiError(404, 'segment.unknown', `there is no segment '${slug}'`)
      if ('stale' in removed) throw stale(removed.stale)
      const problems = removed.usedBy.map(({ kind, id, title }) => ({
        field: `${kind} ${id}`,
        message: title,
        fix: 'take the segment out of it first',
      }))
      throw new ApiError(409, 'segment.used', 'others refer to the segment', { problems })
    },
  })

  const count = route({
    method: 'POST',
    path: '/segments/count',
    id: 'countSegment',
    looks: true,
    summary: 'How many a rule means, with a sample',
    description: 'Nothing is stored. `{ "segment": { "id": "recall" } }` counts a segment that is there.',
    tag: TAG,
    scope: 'segments:read',
    body: z.strictObject({ rule, asOf, sample: z.int().min(0).max(20).optional() }),
    answer: countAnswer,
    errors: { 422: 'The rule refers to a segment that is not there.' },
    async handle({ body, signal }) {
      const { asOf: at, sample } = body
      const options = { ...(at && { asOf: at }), ...(sample !== undefined && { sample }), signal }
      return { body: await segments.count(body.rule as R, options) }
    },
  })

  const members = route({
    method: 'GET',
    path: '/segments/:slug/members',
    id: 'listMembers',
    summary: 'The people of a segment, page by page',
    description: 'Ask for the next page with `next` as `after` and the same `asOf`.',
    tag: TAG,
    scope: 'contacts:read',
    params: slugParams,
    query: z.strictObject({
      asOf,
      after: z.string().max(64).optional(),
      size: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answer: z.object({ asOf: z.date(), members: z.array(member), next: z.string().optional() }),
    errors: { 404: 'There is no such segment.' },
    async handle({ params, query, signal }) {
      const { asOf: at = now(), after, size } = query
      const segment = await known(params.slug)
      const paging = { asOf: at, size, signal, ...(after !== undefined && { after }) }
      const page = await firstOf(segments.pages(segment.rule, paging))
      const last = page.length === size ? page.at(-1) : undefined
      const found = await segments.members(page.map(({ _id }) => _id))
      return { body: { asOf: at, members: found, ...(last && { next: last._id }) } }
    },
  })

  const explain = route({
    method: 'GET',
    path: '/segments/:slug/contacts/:contact',
    id: 'explainMember',
    summary: 'Whether somebody belongs to a segment, condition by condition',
    tag: TAG,
    scope: 'contacts:read',
    params: slugParams.extend({ contact: z.string().max(64) }),
    query: z.strictObject({ asOf }),
    answer: z.object({ asOf: z.date(), explained }),
    errors: { 404: 'There is no such segment, or no such contact.' },
    async handle({ params, query }) {
      const at = query.asOf ?? now()
      const { rule: asked } = await known(params.slug)
      const found = await segments.explain(asked, params.contact, at)
      if (found) return { body: { asOf: at, explained: found } }
      throw new ApiError(404, 'contact.unknown', `there is no contact '${params.contact}'`)
    },
  })

  return [list, get, put, remove, count, members, explain]
}

const stale = (version: number) =>
  new ApiError(409, 'segment.stale', `the segment has version ${version} now; read it again`)

function readOnly(slug: string): ApiError {
  const field = `content/segments/${slug}.yaml`
  return new ApiError(409, 'segment.read-only', `'${slug}' is a file of content/segments`, {
    problems: [{ field, message: 'read-only here', fix: 'edit the file, or take another name' }],
  })
}

async function firstOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  for await (const page of pages) return page
  return []
}
