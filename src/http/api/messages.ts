import { type ZodType, z } from 'zod'
import { type Sender, senderOf } from './batch.js'
import { ApiError, type Route, route } from './route.js'

/** What the message route is made of; `S` is a message as it was checked. */
export interface MessageRoutePorts<S> {
  messages: {
    send(
      sender: Sender & { key: string },
      send: S,
    ): Promise<{ delivery: string; contact: string; state: 'queued' | 'known' }>
  }
  schemas: { send: ZodType<S> }
}

/** One transactional message. */
export function createMessageRoutes<S>({ messages, schemas }: MessageRoutePorts<S>): Route[] {
  return [
    route({
      id: 'sendMessage',
      method: 'POST',
      path: '/messages',
      tag: 'Messages',
      summary: 'Send one message to one person.',
      description: `202 means that it is durable and will be sent, once, by the first way that the platform allows then; GET
/deliveries tells its end. Marketing is refused here: it goes by campaigns, which keep consent, caps and quiet hours.`,
      scope: 'messages:send',
      idempotent: 'required',
      body: schemas.send,
      answer: z.object({
        delivery: z.string().describe('its key, for GET /deliveries'),
        contact: z.string(),
        state: z.enum(['queued', 'known']).describe('known: it was taken before under this Idempotency-Key'),
      }),
      errors: { 404: 'Nobody is known by that.', 422: 'The person cannot be written to, or the content is not there.' },
      async handle({ body, caller, idempotencyKey }) {
        if (idempotencyKey === undefined) throw new ApiError(400, 'idempotency.key', 'the Idempotency-Key is missing')
        const key = `api:${caller.id}:${idempotencyKey}`
        return { status: 202, body: await messages.send({ ...senderOf(caller), key }, body) }
      },
    }),
  ]
}
