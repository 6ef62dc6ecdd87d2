import { z } from 'zod'
import type { ConsoleAuditPort, ConsoleAuditRow } from '../console/access-port.js'
import { order } from './operations-shapes.js'
import { ApiError, type Route, route } from './route.js'

const base = { tag: 'Audit', scope: 'audit:read' } as const
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const entryShape = z
  .object({
    seq: z.int(),
    at: z.date(),
    actor: z.object({
      kind: z.enum(['person', 'key', 'command', 'system']),
      id: z.string(),
      name: z.string().optional(),
    }),
    action: z.string(),
    target: z.string().optional(),
    outcome: z.string().describe('done, or the code of the refusal'),
    reason: z.string().optional(),
    address: z.string().optional(),
    change: z.unknown().optional(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })

/** The log of what people did. */
export function createAuditRoutes({ audit }: { audit: ConsoleAuditPort }): Route[] {
  return [
    route({
      ...base,
      id: 'listAudit',
      method: 'GET',
      path: '/audit',
      summary: 'What was done and refused.',
      query: z.strictObject({
        actor: z.string().max(64).optional(),
        action: z.string().max(64).optional(),
        target: z.string().max(256).optional(),
        from: time.optional(),
        to: time.optional(),
        cursor: z.coerce.number().int().min(1).optional(),
        order,
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({ entries: z.array(entryShape), next: z.string().optional() }),
      async handle({ query: { cursor: after, limit, ...filter } }) {
        const found = await audit.list({ ...filter, after, limit: limit + 1 })
        const page = found.slice(0, limit)
        const next = found.length > limit ? page.at(-1)?._id : undefined
        return { body: { entries: page.map(shown), ...(next !== undefined && { next: String(next) }) } }
      },
    }),
    route({
      ...base,
      id: 'verifyAudit',
      method: 'GET',
      path: '/audit/verify',
      summary: 'Whether every row is there and unchanged; with a row noted elsewhere, also that one.',
      query: z.strictObject({ seq: z.coerce.number().int().min(1).optional(), hash: z.string().max(64).optional() }),
      answer: z.object({
        ok: z.boolean(),
        rows: z.int(),
        head: z.object({ seq: z.int(), hash: z.string() }).optional(),
        problem: z.object({ seq: z.int(), what: z.string() }).optional(),
      }),
      async handle({ query: { seq, hash } }) {
        if ((seq === undefined) !== (hash === undefined)) {
          throw new ApiError(400, 'request.invalid', 'seq and hash go together')
        }
        const witness = seq === undefined || hash === undefined ? undefined : { seq, hash }
        return { body: await audit.verify(witness) }
      },
    }),
  ]
}

function shown({ _id, change, at, actor, action, target, outcome, reason, address, hash }: ConsoleAuditRow) {
  return {
    seq: _id,
    at,
    actor,
    action,
    ...(target !== undefined && { target }),
    outcome,
    ...(reason !== undefined && { reason }),
    ...(address !== undefined && { address }),
    ...(change !== undefined && { change: parsed(change) }),
    hash,
  }
}

/** Long ones were cut and are no JSON any more. */
function parsed(change: string): unknown {
  try {
    return JSON.parse(change) as unknown
  } catch {
    return change
  }
}
