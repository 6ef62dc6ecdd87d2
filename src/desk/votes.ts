import { identityKey, type Person } from '../contacts/identity.js'
import { normalise } from '../core/match.js'
import type { TextMessage } from '../core/update.js'
import { isDuplicate } from '../store/duplicate.js'
import type { Core } from './core.js'
import type { ConversationRow, Effect, EntryRow } from './model.js'
import { KEEP_MS } from './rows.js'
import type { DeskSettings } from './settings.js'

/**
 * Gives the function that takes a vote out of a text: a tapped choice, or one typed while a vote waits and no staff have
 * the person. It gives what the person is told; undefined: the text is none.
 */
export function createVotes({ ports, rows, conversations, carrier }: Core) {
  const { clock } = ports

  async function take(settings: DeskSettings, update: TextMessage, person: Person): Promise<string | undefined> {
    const key = identityKey(person)
    const tapped = /^vote:([a-z2-7]{16}):([123])$/.exec(update.choice ?? '')
    const choice = tapped ? Number(tapped[2]) : typedChoice(settings, update.text)
    if (choice === undefined) return undefined
    const known = await rows.entries.findOne({ _id: entryId(update) })
    const row = known ? await conversations.find(known.conversation) : await voting(key, tapped?.[1])
    const own = row?.key === key && row.state === 'closed' ? row : undefined
    if (!own) return tapped ? settings.texts.voteLate : undefined
    if (!known) await insertEntry(own, update)
    const recorded = await record(own, choice as 1 | 2 | 3)
    carrier.kick(own._id)
    return recorded ? settings.texts.thanks : settings.texts.voteLate
  }

  /** The conversation that waits for a vote: the one named, or the last, unless staff have the person again. */
  async function voting(key: string, id: string | undefined): Promise<ConversationRow | undefined> {
    if (id !== undefined) return conversations.find(id)
    const now = (await conversations.openOf(key))?.state ?? 'bot'
    if (now !== 'bot') return undefined
    const open = {
      key,
      state: 'closed' as const,
      'vote.until': { $gt: clock.now() },
      'vote.choice': { $exists: false },
    }
    return (await rows.conversations.find(open).sort({ createdAt: -1 }).limit(1).toArray())[0]
  }

  async function insertEntry(row: ConversationRow, update: TextMessage): Promise<void> {
    const seq = (await conversations.number(row._id, 1)) ?? row.seq + 1
    const entry: EntryRow = {
      _id: entryId(update),
      conversation: row._id,
      key: row.key,
      seq,
      at: update.at,
      direction: 'in',
      by: 'customer',
      content: { kind: 'text', text: update.text },
      handled: 'desk',
      expiresAt: new Date(clock.now().getTime() + KEEP_MS),
    }
    await rows.entries.insertOne(entry).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error
    })
  }

  /** The first vote in time counts; true when there is one now. */
  async function record(row: ConversationRow, choice: 1 | 2 | 3): Promise<boolean> {
    const at = clock.now()
    const props = { choice, staff: row.staff, channel: row.channel, skill: row.skill ?? '' }
    const effect: Effect = { id: `${row._id}:vote`, at, kind: 'fact', type: 'desk.voted', props }
    const { matchedCount } = await rows.conversations.updateOne(
      { _id: row._id, 'vote.choice': { $exists: false }, 'vote.until': { $gt: at } },
      { $set: { 'vote.choice': choice, 'vote.at': at, todo: at }, $push: { effects: effect } },
    )
    return matchedCount === 1 || (await conversations.find(row._id))?.vote?.choice !== undefined
  }

  return { take }
}

const entryId = ({ account, id }: TextMessage) => `in:${account}:${id}`

function typedChoice({ texts: { voteChoices } }: DeskSettings, text: string): number | undefined {
  const word = normalise(text)
  if (/^[123]$/.test(word)) return Number(word)
  const at = voteChoices.findIndex((one) => normalise(one) === word)
  return at < 0 ? undefined : at + 1
}
