import { z } from 'zod'
import { type DeskEntriesPort, deskEntryRoutes } from './desk-entries.js'
import { type ConversationView, conversation, type EntryView, entry, moment, refusal, staffId } from './desk-views.js'
import { ApiError, type Route, route } from './route.js'

/** What the routes ask of the desk; `src/desk/desk.ts` is it. */
export interface DeskConversationsPort extends DeskEntriesPort {
  list(query: ConversationQuery): Promise<ConversationView[]>
  find(id: string): Promise<ConversationView | undefined>
  place(id: string): Promise<number | undefined>
  entries(id: string, query: EntryQuery): Promise<EntryView[]>
  accept(about: { conversation: string; staff: string; force?: boolean }): Promise<Done>
  say(about: {
    conversation: string
    staff: string
    content: Content
    key: string
  }): Promise<Done & { entry?: EntryView }>
  note(about: { conversation: string; staff: string; text: string; key: string }): Promise<Done>
  transfer(about: {
    conversation: string
    staff: string
    to: string | { skill: string }
    force?: boolean
  }): Promise<Done>
  close(about: { conversation: string; staff?: string; by?: 'staff' | 'api' }): Promise<Done>
  toBot(about: { conversation: string; staff?: string }): Promise<Done>
}

interface ConversationQuery {
  state?: ConversationView['state'] | undefined
  staff?: string | undefined
  contact?: string | undefined
  channel?: ConversationView['channel'] | undefined
  before?: Date | undefined
  limit?: number | undefined
}

interface EntryQuery {
  before?: number | undefined
  after?: number | undefined
  limit?: number | undefined
}

type Content =
  | { kind: 'text'; text: string }
  | { kind: 'article'; slug: string }
  | { kind: 'card'; slug: string }
  | { kind: 'image'; media: { file: string } }

type Done =
  | { outcome: 'done'; conversation: ConversationView }
  | { outcome: 'refused'; reason: string; conversation?: ConversationView }

const TAG = 'desk'
const params = z.strictObject({ id: z.string().regex(/^[a-z2-7]{16}$/) })
const limit = z.coerce.number().int().min(1).max(200).default(50)
const UNKNOWN = { 404: 'There is no such conversation.' }
const errors = {
  ...UNKNOWN,
  409: 'It does not stand so: somebody else has it, it is closed, they hold as many as they may ...',
}
const optionalStaff = staffId
  .optional()
  .meta({ description: 'who does it; without it an operator does, whoever has it' })
const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i)

/** A message by API: exactly one kind of content. */
const message = z
  .strictObject({
    staff: staffId,
    text: z.string().min(1).max(2000).optional(),
    article: name.optional(),
    card: name.optional(),
    image: z.string().max(128).optional().meta({ description: 'a file of content/media' }),
  })
  .refine(
    ({ text, article, card, image }) => [text, article, card, image].filter((one) => one !== undefined).length === 1,
    {
      error: 'give one of text, article, card, image',
    },
  )

/** The routes of the desk's conversations. */
export function deskRoutes({ desk }: { desk: DeskConversationsPort }): Route[] {
  async function known(id: string): Promise<ConversationView> {
    const found = await desk.find(id)
    if (found) return found
    throw new ApiError(404, 'desk.unknown', `there is no conversation '${id}'`)
  }

  const list = route({
    method: 'GET',
    path: '/desk/conversations',
    id: 'listConversations',
    summary: 'Conversations, newest first; those in the queue in its order',
    tag: TAG,
    scope: 'desk:read',
    query: z.strictObject({
      state: conversation.shape.state.optional(),
      staff: staffId.optional(),
      contact: z.string().max(64).optional(),
      channel: conversation.shape.channel.optional(),
      before: moment.optional(),
      limit,
    }),
    answer: z.object({ conversations: z.array(conversation) }),
    handle: async ({ query }) => ({ body: { conversations: await desk.list(query) } }),
  })

  const get = route({
    method: 'GET',
    path: '/desk/conversations/:id',
    id: 'getConversation',
    summary: 'A conversation, with its place in the queue',
    tag: TAG,
    scope: 'desk:read',
    params,
    answer: conversation.extend({ place: z.int().optional() }),
    errors: UNKNOWN,
    async handle({ params: { id } }) {
      const found = await known(id)
      const place = await desk.place(id)
      return { body: { ...found, ...(place !== undefined && { place }) } }
    },
  })

  const entries = route({
    method: 'GET',
    path: '/desk/conversations/:id/entries',
    id: 'listEntries',
    summary: 'What was said, oldest first',
    description: 'Without `after` the last ones (before `before`). Kept for 180 days.',
    tag: TAG,
    scope: 'desk:read',
    params,
    query: z.strictObject({
      before: z.coerce.number().int().min(0).optional(),
      after: z.coerce.number().int().min(0).optional(),
      limit,
    }),
    answer: z.object({ entries: z.array(entry) }),
    errors: UNKNOWN,
    async handle({ params: { id }, query }) {
      await known(id)
      return { body: { entries: await desk.entries(id, query) } }
    },
  })

  const say = route({
    method: 'POST',
    path: '/desk/conversations/:id/messages',
    id: 'sayInConversation',
    summary: 'Send a message to the person, in the name of the staff member who has the conversation',
    description:
      'It goes by the outbox as a reply; how it ends stands in its entry. The same Idempotency-Key sends nothing again.',
    tag: TAG,
    scope: 'desk:write',
    idempotent: 'required',
    params,
    body: message,
    answer: entry,
    errors,
    async handle({ params: { id }, body: { staff, ...content }, caller, idempotencyKey = '' }) {
      const key = `api:${caller.id}:${idempotencyKey}`
      const done = await desk.say({ conversation: id, staff, content: contentOf(content), key })
      if (done.outcome === 'done' && done.entry) return { body: done.entry }
      throw refusal(done)
    },
  })

  const note = route({
    method: 'POST',
    path: '/desk/conversations/:id/notes',
    id: 'noteInConversation',
    summary: 'Add a note that only staff see',
    tag: TAG,
    scope: 'desk:write',
    idempotent: 'required',
    params,
    body: z.strictObject({ staff: staffId, text: z.string().min(1).max(2000) }),
    answer: conversation,
    errors: UNKNOWN,
    async handle({ params: { id }, body: { staff, text }, caller, idempotencyKey = '' }) {
      return ended(await desk.note({ conversation: id, staff, text, key: `api:${caller.id}:${idempotencyKey}` }))
    },
  })

  const act = <B extends z.ZodType>(
    word: string,
    id: string,
    summary: string,
    body: B,
    work: (conversation: string, body: z.output<B>) => Promise<Done>,
  ) =>
    route({
      method: 'POST',
      path: `/desk/conversations/:id/${word}`,
      id,
      summary,
      tag: TAG,
      scope: 'desk:write',
      params,
      body,
      answer: conversation,
      errors,
      handle: async (request) => ended(await work(request.params.id, request.body)),
    })

  return [
    list,
    get,
    entries,
    say,
    note,
    ...deskEntryRoutes({ desk }),
    act(
      'accept',
      'acceptConversation',
      'Give a conversation to a staff member (接入); the first has it',
      z.strictObject({ staff: staffId, force: z.boolean().default(false) }),
      (id, { staff, force }) => desk.accept({ conversation: id, staff, force }),
    ),
    act(
      'transfer',
      'transferConversation',
      'Hand a conversation to another staff member, or back to the queue of a skill',
      z
        .strictObject({
          staff: staffId.meta({ description: 'who has it' }),
          to: z.string().min(1).max(64).optional().meta({ description: 'userid or name' }),
          skill: z.string().min(1).max(20).optional(),
          force: z.boolean().default(false).meta({ description: 'also when they are full or off duty' }),
        })
        .refine(({ to, skill }) => (to === undefined) !== (skill === undefined), { error: 'give one of to, skill' }),
      (id, { staff, to, skill = '', force }) => desk.transfer({ conversation: id, staff, to: to ?? { skill }, force }),
    ),
    act(
      'close',
      'closeConversation',
      'End a conversation; whoever was served is asked for a vote',
      z.strictObject({ staff: optionalStaff }),
      (id, { staff }) => desk.close({ conversation: id, ...(staff === undefined ? { by: 'api' } : { staff }) }),
    ),
    act(
      'bot',
      'returnConversation',
      'Give a conversation back to the bot',
      z.strictObject({ staff: optionalStaff }),
      (id, { staff }) => desk.toBot({ conversation: id, ...(staff !== undefined && { staff }) }),
    ),
  ]
}

function ended(done: Done): { body: ConversationView } {
  if (done.outcome === 'done') return { body: done.conversation }
  throw refusal(done)
}

function contentOf(given: {
  text?: string | undefined
  article?: string | undefined
  card?: string | undefined
  image?: string | undefined
}): Content {
  if (given.article !== undefined) return { kind: 'article', slug: given.article }
  if (given.card !== undefined) return { kind: 'card', slug: given.card }
  if (given.image !== undefined) return { kind: 'image', media: { file: given.image } }
  return { kind: 'text', text: given.text ?? '' }
}
