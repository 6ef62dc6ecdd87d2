import { z } from 'zod'

/** Where an update stands. */
export const STATES = ['received', 'done', 'failed', 'dead'] as const

/** An update as the inbox gives it. */
export interface UpdateView {
  _id: string
  account: string
  platform: string
  contact: string
  kind: string
  at: Date
  receivedAt: Date
  state: (typeof STATES)[number]
  attempts: number
  late?: boolean
  error?: string
  failedAt?: Date
  finishedAt?: Date
  answer?: { kind: string } | null
  envelope: { body: string; mode: string; format: string }
}

/** An update in a list. */
export const listed = z
  .strictObject({
    id: z.string(),
    account: z.string(),
    platform: z.string(),
    contact: z.string().describe('`<account>:<openid>`'),
    kind: z.string(),
    state: z.enum(STATES),
    at: z.date().describe('by the platform’s clock'),
    receivedAt: z.date(),
    finishedAt: z.date().optional(),
    failedAt: z.date().optional(),
    tookMs: z.int().optional().describe('from its arrival to its end; those of a batch share theirs'),
    attempts: z.int(),
    late: z.boolean().describe('the reply came after the budget and went by the outbox'),
    answered: z.string().optional().describe('the kind of the message that rode the response'),
    error: z.string().optional().describe('what its handler threw'),
  })
  .meta({ id: 'AcceptedUpdate' })

/** An update with its push. */
export const whole = listed
  .extend({
    envelope: z.string().describe('the push as it was received, in clear; masked'),
    mode: z.string().describe('how it was encrypted'),
    format: z.string(),
    delayMs: z.int().describe('from the platform’s clock to ours; the platform tells whole seconds'),
    answer: z.looseObject({ kind: z.string() }).optional().describe('what rode the response'),
  })
  .meta({ id: 'AcceptedUpdateWhole' })

/** What waits for a person. */
export const deadLetters = z
  .strictObject({
    updates: z.strictObject({ failed: z.int(), dead: z.int(), oldestAt: z.date().optional() }),
    deliveries: z.strictObject({ failed: z.int(), uncertain: z.int() }),
    events: z.int().describe('of shops, of types that nobody knows'),
  })
  .meta({ id: 'DeadLetters' })

/** An update as a list shows it. */
export function listedOf(row: Omit<UpdateView, 'envelope'>): z.input<typeof listed> {
  const { _id, account, platform, contact, kind, state, at, receivedAt, finishedAt, failedAt } = row
  const { attempts, late, error, answer } = row
  return {
    id: _id,
    account,
    platform,
    contact,
    kind,
    state,
    at,
    receivedAt,
    attempts,
    late: late === true,
    ...(finishedAt && { finishedAt, tookMs: Math.max(0, finishedAt.getTime() - receivedAt.getTime()) }),
    ...(failedAt && { failedAt }),
    ...(error !== undefined && { error }),
    ...(answer && { answered: answer.kind }),
  }
}

/** An update with its push, as far as it may be told. */
export function wholeOf(row: UpdateView, envelope: string): z.input<typeof whole> {
  const { answer, at, receivedAt } = row
  const { mode, format } = row.envelope
  return {
    ...listedOf(row),
    envelope,
    mode,
    format,
    delayMs: receivedAt.getTime() - at.getTime(),
    ...(answer && { answer: { ...answer } }),
  }
}
