import { messageOf } from '../../core/errors.js'
import { isDuplicate } from '../../store/duplicate.js'
import { type CardRow, RELAY_KEEP_MS, type RelayRows } from './model.js'
import type { RelayPorts } from './ports.js'

/** A card was sent to a member, with the code that lets it be changed once. */
export interface SentCard {
  /** The delivery's key. */
  key: string
  to: string
  responseCode: string
}

/** The cards that members have, and what they shall say in the end. */
export interface Cards {
  /** Notes a card before it is sent. */
  add(card: Pick<CardRow, '_id' | 'kind' | 'staff' | 'conversation' | 'delivery'>): Promise<void>
  /** The code of a card that was sent; cards of others are none of ours. */
  sent(card: SentCard): Promise<void>
  /** Every offer of a conversation says so from now on; gives those that did not yet. */
  closeOffers(conversation: string, label: string): Promise<readonly CardRow[]>
  /** The cards that ask about a delivery. */
  closeQuestions(delivery: string, label: string): Promise<void>
  /** Changes the card that was pressed with the code of the press, and forgets the one of its sending. */
  pressed(press: { staff: string; code: string; label: string; filter: Partial<CardRow> }): Promise<void>
  questions(delivery: string, staff: string): Promise<CardRow | undefined>
  /** Uses the codes that a process left. */
  run(): Promise<void>
}

/** The cards on a connection. A code is used once; that a card cannot be changed does no harm: its press says so. */
export function createCards(ports: Pick<RelayPorts, 'clock' | 'log' | 'updateCard'> & { rows: RelayRows }): Cards {
  const { clock, log, updateCard, rows } = ports

  async function label(filter: object, text: string): Promise<readonly CardRow[]> {
    const cards = await rows.cards.find({ ...filter, label: { $exists: false } }).toArray()
    for (const { _id } of cards) {
      await rows.cards.updateOne({ _id, label: { $exists: false } }, { $set: { label: text, due: true } })
      await settle(_id)
    }
    return cards
  }

  /** Code and label meet here, whichever came last. */
  async function settle(id: string): Promise<void> {
    const card = await rows.cards.findOneAndUpdate(
      { _id: id, due: true, code: { $exists: true }, done: { $exists: false } },
      { $set: { done: true }, $unset: { due: '' } },
    )
    if (card?.code !== undefined && card.label !== undefined) await change(card.staff, card.code, card.label)
  }

  async function change(staff: string, code: string, text: string): Promise<void> {
    try {
      await updateCard(staff, code, text)
    } catch (error) {
      log.info({ staff, reason: messageOf(error) }, 'a card could not be changed')
    }
  }

  return {
    async add(card) {
      const at = clock.now()
      const row: CardRow = { ...card, at, expiresAt: new Date(at.getTime() + RELAY_KEEP_MS) }
      await rows.cards.insertOne(row).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error
      })
    },
    async sent({ key, to, responseCode }) {
      const q = { _id: key, staff: to, code: { $exists: false } }
      const { modifiedCount } = await rows.cards.updateOne(q, { $set: { code: responseCode } })
      if (modifiedCount > 0) await settle(key)
    },
    closeOffers: (conversation, text) => label({ conversation, kind: 'offer' }, text),
    async closeQuestions(delivery, text) {
      await label({ delivery, kind: 'uncertain' }, text)
    },
    async pressed({ staff, code, label: text, filter }) {
      const q = { ...filter, staff, done: { $exists: false } }
      await rows.cards.updateMany(q, { $set: { done: true, label: text }, $unset: { due: '' } })
      await change(staff, code, text)
    },
    questions: async (delivery, staff) => (await rows.cards.findOne({ delivery, staff })) ?? undefined,
    async run() {
      const left = await rows.cards
        .find({ due: true, code: { $exists: true } })
        .limit(200)
        .toArray()
      for (const { _id } of left) await settle(_id)
    },
  }
}
