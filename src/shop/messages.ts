import { z } from 'zod'
import type { ContactRow } from '../contacts/model.js'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import type { Purpose } from '../core/outcome.js'
import type { Lookup } from './lookup.js'
import { AccountMissing, personSchema } from './person.js'
import { moment, word } from './types/fields.js'

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string().trim().min(1).max(8000) }),
  z.strictObject({ kind: z.literal('article'), slug: word(64).describe('of content/articles') }),
  z.strictObject({
    kind: z.literal('card'),
    slug: word(64).describe('of content/cards'),
    params: z.record(z.string().max(64), z.string().max(256)).optional(),
  }),
  z.strictObject({
    kind: z.literal('notice'),
    name: word(64).describe('the business name of a notice in content/notices'),
    data: z.record(z.string().max(64), z.unknown()),
    as: z.literal('text').optional().describe('its text as a customer-service message'),
  }),
])

/** One message to one person. */
export const sendSchema = z
  .strictObject({
    to: z.union([z.strictObject({ contact: z.string().regex(/^[0-9a-f]{24}$/) }), personSchema]),
    account: z.string().max(32).optional().describe('which account sends; the key’s unless given'),
    purpose: z
      .enum(['service', 'care'])
      .default('service')
      .describe('service: about something the person did, such as an order. Marketing goes by campaigns only.'),
    message: messageSchema,
    alternatives: z
      .array(messageSchema)
      .max(3)
      .default([])
      .describe('other ways to say it: the first that can reach the person is taken'),
    dueAt: moment.optional().describe('not before; now unless given, at most 30 days ahead'),
    expiresAt: moment.optional().describe('given up when it could not be sent by then'),
  })
  .meta({ id: 'Send', description: 'One message to one person.' })

export type Send = z.output<typeof sendSchema>

/** A delivery to be put, as the outbox takes it. */
export interface PutDelivery {
  key: string
  account: string
  to: string
  purpose: Purpose
  message: Message
  alternatives?: readonly Message[]
  dueAt?: Date
  expiresAt?: Date
  source: string
}

/** Sends single messages. */
export interface Messages {
  /**
   * Puts one message into the outbox, once for a key; resolves when it is durable. Throws AppError: `not-found.contact`,
   * `message.unreachable` (no identity on the account), `message.content` (no such article, card or notice, or its data
   * does not fit), `invalid.message`.
   */
  send(
    sender: { shop: string; account?: string; key: string },
    send: Send,
  ): Promise<{ delivery: string; contact: string; state: 'queued' | 'known' }>
}

export interface MessagesPorts {
  clock: Clock
  lookup: Lookup
  /** Every account that can send. */
  accounts: readonly string[]
  put(delivery: PutDelivery): Promise<readonly ('new' | 'known')[]>
  /** Throws AppError or gives `missing` when the content cannot be made. */
  resolve(message: Message, account: string): object
}

const AHEAD_MS = 30 * 86_400_000

/** Transactional messages over the outbox. */
export function createMessages(ports: MessagesPorts): Messages {
  const { clock, lookup, accounts } = ports

  async function personOf(sender: { shop: string; account?: string }, to: Send['to']): Promise<ContactRow> {
    const contact = 'contact' in to ? to.contact : await located(sender, to)
    const row = contact === undefined ? undefined : await lookup.read(contact)
    if (row === undefined) {
      throw new AppError('not-found.contact', 'nobody is known by that', { fix: 'POST /identify the person first' })
    }
    return row
  }

  async function located(sender: { shop: string; account?: string }, to: z.output<typeof personSchema>) {
    try {
      return await lookup.find(sender, to)
    } catch (error) {
      if (!(error instanceof AccountMissing)) throw error
      throw new AppError('invalid.message', error.message, { fix: 'name the account in `to`' })
    }
  }

  function check(message: Message, account: string): void {
    const resolved = ports.resolve(message, account)
    if (!('missing' in resolved)) return
    const { kind, name } = resolved.missing as { kind: string; name: string }
    throw new AppError('message.content', `there is no ${kind} '${name}' for the account ${account}`, {
      fix: 'look it up in content/, or run `weloop content check`',
    })
  }

  return {
    async send(sender, { to, purpose, dueAt, expiresAt, ...send }) {
      const account = send.account ?? sender.account ?? (accounts.length === 1 ? accounts[0] : undefined)
      if (account === undefined || !accounts.includes(account)) {
        throw new AppError('invalid.message', 'no such account', { fix: `name one of ${accounts.join(', ')}` })
      }
      const now = clock.now().getTime()
      if (dueAt && dueAt.getTime() > now + AHEAD_MS) {
        throw new AppError('invalid.message', 'dueAt is more than 30 days ahead', { fix: 'send it later' })
      }
      const row = await personOf(sender, to)
      const idIn = (platform: string) =>
        row.identities.find((one) => one.platform === platform && one.account === account)
      const visitor = idIn('mini-program')?.externalId
      const openid = (idIn('official-account') ?? idIn('wecom'))?.externalId ?? visitor
      if (openid === undefined) {
        throw new AppError('message.unreachable', `the person is not known to the account ${account}`, {
          fix: 'POST /identify with the person’s openid or miniOpenid',
        })
      }
      const asked: Message[] = [send.message, ...send.alternatives].map((one) => messageOf(one, visitor))
      const [message, ...alternatives] = asked
      if (message === undefined) throw new AppError('invalid.message', 'there is no message')
      for (const one of asked) check(one, account)
      const results = await ports.put({
        key: sender.key,
        account,
        to: openid,
        purpose,
        message,
        ...(alternatives.length > 0 && { alternatives }),
        ...(dueAt && { dueAt }),
        ...(expiresAt && { expiresAt }),
        source: `api:${sender.shop}`,
      })
      return { delivery: sender.key, contact: row._id, state: results.includes('new') ? 'queued' : 'known' }
    },
  }
}

function messageOf(message: Send['message'], visitor: string | undefined): Message {
  switch (message.kind) {
    case 'text':
    case 'article':
      return message
    case 'card':
      return { kind: 'card', slug: message.slug, ...(message.params && { params: message.params }) }
    case 'notice': {
      const { name, data, as } = message
      return { kind: 'notice', name, data, ...(as && { as }), ...(visitor !== undefined && { visitor }) }
    }
  }
}
