import { AppError } from '../core/errors.js'
import type { Core } from './core.js'
import type { EntryRow } from './model.js'

/** What a person makes of a message whose end nobody knows: it is sent once more, or counts as sent. */
export type SettleChoice = 'again' | 'sent'

/**
 * How it ended. `settled`: somebody chose before, and the first choice counts; `not-uncertain`: its end is known;
 * `gone`: the delivery is not kept any more, or its person was erased; nothing was sent.
 */
export type Settled =
  | { outcome: 'done'; entry: EntryRow; choice: SettleChoice }
  | { outcome: 'refused'; reason: 'unknown' | 'not-uncertain' | 'gone' }
  | { outcome: 'refused'; reason: 'settled'; choice: SettleChoice; by: string; entry: EntryRow }

/** Settling a message of staff whose end is unclear. */
export interface Settling {
  /**
   * 补发 or 视为已发 for an entry. Nothing is repeated without this, and once chosen it stands: the same again is done, the
   * other is refused. The choice is stored before anything is sent, and what is sent has a key of its own, so that neither
   * two members nor two processes send it twice.
   */
  settle(about: { entry: string; conversation?: string; staff: string; choice: SettleChoice }): Promise<Settled>
}

/** Settling on the desk's entries. */
export function createSettling({ ports, rows, conversations, carrier }: Core): Settling {
  const { clock, outbox } = ports

  async function settle({
    entry: id,
    conversation,
    staff,
    choice,
  }: Parameters<Settling['settle']>[0]): Promise<Settled> {
    const found = await rows.entries.findOne({ _id: id, ...(conversation !== undefined && { conversation }) })
    if (!found) return { outcome: 'refused', reason: 'unknown' }
    const settled = { choice, by: staff, at: clock.now() }
    const open = { _id: id, 'delivery.state': 'uncertain' as const, settled: { $exists: false } }
    const { matchedCount } = await rows.entries.updateOne(open, { $set: { settled } })
    const entry = (await rows.entries.findOne({ _id: id })) ?? found
    if (entry.settled === undefined) return { outcome: 'refused', reason: 'not-uncertain' }
    const { choice: first, by } = entry.settled
    if (first !== choice) return { outcome: 'refused', reason: 'settled', choice: first, by, entry }
    return carryOut(entry, matchedCount === 0)
  }

  /** Done again for a choice that a process did not live to carry out. */
  async function carryOut(entry: EntryRow, again: boolean): Promise<Settled> {
    const { delivery, settled } = entry
    if (!delivery || !settled) return { outcome: 'refused', reason: 'not-uncertain' }
    const { choice, by } = settled
    const key = delivery.piece ?? delivery.key
    try {
      if (choice === 'again') await outbox.resend(key, by)
      else await outbox.treatAsSent(key, by)
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('delivery.')) throw error
      if (!again || error.code !== 'delivery.state') return { outcome: 'refused', reason: 'gone' }
    }
    if (choice === 'sent') await countAsSent(entry)
    return { outcome: 'done', choice, entry: (await rows.entries.findOne({ _id: entry._id })) ?? entry }
  }

  async function countAsSent({ _id, conversation, tell }: EntryRow): Promise<void> {
    const at = clock.now()
    await rows.entries.updateOne(
      { _id, 'delivery.state': 'uncertain' },
      {
        $set: {
          'delivery.state': 'sent',
          'delivery.reason': 'treated as sent',
          'delivery.at': at,
          ...(tell !== undefined && { tell: 'pending' as const }),
        },
      },
    )
    await conversations.number(conversation, 0)
    carrier.kick(conversation)
  }

  return { settle }
}
