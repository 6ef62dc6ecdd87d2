import { type ZodType, z } from 'zod'
import { answerBatch, batchAnswer, type ItemResult, itemsOf, type Sender, senderOf } from './batch.js'
import { type Route, route } from './route.js'

/** What the event routes are made of; `D` is a type's definition. */
export interface EventRoutePorts<D extends { type: string }> {
  ingest: { take(sender: Sender, events: readonly unknown[]): Promise<ItemResult[]> }
  types: {
    list(): Promise<
      {
        type: string
        title: string
        person: 'required' | 'optional'
        keepDays: number
        personal: readonly string[]
        core: boolean
        props: Record<string, unknown>
      }[]
    >
    define(definition: D, by: string): Promise<void>
  }
  quarantine: {
    types(): Promise<{ shop: string; type: string; count: number; firstAt: Date; lastAt: Date }[]>
    list(query: { type?: string; after?: string; limit: number }): Promise<
      {
        _id: string
        shop: string
        eventId: string
        type: string
        at: Date
        receivedAt: Date
        expiresAt: Date
        problem?: string
        props: Record<string, unknown>
      }[]
    >
    release(
      type: string,
    ): Promise<{ released: number; known: number; refused: { id: string; problem: string }[]; more: boolean }>
  }
  schemas: { event: ZodType; definition: ZodType<D> }
}

/** Events in, their types, and what waits because its type is unknown. */
export function createEventRoutes<D extends { type: string }>(ports: EventRoutePorts<D>): Route[] {
  const { ingest, types, quarantine, schemas } = ports
  return [
    route({
      id: 'sendEvents',
      method: 'POST',
      path: '/events',
      tag: 'Events',
      summary: 'Tell what happened, up to 500 events at once.',
      description: `Accepted means durable. The same \`id\` is taken once, so that a batch can be sent again after any doubt; what
happens to an order once (it is paid, a parcel is shipped) is taken once whatever its ids. Events are taken for 30 days. An unknown type
is kept in quarantine for 30 days, not lost.`,
      scope: 'events:write',
      body: z.strictObject({ events: itemsOf(schemas.event) }),
      answer: batchAnswer,
      handle: async ({ body, caller }) => answerBatch(await ingest.take(senderOf(caller), body.events)),
    }),
    route({
      id: 'listEventTypes',
      method: 'GET',
      path: '/event-types',
      tag: 'Events',
      summary: 'The types of events that are known, with the JSON Schema of their props.',
      scope: 'events:write',
      answer: z.object({
        types: z.array(
          z.object({
            type: z.string(),
            title: z.string(),
            person: z.enum(['required', 'optional']),
            keepDays: z.int(),
            personal: z.array(z.string()).describe('fields that say something personal'),
            core: z.boolean().describe('false: it was defined here'),
            props: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
      handle: async () => {
        const found = await types.list()
        return { body: { types: found.map(({ personal, ...one }) => ({ ...one, personal: [...personal] })) } }
      },
    }),
    route({
      id: 'defineEventType',
      method: 'PUT',
      path: '/event-types',
      tag: 'Events',
      summary: 'Define a type of events of your own, or define it anew.',
      description: 'Events of it that wait in quarantine are released by POST /quarantine/release.',
      scope: 'operations:write',
      body: schemas.definition,
      answer: z.object({ type: z.string() }),
      async handle({ body, caller }) {
        await types.define(body, caller.id)
        return { body: { type: body.type } }
      },
    }),
    route({
      id: 'listQuarantine',
      method: 'GET',
      path: '/quarantine',
      tag: 'Events',
      summary: 'Events of unknown types: how many of each, and a page of them.',
      scope: 'operations:read',
      query: z.strictObject({
        type: z.string().max(64).optional(),
        after: z.string().max(200).optional().describe('the last id of the page before'),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({
        types: z.array(
          z.object({ shop: z.string(), type: z.string(), count: z.int(), firstAt: z.date(), lastAt: z.date() }),
        ),
        events: z.array(
          z.object({
            id: z.string(),
            shop: z.string(),
            eventId: z.string(),
            type: z.string(),
            at: z.date(),
            receivedAt: z.date(),
            expiresAt: z.date(),
            problem: z.string().optional(),
            props: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
      async handle({ query: { type, after, limit } }) {
        const page = { limit, ...(type !== undefined && { type }), ...(after !== undefined && { after }) }
        const [counted, events] = await Promise.all([quarantine.types(), quarantine.list(page)])
        return { body: { types: counted, events: events.map(({ _id, ...one }) => ({ ...one, id: _id })) } }
      },
    }),
    route({
      id: 'releaseQuarantine',
      method: 'POST',
      path: '/quarantine/release',
      tag: 'Events',
      summary: 'Make facts of the waiting events of a type that is known by now, 1000 at a time.',
      scope: 'operations:write',
      body: z.strictObject({ type: z.string().max(64) }),
      answer: z.object({
        released: z.int(),
        known: z.int().describe('were facts already'),
        refused: z.array(z.object({ id: z.string(), problem: z.string() })).describe('they stay, with the reason'),
        more: z.boolean(),
      }),
      errors: { 404: 'Nobody knows the type.' },
      handle: async ({ body }) => ({ body: await quarantine.release(body.type) }),
    }),
  ]
}
