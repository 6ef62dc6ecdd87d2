import { z } from 'zod'
import { accountId, cursor, moment, order, READS, WRITES } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'
import { deadLetters, listed, listedOf, STATES, type UpdateView, whole, wholeOf } from './update-view.js'

/** What the routes need of the inbox. */
export interface UpdatesPort {
  list(query: {
    state?: (typeof STATES)[number] | undefined
    account?: string | undefined
    kind?: string | undefined
    contact?: string | undefined
    from?: Date | undefined
    to?: Date | undefined
    after?: string | undefined
    order?: 'newest' | 'oldest' | undefined
    limit: number
  }): Promise<{ rows: Omit<UpdateView, 'envelope'>[]; next?: string }>
  find(id: string): Promise<UpdateView | undefined>
  failed(): Promise<{ failed: number; dead: number; oldestAt?: Date }>
  replay(id: string): Promise<(typeof STATES)[number] | undefined>
  replayFailures(query: {
    account?: string | undefined
    kind?: string | undefined
    limit: number
  }): Promise<z.input<typeof replayed>>
}

/** What the routes of accepted updates stand on. */
export interface UpdateRoutePorts {
  updates: UpdatesPort
  deliveries: { stats(): Promise<Partial<Record<string, number>>> }
  quarantine: { types(): Promise<readonly { count: number; firstAt: Date }[]> }
  /** A raw push without what opens something. */
  conceal(raw: string): string
  /** A raw push as those see it who have not asked for more: numbers and ids in part. */
  mask(raw: string): string
}

const kind = z
  .string()
  .regex(/^(message|event)\.[a-z.-]{0,60}$/, 'is a kind such as message.text, or a beginning such as event.')
const replayed = z
  .strictObject({
    done: z.int(),
    failed: z.int().describe('their handlers failed again'),
    dead: z.int(),
    waiting: z.int().describe('too much is under way: the next sweep runs them'),
    passed: z.int().describe('somebody else was quicker'),
    more: z.boolean().describe('ask again for the rest'),
  })
  .meta({ id: 'Replayed' })
const params = z.strictObject({ id: z.string().min(1).max(500).describe('the update’s id, percent-encoded') })
const missing = { 404: 'no update has this id (they leave with `inbox.keep`)' }

/** `/updates`: what came in, what became of it, and another try for what failed. */
export function updateRoutes(ports: UpdateRoutePorts): Route[] {
  const { updates, conceal, mask } = ports
  return [
    route({
      ...READS,
      method: 'GET',
      path: '/updates',
      id: 'listUpdates',
      summary: 'Accepted updates',
      description:
        'On the indexes of time, contact and failures; kind and account are looked at while walking, so that a page may be short: go on while there is a `next`. Open updates come on one page.',
      query: z.strictObject({
        state: z.enum(STATES).optional(),
        account: accountId.optional(),
        kind: kind.optional(),
        contact: z.string().max(200).optional().describe('`<account>:<openid>`'),
        from: moment.optional().describe('received (or failed, where failures are asked for) then or later'),
        to: moment.optional(),
        after: cursor,
        order,
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.strictObject({ updates: z.array(listed), next: z.string().optional() }),
      async handle({ query }) {
        const { rows, next } = await updates.list(query)
        return { body: { updates: rows.map(listedOf), ...(next !== undefined && { next }) } }
      },
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/updates/:id',
      id: 'showUpdate',
      summary: 'One update with the push it came by, masked, and what became of it',
      description:
        'Telephone numbers, ids and places in `envelope` are shown in part; POST /reveals with `field: envelope` shows them to who may, with a reason. Tokens and tickets are shown to nobody. API keys get it masked.',
      params,
      answer: whole,
      errors: missing,
      async handle({ params: { id }, caller }) {
        const row = await updates.find(id)
        if (!row) throw unknown(id)
        const raw = conceal(row.envelope.body)
        return { body: wholeOf(row, caller.sees ? raw : mask(raw)) }
      },
    }),
    route({
      ...WRITES,
      path: '/updates/:id/replay',
      id: 'replayUpdate',
      summary: 'Handle a failed or dead update again (重新处理)',
      description:
        'Its handlers run once more; what they answer goes by customer-service message under the update’s own key, so once however often it is replayed.',
      idempotent: true,
      params,
      answer: z.strictObject({ state: z.enum(STATES), error: z.string().optional() }),
      errors: { ...missing, 409: 'it has neither failed nor is it dead, or somebody else replays it now' },
      async handle({ params: { id } }) {
        const state = await updates.replay(id)
        const row = await updates.find(id)
        if (state === undefined) {
          if (!row) throw unknown(id)
          throw new ApiError(409, 'update.state', 'only failed and dead updates are handled again')
        }
        return { body: { state, ...(row?.error !== undefined && { error: row.error }) } }
      },
    }),
    route({
      ...WRITES,
      path: '/updates/replay-failed',
      id: 'replayFailedUpdates',
      summary: 'Handle failed and dead updates again, those that failed first in front',
      description: 'Each at most once a call and for at most 20 s; `more` says whether to ask again.',
      idempotent: true,
      body: z.strictObject({
        account: accountId.optional(),
        kind: kind.optional(),
        limit: z.int().min(1).max(200).default(100),
      }),
      answer: replayed,
      handle: async ({ body }) => ({ body: await updates.replayFailures(body) }),
    }),
    route({
      ...READS,
      method: 'GET',
      path: '/dead-letters',
      id: 'countDeadLetters',
      summary: 'How much waits for a person: failed updates, failed and unclear deliveries, unknown events',
      answer: deadLetters,
      async handle() {
        const [own, deliveries, types] = await Promise.all([
          updates.failed(),
          ports.deliveries.stats(),
          ports.quarantine.types(),
        ])
        const events = types.reduce((sum, { count }) => sum + count, 0)
        return {
          body: {
            updates: own,
            deliveries: { failed: deliveries['failed'] ?? 0, uncertain: deliveries['uncertain'] ?? 0 },
            events,
          },
        }
      },
    }),
  ]
}

const unknown = (id: string) => new ApiError(404, 'update.unknown', `there is no update '${id}'`)
