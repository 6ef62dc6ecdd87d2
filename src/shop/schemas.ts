import { identitySchema } from './identify.js'
import { eventSchema } from './ingest/event.js'
import { sendSchema } from './messages.js'
import { orderSchema } from './orders/schema.js'
import { personSchema } from './person.js'
import { definitionSchema } from './types/define.js'

/** What shops may send: the checks and the API's description come from these. */
export const schemas = {
  event: eventSchema,
  order: orderSchema,
  identity: identitySchema,
  person: personSchema,
  send: sendSchema,
  definition: definitionSchema,
} as const
