import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { DeliveriesPort } from './deliveries.js'
import {
  deskMe,
  type InboxRowView,
  inboxRow,
  type ReadyView,
  ready,
  type ShownView,
  threadEntry,
  windowState,
} from './desk-inbox-views.js'
import type { StaffOf } from './desk-own.js'
import { type ConversationView, type EntryView, entry, moment, refusal, staffId } from './desk-views.js'
import { ApiError, type Caller, type Route, route } from './route.js'

type Queue = 'mine' | 'unassigned' | 'all' | 'bot' | 'closed'

/** What the routes ask of the desk's office; `src/desk/office` is it. */
export interface OfficePort<C extends ConversationView, E extends EntryView, P> {
  inbox: {
    list(query: { queue: Queue; staff: string; before?: Date | undefined; limit: number }): Promise<InboxRowView[]>
    counts(staff: string): Promise<{ mine: number; unassigned: number; all: number }>
  }
  staffOf(person: { id: string; wecom?: { corp: string; staff: string } | undefined }): Promise<{
    userid: string
    via: 'wecom' | 'console'
    member?: {
      name: string
      online: boolean
      presence: 'auto' | 'online' | 'offline'
      capacity: number
      load: number
      supervisor: boolean
    }
  }>
  shown(account: string, entry: E): ShownView
  windowOf(conversation: C): Promise<{
    open: { trigger: string; remaining: number; until: Date }[]
    unexpired: boolean
    lastActAt?: Date
  }>
  ready(conversation: C, query: string, staff: string): Promise<ReadyView[]>
  picture(conversation: C, bytes: Buffer): Promise<P>
  settings: {
    isOpen(): boolean
    settings(): Promise<{ times: { alertAfter: number; queueAlertAfter: number } } | undefined>
  }
}

/** What they ask of the desk. */
export interface InboxDeskPort<C extends ConversationView, E extends EntryView, P> {
  find(id: string): Promise<C | undefined>
  entries(id: string, query: { before?: number; after?: number; limit?: number }): Promise<E[]>
  say(about: {
    conversation: string
    staff: string
    content: P
    key: string
  }): Promise<{ outcome: 'done'; entry: E; conversation: C } | { outcome: 'refused'; reason: string; conversation?: C }>
  ended(key: string): Promise<void>
}

/** People of the console, as far as the desk asks for them. */
export interface InboxPeoplePort {
  find(id: string): Promise<{ _id: string; name: string; wecom?: { corp: string; staff: string } } | undefined>
}

interface Ports<C extends ConversationView, E extends EntryView, P> {
  desk: InboxDeskPort<C, E, P>
  office: OfficePort<C, E, P>
  people: InboxPeoplePort
  outbox: Pick<DeliveriesPort, 'resend' | 'treatAsSent'>
}

const TAG = 'desk'
const MOST_PICTURE = 740_000
const params = z.strictObject({ id: z.string().regex(/^[a-z2-7]{16}$/) })
const UNKNOWN = { 404: 'There is no such conversation.' }

/** Who callers are at the desk. */
export function staffOfCallers<C extends ConversationView, E extends EntryView, P>({
  office,
  people,
}: Pick<Ports<C, E, P>, 'office' | 'people'>): StaffOf {
  return async (caller) => {
    const found = await callerAtDesk(caller, office, people)
    return found && { userid: found.userid, rules: found.rules }
  }
}

async function callerAtDesk<C extends ConversationView, E extends EntryView, P>(
  { id, person, scopes }: Caller,
  office: OfficePort<C, E, P>,
  people: InboxPeoplePort,
) {
  if (!person) return undefined
  const row = await people.find(id)
  const { userid, via, member } = await office.staffOf({ id, wecom: row?.wecom })
  const rules = scopes.includes('admin') || member?.supervisor === true
  return { userid, via, member, rules, name: member?.name ?? person.name }
}

/** The routes of the inbox: queues, threads as they look, the window, and what a message can be made of. */
export function deskInboxRoutes<C extends ConversationView, E extends EntryView, P>(ports: Ports<C, E, P>): Route[] {
  const { desk, office, people, outbox } = ports
  const who = (caller: Caller) => callerAtDesk(caller, office, people)

  async function known(id: string): Promise<C> {
    const found = await desk.find(id)
    if (found) return found
    throw new ApiError(404, 'desk.unknown', `there is no conversation '${id}'`)
  }

  const me = route({
    method: 'GET',
    path: '/desk/me',
    id: 'getDeskMe',
    summary: 'Who the person at the console is at the desk',
    description:
      'The WeCom userid that is linked with the person, when it is of the desk’s corporation; else `console.<id>`, under which staff can be listed in the settings too.',
    tag: TAG,
    scope: 'desk:read',
    answer: deskMe,
    errors: { 409: 'An API key is nobody at the desk.' },
    async handle({ caller }) {
      const own = await who(caller)
      if (!own) throw new ApiError(409, 'desk.nobody', 'an API key is nobody at the desk; name staff instead')
      const on = (await office.settings.settings()) !== undefined
      const { userid: staff, via, name, member, rules } = own
      const { online = false, presence = 'auto', capacity = 0, load = 0 } = member ?? {}
      return { body: { on, staff, via, name, member: member !== undefined, online, presence, capacity, load, rules } }
    },
  })

  const list = route({
    method: 'GET',
    path: '/desk/inbox',
    id: 'listInbox',
    summary: 'The lines of a queue, and how many there are in each',
    description: '`mine` and its count are those of `staff`, else of who asks.',
    tag: TAG,
    scope: 'desk:read',
    query: z.strictObject({
      queue: z.enum(['mine', 'unassigned', 'all', 'bot', 'closed']).default('mine'),
      staff: staffId.optional(),
      before: moment.optional().meta({ description: 'begun before' }),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    answer: z.object({
      rows: z.array(inboxRow),
      counts: z.object({ mine: z.int(), unassigned: z.int(), all: z.int() }),
      alertAfterMs: z.int().meta({ description: 'after so long without an answer staff are reminded' }),
      queueAlertAfterMs: z.int().meta({ description: 'after so long in the queue supervisors are told' }),
    }),
    async handle({ query: { queue, before, limit, staff: asked }, caller }) {
      const staff = asked ?? (await who(caller))?.userid ?? ''
      const [rows, counts, settings] = await Promise.all([
        office.inbox.list({ queue, staff, before, limit }),
        office.inbox.counts(staff),
        office.settings.settings(),
      ])
      const { alertAfter = 0, queueAlertAfter = 0 } = settings?.times ?? {}
      return { body: { rows, counts, alertAfterMs: alertAfter, queueAlertAfterMs: queueAlertAfter } }
    },
  })

  const thread = route({
    method: 'GET',
    path: '/desk/conversations/:id/thread',
    id: 'readThread',
    summary: 'What was said, oldest first, with what a page shows of it',
    tag: TAG,
    scope: 'desk:read',
    params,
    query: z.strictObject({
      before: z.coerce.number().int().min(0).optional(),
      after: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ entries: z.array(threadEntry) }),
    errors: UNKNOWN,
    async handle({ params: { id }, query: { before, after, limit } }) {
      const { account } = await known(id)
      const wanted = { limit, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
      const entries = await desk.entries(id, wanted)
      return { body: { entries: entries.map((one) => ({ ...one, shown: office.shown(account, one) })) } }
    },
  })

  const window = route({
    method: 'GET',
    path: '/desk/conversations/:id/window',
    id: 'getConversationWindow',
    summary: 'What may still be sent in a conversation, and until when',
    tag: TAG,
    scope: 'desk:read',
    params,
    answer: windowState,
    errors: UNKNOWN,
    async handle({ params: { id } }) {
      const { open, unexpired, lastActAt } = await office.windowOf(await known(id))
      const until = open.reduce<Date | undefined>((at, one) => (at && at > one.until ? at : one.until), undefined)
      const left = open.reduce((sum, { remaining }) => sum + remaining, 0)
      return { body: { left, unexpired, open, ...(until && { until }), ...(lastActAt && { lastActAt }) } }
    },
  })

  const search = route({
    method: 'GET',
    path: '/desk/conversations/:id/ready',
    id: 'searchReadyMessages',
    summary: 'Canned replies, articles and cards, filled in for a conversation',
    description: 'By words and first letters of pinyin: `thdz` finds 退货地址.',
    tag: TAG,
    scope: 'desk:read',
    params,
    query: z.strictObject({ q: z.string().max(100).default('') }),
    answer: z.object({ ready: z.array(ready) }),
    errors: UNKNOWN,
    async handle({ params: { id }, query: { q }, caller }) {
      const staff = (await who(caller))?.userid ?? ''
      return { body: { ready: await office.ready(await known(id), q, staff) } }
    },
  })

  const picture = route({
    method: 'POST',
    path: '/desk/conversations/:id/pictures',
    id: 'sendPicture',
    summary: 'Send a picture to the person',
    description: 'JPEG or PNG in base64, at most 740 000 characters of it. As `sayInConversation` otherwise.',
    tag: TAG,
    scope: 'desk:write',
    idempotent: 'required',
    params,
    body: z.strictObject({ staff: staffId, picture: z.base64().min(8).max(MOST_PICTURE) }),
    answer: entry,
    errors: { ...UNKNOWN, 409: 'They do not have the conversation.', 422: 'It is no picture that the platform takes.' },
    async handle({ params: { id }, body: { staff, picture: given }, caller, idempotencyKey = '' }) {
      const own = await who(caller)
      if (own && own.userid !== staff) throw new ApiError(403, 'desk.not-you', `you are '${own.userid}' at the desk`)
      const bytes = Buffer.from(given, 'base64')
      if (!isPicture(bytes)) throw new ApiError(422, 'media.format', 'the picture is no JPEG and no PNG')
      const content = await office.picture(await known(id), bytes).catch((error: unknown) => {
        if (!(error instanceof AppError) || !error.code.startsWith('media.')) throw error
        throw new ApiError(422, error.code, error.message)
      })
      const done = await desk.say({ conversation: id, staff, content, key: `api:${caller.id}:${idempotencyKey}` })
      if (done.outcome === 'done') return { body: done.entry }
      throw refusal(done)
    },
  })

  const resend = route({
    method: 'POST',
    path: '/desk/conversations/:id/entries/:entry/resend',
    id: 'resendEntry',
    summary: 'Send a message that surely did not arrive once more (补发)',
    description: 'Asked again it does nothing more. One of unclear end is settled instead (`settleEntry`).',
    tag: TAG,
    scope: 'desk:write',
    params: params.extend({ entry: z.string().max(400).meta({ description: 'its `_id`' }) }),
    answer: z.object({ done: z.boolean().meta({ description: 'false: it was sent again before' }) }),
    errors: { 404: 'There is no such message in it.', 409: 'Its state does not allow it.' },
    async handle({ params: { id, entry: name }, caller }) {
      const conversation = await known(id)
      const own = await who(caller)
      if (own && !own.rules && conversation.staff !== own.userid) {
        throw new ApiError(403, 'desk.not-you', 'the conversation is a colleague’s')
      }
      const key = name.startsWith('out:') ? name.slice('out:'.length) : undefined
      const found = key && (await desk.entries(id, { limit: 200 })).find(({ _id }) => _id === name)
      if (!key || !found) throw new ApiError(404, 'desk.unknown', 'there is no such message among the last 200')
      if (found.delivery?.state === 'uncertain')
        throw new ApiError(409, 'desk.uncertain', 'it may have arrived: settle it (`settleEntry`)')
      try {
        return { body: { done: (await outbox.resend(key, by(caller))).result === 'new' } }
      } catch (error) {
        if (!(error instanceof AppError) || !error.code.startsWith('delivery.')) throw error
        throw new ApiError(error.code === 'delivery.unknown' ? 404 : 409, error.code, error.message)
      }
    },
  })

  return [me, list, thread, window, search, picture, resend]
}

const by = ({ id, person }: Caller) => `${person ? 'person' : 'key'}:${id}`

const isPicture = (bytes: Buffer) =>
  bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) ||
  bytes.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47]))
