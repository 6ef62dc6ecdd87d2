import { z } from 'zod'
import { ApiError } from './route.js'

/** A moment in a query. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** The userid of a staff member. */
export const staffId = z.string().regex(/^[\w.@-]{1,64}$/)

/** A conversation as the API shows it. */
export const conversation = z
  .object({
    _id: z.string(),
    contact: z.string(),
    account: z.string(),
    channel: z.enum(['official-account', 'kf', 'mini-program']),
    state: z.enum(['bot', 'queued', 'staff', 'waiting', 'closed']).meta({
      description:
        'bot: nobody asked for staff; queued; staff: they owe an answer; waiting: the person is silent; closed',
    }),
    staff: z.string().optional(),
    held: z.literal(true).optional(),
    number: z.int().optional().meta({ description: 'how the staff member calls it: #3' }),
    skill: z.string().optional(),
    reason: z.string().optional(),
    priority: z.union([z.literal(0), z.literal(1)]),
    createdAt: z.date(),
    queuedAt: z.date().optional(),
    takenAt: z.date().optional(),
    firstReplyAt: z.date().optional(),
    unansweredSince: z.date().optional(),
    lastInAt: z.date().optional(),
    lastOutAt: z.date().optional(),
    closedAt: z.date().optional(),
    closedBy: z.string().optional(),
    ticket: z.string().optional(),
    elsewhere: z
      .literal(true)
      .optional()
      .meta({ description: 'staff had it in the client of 微信客服, and ended it there' }),
    vote: z
      .object({
        askedAt: z.date(),
        until: z.date(),
        choice: z.union([z.literal(1), z.literal(2), z.literal(3)]).optional(),
        at: z.date().optional(),
      })
      .optional(),
  })
  .meta({ id: 'Conversation' })
export type ConversationView = z.input<typeof conversation>

/** A line of a conversation as the API shows it. */
export const entry = z
  .object({
    _id: z.string(),
    conversation: z.string(),
    seq: z.int(),
    at: z.date(),
    direction: z.enum(['in', 'out', 'note']),
    by: z.string().meta({ description: 'customer, bot, desk, or the userid of a staff member' }),
    content: z.looseObject({ kind: z.string() }),
    delivery: z
      .object({
        key: z.string(),
        state: z.string(),
        reason: z.string().optional(),
        detail: z.string().optional(),
        code: z.number().optional(),
        at: z.date().optional(),
      })
      .optional(),
    amended: z
      .object({ by: z.string(), at: z.date() })
      .optional()
      .meta({ description: 'a note that was written anew' }),
    settled: z
      .object({ choice: z.enum(['again', 'sent']), by: z.string(), at: z.date() })
      .optional()
      .meta({ description: 'what a person chose for a message of unclear end' }),
  })
  .meta({ id: 'ConversationEntry' })

/** An entry; what its content holds depends on its kind. */
export type EntryView = Omit<z.input<typeof entry>, 'content'> & { content: { kind: string } }

/** How a refusal of the desk is answered. */
export function refusal(done: {
  outcome: string
  reason?: string
  conversation?: { staff?: string | undefined }
}): ApiError {
  const { reason = 'unknown', conversation: now } = done
  if (reason === 'unknown') return new ApiError(404, 'desk.unknown', 'there is no such conversation')
  return new ApiError(409, `desk.${reason}`, WORDS[reason]?.(now?.staff ?? 'somebody else') ?? `refused: ${reason}`)
}

const WORDS: Readonly<Record<string, (staff: string) => string>> = {
  closed: () => 'the conversation is closed',
  already: () => 'it is so already',
  taken: (staff) => `'${staff}' has the conversation`,
  yours: () => 'they have it already',
  'not-yours': (staff) => `not they have the conversation, but '${staff}'`,
  'not-queued': () => 'nobody asked for staff; repeat with force to take it all the same',
  full: () => 'they hold as many conversations as they may',
  'no-staff': () => 'there is no such staff member or skill in the desk’s settings',
  offline: () => 'they are not on duty; repeat with force to transfer all the same',
  'same-staff': () => 'they have it already',
  unsendable: () => 'such a message cannot be sent',
  off: () => 'there is no desk: set it up at the console, or write content/desk.yaml',
  'not-uncertain': () => 'its end is known: there is nothing to settle',
  settled: () => 'somebody chose the other before',
  gone: () => 'its delivery is not kept any more; nothing was sent',
}
