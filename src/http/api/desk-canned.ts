import { z } from 'zod'
import { ApiError, type Route, route } from './route.js'
import { cursor, wholeList } from './sorting.js'

/** What the routes ask of the canned replies; `src/desk/canned/canned.ts` is it. */
export interface CannedPort {
  search(query: string, limit?: number): Promise<CannedView[]>
  find(slug: string): Promise<CannedView | undefined>
  put(
    slug: string,
    definition: unknown,
    options: { by: string; version?: number | undefined },
  ): Promise<
    | { outcome: 'stored'; reply: CannedView }
    | { outcome: 'invalid'; problems: { field: string; message: string; fix: string }[] }
    | { outcome: 'read-only' }
    | { outcome: 'stale'; version: number }
  >
  remove(slug: string): Promise<'removed' | 'unknown' | 'read-only'>
}

const content = {
  group: z.string(),
  title: z.string(),
  text: z.string().optional().meta({ description: 'with {name} {order} {tracking} {staff}' }),
  article: z.string().optional(),
  card: z.string().optional(),
  keywords: z.array(z.string()).optional(),
}
const view = z
  .object({
    slug: z.string(),
    ...content,
    origin: z.enum(['file', 'store']).meta({ description: 'file: of content/canned, read-only here' }),
    version: z.int().optional(),
    updatedAt: z.date().optional(),
    updatedBy: z.string().optional(),
  })
  .meta({ id: 'CannedReply' })
type CannedView = z.input<typeof view>

const params = z.strictObject({ slug: z.string().max(64) })
const TAG = 'desk'

/** More than there are. */
const MOST = 10_000
const LISTED = wholeList<CannedView>()({
  values: { title: ({ title }) => title, group: ({ group }) => group, origin: ({ origin }) => origin },
  id: ({ slug, origin }) => `${origin}:${slug}`,
  otherwise: 'group',
})

/** The routes of canned replies (常用语). */
export function deskCannedRoutes({ canned }: { canned: CannedPort }): Route[] {
  const list = route({
    method: 'GET',
    path: '/desk/canned',
    id: 'searchCannedReplies',
    summary: 'Canned replies by words or first letters of pinyin, the best first',
    description: '`q=thdz` and `q=退货` find 退货地址; without `q` all of them.',
    tag: TAG,
    scope: 'desk:read',
    query: z.strictObject({
      q: z.string().max(100).default(''),
      sort: LISTED.query.sort.describe('by this column in place of the best first'),
      after: cursor,
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.object({ replies: z.array(view), ...LISTED.answer, total: z.int().optional() }),
    async handle({ query: { q, sort, after, limit } }) {
      if (sort === undefined) return { body: { replies: await canned.search(q, limit) } }
      const { rows, rest } = LISTED.page(await canned.search(q, MOST), { sort, after, limit })
      return { body: { replies: rows, ...rest } }
    },
  })

  const get = route({
    method: 'GET',
    path: '/desk/canned/:slug',
    id: 'getCannedReply',
    summary: 'A canned reply',
    tag: TAG,
    scope: 'desk:read',
    params,
    answer: view,
    errors: { 404: 'There is no such canned reply.' },
    async handle({ params: { slug } }) {
      const found = await canned.find(slug)
      if (found) return { body: found }
      throw unknown(slug)
    },
  })

  const put = route({
    method: 'PUT',
    path: '/desk/canned/:slug',
    id: 'putCannedReply',
    summary: 'Make or replace a canned reply',
    description:
      '`version` names the version that is replaced (0: there is none yet); when somebody else was quicker the answer is 409. Without it the last one wins.',
    tag: TAG,
    scope: 'desk:write',
    params,
    body: z.strictObject({ ...content, version: z.int().min(0).optional() }),
    answer: view,
    errors: { 409: 'It is in a file of content/canned, or was changed meanwhile.', 422: 'It cannot be used.' },
    async handle({ params: { slug }, body: { version, ...definition }, caller }) {
      const done = await canned.put(slug, definition, { by: caller.id, version })
      switch (done.outcome) {
        case 'stored':
          return { body: done.reply }
        case 'invalid':
          throw new ApiError(422, 'canned.invalid', 'the canned reply cannot be used', { problems: done.problems })
        case 'read-only':
          throw readOnly(slug)
        case 'stale':
          throw new ApiError(409, 'canned.stale', `the canned reply has version ${done.version} now; read it again`)
      }
    },
  })

  const remove = route({
    method: 'DELETE',
    path: '/desk/canned/:slug',
    id: 'deleteCannedReply',
    summary: 'Delete a canned reply',
    tag: TAG,
    scope: 'desk:write',
    params,
    answer: z.object({ slug: z.string() }),
    errors: { 404: 'There is no such canned reply.', 409: 'It is in a file of content/canned.' },
    async handle({ params: { slug } }) {
      const removed = await canned.remove(slug)
      if (removed === 'removed') return { body: { slug } }
      throw removed === 'read-only' ? readOnly(slug) : unknown(slug)
    },
  })

  return [list, get, put, remove]
}

const unknown = (slug: string) => new ApiError(404, 'canned.unknown', `there is no canned reply '${slug}'`)

function readOnly(slug: string): ApiError {
  return new ApiError(409, 'canned.read-only', `'${slug}' is in a file of content/canned`, {
    problems: [{ field: slug, message: 'read-only here', fix: 'edit the file, or take another name' }],
  })
}
