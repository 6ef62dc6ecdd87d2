import { identityKey, type Person, talksOn } from '../contacts/identity.js'
import type { DeskSaid } from '../core/corp-update.js'
import { type Choices, choices } from '../core/message.js'
import { isDuplicate } from '../store/duplicate.js'
import { line } from './acts.js'
import { step } from './conversation.js'
import type { Core } from './core.js'
import { contentOfStaff } from './entries.js'
import type { ConversationRow } from './model.js'
import type { DeskSettings } from './settings.js'
import { joinedText, voteId } from './step-parts.js'

/** A code of the platform is good for 20 s; within this the same end is asked about again, not another one. */
const SAME_END_MS = 60_000

/** Conversations that staff held and ended in the platform's own client (微信客服). */
export interface Elsewhere {
  /**
   * Such a conversation has ended: gives the vote to ask for, which rides the code of the end. Asked again about the same
   * end it gives the same. Undefined without a desk or votes, and while our own desk has the person.
   */
  endedElsewhere(about: { person: Person; staff?: string }): Promise<Choices | undefined>
  /** A member of staff wrote in the platform's client: an entry of the person's conversation, once. */
  saidElsewhere(update: DeskSaid): Promise<void>
}

/** Votes on what the platform's client served. */
export function createElsewhere({ ports, rows, conversations, carrier }: Core): Elsewhere {
  const { clock, contacts } = ports

  async function endNow(settings: DeskSettings, person: Person, staff: string | undefined) {
    const channel = ports.channelOf(talksOn(person))
    if (channel === undefined) return undefined
    const contact = await contacts.resolve(person)
    const open = await conversations.ensure(person, { contact, channel }, settings.times.botCloseAfter)
    const happening = { type: 'ended-elsewhere', staff } as const
    const decided = await conversations.decide(open._id, (row) => step(row, happening, clock.now(), settings))
    if (decided.refused !== undefined) return undefined
    carrier.kick(open._id)
    return decided.row
  }

  async function lately(person: Person): Promise<ConversationRow | undefined> {
    const since = new Date(clock.now().getTime() - SAME_END_MS)
    const same = { key: identityKey(person), state: 'closed' as const, elsewhere: true as const }
    const [found] = await rows.conversations
      .find({ ...same, 'vote.askedAt': { $gt: since } })
      .sort({ createdAt: -1 })
      .limit(1)
      .toArray()
    return found
  }

  return {
    async saidElsewhere(update) {
      const { account, from: externalId, staff, at, id } = update
      const channel = ports.channelOf(account)
      const settings = channel && (await ports.settings())
      if (!channel || !settings || externalId === '') return
      const entry = `out:kf:${account}:${id}`
      if (await rows.entries.findOne({ _id: entry }, { projection: { _id: 1 } })) return
      const person: Person = { platform: 'wecom', account, externalId }
      const contact = await contacts.resolve(person, at)
      const row = await conversations.ensure(person, { contact, channel }, settings.times.botCloseAfter)
      const counted = await rows.conversations.findOneAndUpdate(
        { _id: row._id },
        { $inc: { seq: 1 }, $max: { lastOutAt: at } },
        { returnDocument: 'after', projection: { seq: 1 } },
      )
      const content = contentOfStaff(update.content)
      const delivery = { key: entry, state: 'sent' as const, at }
      const own = {
        ...line(row, counted?.seq ?? row.seq + 1, at),
        direction: 'out' as const,
        by: staff,
        content,
        delivery,
      }
      await rows.entries.insertOne({ _id: entry, ...own }).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error
      })
    },
    async endedElsewhere({ person, staff }) {
      const settings = await ports.settings()
      if (!settings || settings.times.voteFor <= 0) return undefined
      const row = (await lately(person)) ?? (await endNow(settings, person, staff))
      return row && voteOf(row, settings)
    },
  }
}

/** The question, with choices that name the conversation. */
export function voteOf({ _id }: Pick<ConversationRow, '_id'>, { texts }: Pick<DeskSettings, 'texts'>): Choices {
  const items = texts.voteChoices.map((words, at) => ({ id: voteId(_id, at + 1), text: words }))
  return choices(joinedText(texts.closed, texts.vote), items)
}
