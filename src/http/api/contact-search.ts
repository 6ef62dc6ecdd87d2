import { z } from 'zod'
import { order } from './operations-shapes.js'
import { ApiError, type Caller, isAllowed, type Route, route } from './route.js'

/** What the search asks; `src/contacts/find/find.ts` answers. */
export interface ContactSearchPort {
  find(query: SearchAsk): Promise<{ people: z.input<typeof found>[]; next?: string; looked: number; cut?: true }>
}

interface SearchAsk {
  text?: string
  tags?: { any?: readonly string[]; all?: readonly string[]; none?: readonly string[] }
  account?: string
  follow?: 'following' | 'not-following'
  channel?: string
  seenFrom?: Date
  seenBefore?: Date
  segment?: string
  order?: 'newest' | 'oldest'
  after?: string
  limit?: number
}

const tags = z.array(z.string().min(1).max(80)).max(20).optional()
const word = z.string().trim().min(1).max(128)
const moment = z.coerce.date()

const found = z.object({
  id: z.string(),
  name: z.string().optional(),
  identities: z.array(z.object({ platform: z.string(), account: z.string(), following: z.boolean() })),
  tags: z.array(z.string()),
  firstSeenAt: z.date(),
  lastSeenAt: z.date(),
  by: z.enum(['phone', 'id', 'order', 'name', 'staff-remark']).optional().describe('by what the text found the person'),
})

const LIMITS = `\`text\` finds a name, remark or nickname from its *beginning* (small and capital letters alike), and exactly: a telephone
number that a shop has verified (kept as a hash), an openid, unionid, external_userid or shop user, an order number, a contact's id.
Nothing looks into the middle of names: no index could. A request looks at 3,000 contacts at most, the last seen first; \`next\` goes
on from there, so a page may be short or empty. It is a POST so that what is typed stands in no address and no log.`

/** Search for people. */
export function contactSearchRoutes(port: ContactSearchPort): Route[] {
  return [
    route({
      id: 'searchContacts',
      method: 'POST',
      path: '/contact-searches',
      tag: 'People',
      summary: 'People by name, number, id, order, tag, segment and more, page by page.',
      description: LIMITS,
      scope: 'contacts:read',
      looks: true,
      body: z.strictObject({
        text: z.string().trim().max(128).optional(),
        tags: z.strictObject({ any: tags, all: tags, none: tags }).optional(),
        account: word.optional(),
        follow: z.enum(['following', 'not-following']).optional(),
        channel: word.optional().describe('the channel code that brought them first or last'),
        seenFrom: moment.optional(),
        seenBefore: moment.optional(),
        segment: word.optional().describe('the result is in the order of ids then'),
        order: order.describe('by when they were seen last; a segment has the order of ids'),
        after: z.string().max(64).optional(),
        limit: z.int().min(1).max(200).default(20),
      }),
      answer: z.object({
        people: z.array(found),
        next: z.string().optional(),
        looked: z.int().describe('contacts that were looked at for it'),
        cut: z.literal(true).optional().describe('more are called so by staff than a search takes: type more of it'),
      }),
      errors: {
        403: 'Somebody who sees no names cannot search by them.',
        404: 'There is no such segment.',
      },
      async handle({ body, caller }) {
        const { text, tags: tagged, ...rest } = body
        if (text) mayName(caller)
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
        const groups = Object.entries(tagged ?? {}).filter(([, list]) => list && list.length > 0)
        const ask: SearchAsk = {
          ...given,
          ...(text && { text }),
          ...(groups.length > 0 && { tags: Object.fromEntries(groups) }),
        }
        const page = await port.find(ask).catch((error: unknown) => {
          if (isUnknown(error)) throw new ApiError(404, 'segment.unknown', `there is no segment '${body.segment}'`)
          throw error
        })
        return { body: page }
      },
    }),
  ]
}

/** A search tells whose a name or number is: people who are shown neither may not ask. Throws ApiError 403. */
export function mayName(caller: Caller): void {
  if (!caller.person || isAllowed(caller.scopes, 'contacts:write')) return
  throw new ApiError(403, 'search.masked', 'your roles see neither names nor numbers, so they cannot search by them')
}

const isUnknown = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'segment.unknown'
