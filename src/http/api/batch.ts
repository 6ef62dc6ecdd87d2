import { type ZodType, z } from 'zod'
import type { Caller } from './route.js'

/** What became of one item of a batch. */
export const itemResult = z
  .object({
    index: z.int().describe('its place in the batch, from 0'),
    id: z.string().describe('the sender’s own name of it'),
    result: z
      .enum(['accepted', 'duplicate', 'stale', 'quarantined', 'rejected'])
      .describe(
        'accepted: durable. duplicate: told before, nothing changed. stale: a later revision is there. quarantined: its type is not known yet. rejected: see problems; all others are not affected',
      ),
    contact: z.string().optional().describe('our id of the person'),
    problems: z.array(z.object({ field: z.string(), message: z.string(), fix: z.string().optional() })).optional(),
  })
  .meta({ id: 'ItemResult', description: 'What became of one item of a batch.' })

/** What a feature says of one item. */
export type ItemResult = z.output<typeof itemResult>

/** The answer to a batch. */
export const batchAnswer = z
  .object({
    results: z.array(itemResult).describe('in the order of the batch'),
    counts: z.record(z.string(), z.int()).describe('how many of each result'),
  })
  .meta({ id: 'BatchAnswer', description: 'What became of a batch, item by item.' })

/** Whose batch it is, as features take it. */
export interface Sender {
  shop: string
  account?: string
}

export const senderOf = ({ shop, account }: Caller): Sender => ({ shop, ...(account !== undefined && { account }) })

/**
 * Items that are checked one by one, so that a bad one keeps no other out; `item` only tells the description what they
 * look like.
 */
export function itemsOf(item: ZodType): ZodType<unknown[]> {
  const { $schema: _, ...schema } = z.toJSONSchema(item, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
    },
  })
  return z.array(z.unknown().meta(schema)).min(1).max(500)
}

/** The results with their counts; 202, because what follows from the items may still be under way. */
export function answerBatch(results: ItemResult[]): {
  status: number
  body: { results: ItemResult[]; counts: Record<string, number> }
} {
  const counts: Record<string, number> = {}
  for (const { result } of results) counts[result] = (counts[result] ?? 0) + 1
  return { status: 202, body: { results, counts } }
}
