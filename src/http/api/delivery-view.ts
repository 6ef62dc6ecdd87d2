import { z } from 'zod'
import type { DeliveryState } from '../../core/outcome.js'

/** A delivery as the outbox gives it. */
export interface DeliveryView {
  _id: string
  account: string
  to: string
  contact: string
  purpose: string
  message: { kind: string }
  options?: readonly object[]
  option?: number
  channel?: string
  source: string
  state: DeliveryState
  createdAt: Date
  dueAt: Date
  expiresAt?: Date
  nextAt: Date
  attempts: number
  reason?: string
  detail?: string
  code?: number
  receipt?: string
  sentAt?: Date
  endedAt?: Date
  confirmedAt?: Date
  attention?: true
  settled?: { by: string; at: Date; who?: string }
  resendOf?: string
  resentAs?: string
  reasons?: readonly object[]
  tries?: Readonly<Record<string, object>>
}

/** The states of a delivery. */
export const STATES = [
  'queued',
  'claimed',
  'sending',
  'sent',
  'skipped',
  'retry',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
] as const satisfies readonly DeliveryState[]

/** A moment as the API writes it. */
export const moment = z.iso.datetime({ offset: true })
/** A delivery in a list. */
export const summary = z
  .strictObject({
    key: z.string(),
    state: z.enum(STATES),
    account: z.string(),
    to: z.string().describe('the person’s id on the platform; empty once erased'),
    purpose: z.string(),
    kind: z.string(),
    channel: z.string().optional(),
    source: z.string(),
    createdAt: moment,
    dueAt: moment,
    attempts: z.int(),
    reason: z.string().optional(),
    detail: z.string().optional(),
    code: z.int().optional().describe('the platform’s error code'),
    receipt: z.string().optional().describe('the platform’s message id'),
    sentAt: moment.optional(),
    endedAt: moment.optional(),
    confirmedAt: moment.optional().describe('the platform reported that it arrived'),
    attention: z.boolean().describe('it failed, or nobody knows whether it arrived'),
    resendOf: z.string().optional(),
    resentAs: z.string().optional(),
    settled: z
      .strictObject({ by: z.enum(['receipt', 'operator']), at: moment, who: z.string().optional() })
      .optional()
      .describe('who put an unclear end right'),
  })
  .meta({ id: 'Delivery' })

const refusal = z
  .looseObject({ option: z.int(), reason: z.string(), channel: z.string().optional(), code: z.int().optional() })
  .meta({ id: 'DeliveryRefusal' })
const attempt = z
  .looseObject({
    number: z.int(),
    option: z.int(),
    kind: z.string(),
    at: z.unknown(),
    end: z.looseObject({ state: z.string() }).optional().describe('absent: the process ended before it knew'),
  })
  .meta({ id: 'DeliveryAttempt' })

/** A delivery with its evidence. */
export const whole = summary
  .extend({
    message: z.looseObject({ kind: z.string() }).describe('what is or was tried last'),
    options: z.array(z.looseObject({ kind: z.string() })).describe('all ways to say it, the preferred one first'),
    refusals: z.array(refusal).describe('ways that were not taken'),
    attempts: z.int(),
    tries: z.array(attempt).describe('every call of the platform, as evidence'),
    nextAt: moment.optional(),
    expiresAt: moment.optional(),
  })
  .meta({ id: 'DeliveryEvidence' })

type Summary = z.input<typeof summary>

/** A delivery as a list shows it. */
export function summaryOf(row: DeliveryView): Summary {
  const { _id, state, account, to, purpose, message, channel, source, attempts } = row
  const { reason, detail, code, receipt, resendOf, resentAs, settled, attention } = row
  const { createdAt, dueAt, sentAt, endedAt, confirmedAt } = row
  const optional = { channel, reason, detail, code, receipt, resendOf, resentAs }
  const times = { createdAt, dueAt, sentAt, endedAt, confirmedAt }
  return {
    ...present(optional),
    ...(present(Object.fromEntries(Object.entries(times).map(([at, time]) => [at, time?.toISOString()]))) as {
      createdAt: string
      dueAt: string
    }),
    ...(settled && {
      settled: {
        by: settled.by === 'receipt' ? 'receipt' : 'operator',
        at: settled.at.toISOString(),
        ...(settled.who !== undefined && { who: settled.who }),
      },
    }),
    key: _id,
    state,
    account,
    to,
    purpose,
    kind: message.kind,
    source,
    attempts,
    attention: attention === true,
  }
}

/** A delivery with everything that is known of it. */
export function evidenceOf(row: DeliveryView): z.input<typeof whole> {
  const { message, options = [message], reasons = [], tries = {}, nextAt, expiresAt, endedAt } = row
  return {
    ...summaryOf(row),
    message: { ...message },
    options: options.map((option) => ({ ...option })) as { kind: string }[],
    refusals: reasons.map((one) => ({ ...one })) as z.input<typeof refusal>[],
    tries: Object.entries(tries).map(([number, one]) => ({ number: Number(number), ...one })) as z.input<
      typeof attempt
    >[],
    ...(endedAt === undefined && { nextAt: nextAt.toISOString() }),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
