import { z } from 'zod'
import { personSchema } from '../person.js'
import { moment } from '../types/fields.js'

/** An event as a shop or a mini program sends it. */
export const eventSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
      .describe('the sender’s own; the same id again is the same event'),
    type: z
      .string()
      .max(64)
      .regex(/^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+$/, 'must be words joined by dots such as order.paid')
      .describe('GET /event-types lists them; others wait in quarantine until they are known'),
    at: moment.describe('when it happened; at most 30 days ago'),
    person: personSchema.optional(),
    props: z.record(z.string().max(64), z.unknown()).default({}).describe('as the type says, at most 8 KiB'),
  })
  .meta({ id: 'ShopEvent', description: 'Something that happened, as a shop or a mini program tells it.' })

export type ShopEvent = z.output<typeof eventSchema>
