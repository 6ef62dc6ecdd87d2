import { z } from 'zod'
import { cursor, sortBy } from './sorting.js'

const standing = z.enum(['live', 'half', 'waiting', 'lost', 'removed', 'transferred']).meta({
  description:
    'half: the member has not confirmed; waiting: the member has left; lost: the customer removed the member; removed: by the member, or not listed any more',
})

/** A member and a customer. */
export const relation = z
  .object({
    account: z.string(),
    staff: z.string(),
    customer: z.string().meta({ description: 'the external_userid' }),
    contact: z.string().optional().meta({ description: 'for /contacts/{id}' }),
    name: z.string().optional().meta({ description: 'the first letter and two stars' }),
    standing,
    addedAt: z.date().optional(),
    endedAt: z.date().optional(),
    state: z.string().optional().meta({ description: 'of the contact way by which they came' }),
    way: z.int().optional(),
    tags: z.array(z.string()).meta({ description: 'ours' }),
    corpTags: z.array(z.string()).meta({ description: 'the corporation’s, on the pair' }),
    tagsRefused: z.object({ tags: z.array(z.string()), reason: z.string(), at: z.date() }).optional(),
  })
  .meta({ id: 'CustomerRelation' })

/** A customer with all pairs. */
export const customer = z.object({
  customer: z.string(),
  contact: z.string().optional(),
  name: z.string().optional(),
  unionid: z.boolean().meta({ description: 'whether a unionid is known: it joins followers and customers' }),
  timeline: z
    .array(
      z.object({
        at: z.date(),
        type: z.string(),
        account: z.string().optional(),
        props: z.record(z.string(), z.unknown()),
      }),
    )
    .meta({ description: 'the newest 100 facts of the person, over all accounts' }),
  relations: z.array(
    relation.extend({
      remark: z.string().optional(),
      description: z.string().optional(),
      readAt: z.date().optional(),
    }),
  ),
})

const itemState = z.enum(['planned', 'sending', 'waiting', 'done', 'refused', 'taker-full', 'failed'])
const counts = z.record(z.string(), z.int())

/** A hand-over without its counts. */
export const handOverHead = z.object({
  id: z.string(),
  account: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  resigned: z.boolean(),
  message: z.string().optional(),
  state: z.enum(['planned', 'running', 'done']),
  held: z.string().optional().meta({ description: 'why it does not get on at the moment' }),
  createdAt: z.date(),
  startedAt: z.date().optional(),
  finishedAt: z.date().optional(),
  by: z.string(),
})

/** A hand-over with counts by kind and state. */
export const handOver = handOverHead
  .extend({ items: z.object({ customer: counts, group: counts }) })
  .meta({ id: 'HandOver' })

/** One customer or group of a hand-over. */
export const handOverItem = z.object({
  kind: z.enum(['customer', 'group']),
  target: z.string(),
  contact: z.string().optional(),
  to: z.string(),
  state: itemState,
  reason: z.string().optional(),
  sentAt: z.date().optional(),
  endedAt: z.date().optional(),
})

/** Which items. */
export const handOverItemQuery = z.strictObject({
  state: itemState.optional(),
  sort: sortBy(['target', 'kind', 'to', 'state', 'endedAt']),
  after: cursor,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

const conflict = z.object({
  kind: z.string(),
  tag: z.string().optional(),
  staff: z.string().optional(),
  detail: z.string(),
})

/** How the sync of customers stands. */
export const syncState = z.object({
  account: z.string(),
  state: z.enum(['done', 'paused', 'busy']),
  reason: z.string().optional(),
  startedAt: z.date().optional(),
  finishedAt: z.date().optional(),
  staff: z.object({ total: z.int(), done: z.int() }),
  counts,
  conflicts: z.array(conflict),
})
