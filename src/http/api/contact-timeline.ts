import { z } from 'zod'
import { type ApiContact, contactId } from './contacts.js'
import { ApiError, isAllowed, type Route, route } from './route.js'

const KINDS = ['message', 'delivery', 'desk', 'follow', 'order', 'group', 'tag', 'consent', 'merge', 'event'] as const

/** What the routes ask of a person's past. */
export interface ContactTimelinePort {
  read(contact: string): Promise<ApiContact | undefined>
  timeline(
    contact: ApiContact,
    query: { before?: string; limit: number; kinds?: (typeof KINDS)[number][] },
  ): Promise<{ entries: z.input<typeof entry>[]; next?: string }>
  /** Every word about consent, the newest first. */
  consents(contact: ApiContact): Promise<readonly z.input<typeof said>[]>
}

const entry = z.object({
  at: z.date(),
  kind: z.enum(KINDS),
  type: z.string().describe('a type of fact, a kind of message, the state of a delivery or conversation'),
  account: z.string().optional(),
  text: z.string().optional().describe('what was said; only for callers with contacts:write'),
  props: z.record(z.string(), z.unknown()),
})

const said = z.object({
  at: z.date(),
  purpose: z.string(),
  allowed: z.boolean(),
  source: z.string(),
  reason: z.string().optional(),
  by: z.string().optional(),
})

/** Fields of facts that hold what somebody wrote. */
const WORDS = ['text', 'content', 'said', 'question', 'body', 'message']

/** What happened to a person. */
export function contactTimelineRoutes(port: ContactTimelinePort): Route[] {
  async function known(id: string): Promise<ApiContact> {
    const contact = await port.read(id)
    if (contact) return contact
    throw new ApiError(404, 'contact.unknown', 'there is no such contact')
  }

  const timeline = route({
    id: 'getTimeline',
    method: 'GET',
    path: '/contacts/:id/timeline',
    tag: 'People',
    summary: 'One timeline over all platforms, the newest first.',
    description:
      'Messages that came (as long as the inbox keeps them), deliveries with their outcome (90 days), conversations with staff (180 days), sends of campaigns (40 days) and every fact. Ask for the next page with `next` as `before`. A page costs a few short reads by index, however long the past is.',
    scope: 'contacts:read',
    params: contactId,
    query: z.strictObject({
      before: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      kinds: z
        .string()
        .max(128)
        .optional()
        .transform((text) => text?.split(','))
        .pipe(z.array(z.enum(KINDS)).optional())
        .describe(`some of ${KINDS.join(',')}`),
    }),
    answer: z.object({ entries: z.array(entry), next: z.string().optional() }),
    errors: { 404: 'There is no such contact.' },
    async handle({ params, query, caller }) {
      const { before, limit, kinds } = query
      const page = await port.timeline(await known(params.id), {
        limit,
        ...(before !== undefined && { before }),
        ...(kinds && { kinds }),
      })
      if (isAllowed(caller.scopes, 'contacts:write')) return { body: page }
      return { body: { ...page, entries: page.entries.map(wordless) } }
    },
  })

  const consents = route({
    id: 'listConsents',
    method: 'GET',
    path: '/contacts/:id/consents',
    tag: 'People',
    summary: 'Everything the person ever said about messages of a purpose, with where and why.',
    scope: 'contacts:read',
    params: contactId,
    answer: z.object({ consents: z.array(said) }),
    errors: { 404: 'There is no such contact.' },
    handle: async ({ params }) => ({ body: { consents: [...(await port.consents(await known(params.id)))] } }),
  })

  return [timeline, consents]
}

function wordless({ text: _, props, ...rest }: z.input<typeof entry>): z.input<typeof entry> {
  const left = Object.entries(props).filter(([name, value]) => typeof value !== 'string' || !WORDS.includes(name))
  return { ...rest, props: Object.fromEntries(left) }
}
