import { randomUUID } from 'node:crypto'
import { contactKeysOf } from '../contacts/identity.js'
import type { Identity } from '../contacts/model.js'
import type { PersonalData } from '../contacts/privacy.js'
import { type Clock, systemClock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { Connection } from '../store/connect.js'
import { outboxModel } from './model.js'
import { deliveries } from './queue.js'

/** What an export shows of one delivery. */
export interface ExportedDelivery {
  purpose: string
  state: string
  createdAt: Date
  message: Message
  sentAt?: Date
  reason?: string
}

/**
 * The deliveries as personal data. Erasing calls back what has not started, empties the messages that were sent, and
 * when the person is erased for good also takes their id off them; that something was sent stays counted. What is being sent at this very moment ends first: erase again, or let the store's
 * retention (90 days) take it.
 */
export function outboxPersonalData(connection: Connection, clock: Clock = systemClock): PersonalData {
  outboxModel(connection)
  const rows = () => deliveries(connection)
  const of = (identities: readonly Identity[]) => ({
    contact: { $in: identities.filter(({ externalId }) => externalId !== '').flatMap(contactKeysOf) },
  })

  return {
    name: 'deliveries',
    async export(_contact, identities) {
      const found: ExportedDelivery[] = []
      for await (const row of rows().find(of(identities))) {
        const { purpose, state, createdAt, message, sentAt, reason } = row
        found.push({
          purpose,
          state,
          createdAt,
          message,
          ...(sentAt && { sentAt }),
          ...(reason !== undefined && { reason }),
        })
      }
      return found.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    },
    async erase(_contact, identities, why) {
      const mine = of(identities)
      await rows().updateMany(
        { ...mine, open: true, busy: { $ne: true } },
        {
          $set: {
            state: 'cancelled',
            reason: `the person ${why === 'left' ? 'left' : 'was erased'}`,
            endedAt: clock.now(),
            untold: true,
          },
          $unset: { open: '' },
          $inc: { fence: 1 },
        },
      )
      const name = `erased:${randomUUID()}`
      await rows().updateMany(
        { ...mine, open: { $ne: true } },
        {
          $set: { message: EMPTY, ...(why === 'erased' && { to: '', contact: name }) },
          $unset: { detail: '', receipt: '', attention: '', options: '', tries: '', reasons: '' },
        },
      )
    },
  }
}

/** Stands for a message whose content is gone. */
const EMPTY: Message = { kind: 'text', text: '' }
