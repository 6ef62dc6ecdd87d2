import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { DeliveryState } from '../../core/outcome.js'
import { type DeliveryView, evidenceOf, moment, STATES, summary, summaryOf, whole } from './delivery-view.js'
import { order } from './operations-shapes.js'
import { type ApiAnswer, ApiError, type Route, route } from './route.js'

/** What the routes need of the outbox. */
export interface DeliveriesPort {
  find(key: string): Promise<DeliveryView | undefined>
  list(query: {
    contact?: string
    source?: string
    state?: DeliveryState
    attention?: boolean
    before?: Date
    after?: string
    order?: 'newest' | 'oldest'
    limit?: number
  }): Promise<DeliveryView[]>
  stats(): Promise<Partial<Record<DeliveryState, number>>>
  resend(key: string, by: string): Promise<{ key: string; result: 'new' | 'known' }>
  resendFailed(
    source: string,
    by: string,
  ): Promise<{ resent: { key: string; result: 'new' | 'known' }[]; more: boolean }>
  treatAsSent(key: string, by: string): Promise<boolean>
  cancelOne(key: string, by: string): Promise<boolean>
  cancel(source: string): Promise<number>
}

const name = z.string().min(1).max(400)
const key = z.strictObject({ key: name.describe('the delivery’s key, percent-encoded') })

const resent = z.strictObject({ key: z.string(), result: z.enum(['new', 'known']) }).meta({ id: 'Resent' })

/** `/deliveries`: what was sent to whom and how it ended, and the operations on what did not end well. */
export function deliveryRoutes(outbox: DeliveriesPort): Route[] {
  const read = { tag: 'deliveries', scope: 'deliveries:read' } as const
  const write = { tag: 'deliveries', scope: 'deliveries:write', method: 'POST' } as const
  const missing = { 404: 'no delivery has this key (they leave 90 days after their end)' }
  const refused = { ...missing, 409: 'the delivery’s state does not allow it' }
  return [
    route({
      ...read,
      method: 'GET',
      path: '/deliveries',
      id: 'listDeliveries',
      summary: 'Deliveries',
      query: z.strictObject({
        contact: z.string().max(200).optional().describe('`<account>:<openid>`'),
        source: z.string().max(400).optional().describe('an order, a campaign’s occurrence, a reply’s update'),
        state: z.enum(STATES).optional(),
        attention: z.stringbool().optional().describe('only those that failed or have an unclear end'),
        before: moment.optional().describe('only those put before this moment'),
        after: name.optional().describe('the next page: the key of the last one'),
        order,
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.strictObject({ deliveries: z.array(summary) }),
      errors: { 404: 'the delivery of `after` is gone' },
      async handle({ query }) {
        const { contact, source, state, attention, before, after, order: way, limit } = query
        const asked = {
          limit,
          order: way,
          ...(contact !== undefined && { contact }),
          ...(source !== undefined && { source }),
          ...(state !== undefined && { state }),
          ...(attention !== undefined && { attention }),
          ...(before !== undefined && { before: new Date(before) }),
          ...(after !== undefined && { after }),
        }
        return operated(async () => ({ body: { deliveries: (await outbox.list(asked)).map(summaryOf) } }))
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/deliveries/counts',
      id: 'countDeliveries',
      summary: 'How many deliveries wait, failed or have an unclear end',
      answer: z.record(z.string(), z.int()),
      handle: async () => ({ body: { ...(await outbox.stats()) } }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/deliveries/:key',
      id: 'showDelivery',
      summary: 'One delivery with all its evidence',
      params: key,
      answer: whole,
      errors: missing,
      async handle({ params }) {
        const row = await outbox.find(params.key)
        if (row === undefined) throw new ApiError(404, 'delivery.unknown', `there is no delivery '${params.key}'`)
        return { body: evidenceOf(row) }
      },
    }),
    route({
      ...write,
      path: '/deliveries/:key/resend',
      id: 'resendDelivery',
      summary: 'Send it once more (补发)',
      description:
        'Puts a new delivery under a key derived from this one; asking again gives the same. Somebody whose first message did arrive gets it twice: look at the evidence first.',
      params: key,
      answer: resent,
      errors: refused,
      handle: ({ params, caller }) => operated(async () => ({ body: await outbox.resend(params.key, by(caller)) })),
    }),
    route({
      ...write,
      path: '/deliveries/:key/treat-as-sent',
      id: 'treatDeliveryAsSent',
      summary: 'An unclear end counts as sent (视为已发)',
      params: key,
      answer: z.strictObject({ changed: z.boolean() }),
      errors: refused,
      handle: ({ params, caller }) =>
        operated(async () => ({ body: { changed: await outbox.treatAsSent(params.key, by(caller)) } })),
    }),
    route({
      ...write,
      path: '/deliveries/:key/cancel',
      id: 'cancelDelivery',
      summary: 'Call it back, while it waits',
      params: key,
      answer: z.strictObject({ cancelled: z.boolean() }),
      errors: missing,
      handle: ({ params, caller }) =>
        operated(async () => ({ body: { cancelled: await outbox.cancelOne(params.key, by(caller)) } })),
    }),
    route({
      ...write,
      path: '/deliveries/resend-failed',
      id: 'resendFailedDeliveries',
      summary: 'Send again to those of a source to whom it surely did not go',
      body: z.strictObject({ source: name }),
      answer: z.strictObject({ resent: z.array(resent), more: z.boolean().describe('ask again for the rest') }),
      handle: ({ body, caller }) =>
        operated(async () => ({ body: await outbox.resendFailed(body.source, by(caller)) })),
    }),
    route({
      ...write,
      path: '/deliveries/cancel',
      id: 'cancelDeliveries',
      summary: 'Call back everything of a source that has not started',
      body: z.strictObject({ source: name }),
      answer: z.strictObject({ cancelled: z.int() }),
      handle: async ({ body }) => ({ body: { cancelled: await outbox.cancel(body.source) } }),
    }),
  ]
}

const by = ({ id }: { id: string }) => `key:${id}`

/** The outbox's refusals in the words of HTTP. */
async function operated<A>(work: () => Promise<ApiAnswer<A>>): Promise<ApiAnswer<A>> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('delivery.')) throw error
    throw new ApiError(error.code === 'delivery.unknown' ? 404 : 409, error.code, error.message)
  }
}
