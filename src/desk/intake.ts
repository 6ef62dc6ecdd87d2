import { identityKey, type Person, personOf } from '../contacts/identity.js'
import { normalise } from '../core/match.js'
import { type HandOver, type Message, text } from '../core/message.js'
import type { Update } from '../core/update.js'
import { isDuplicate } from '../store/duplicate.js'
import { line } from './acts.js'
import { step } from './conversation.js'
import type { Core } from './core.js'
import { contentOfUpdate } from './entries.js'
import type { ConversationRow, DeskChannel, EntryContent, EntryRow } from './model.js'
import type { createRequest, Requested } from './request.js'
import type { DeskSettings } from './settings.js'
import type { createVotes } from './votes.js'

/** Who answers an update; the desk with a text, or with silence. */
export interface Taken {
  by: 'bot' | 'desk'
  reply?: Message
  /** Where what is answered belongs. */
  seen?: Seen
}

/** An update that is an entry of a conversation. */
export interface Seen {
  conversation: ConversationRow
  /** The place of the answer. */
  seq: number
}

const COMMANDS: ReadonlyMap<string, 'ask' | 'bot' | 'end'> = new Map([
  ...(['人工', '转人工', '人工客服', '转人工客服', '找客服'] as const).map((word) => [word, 'ask'] as const),
  ...(['转机器人', '机器人', '返回机器人', '取消排队'] as const).map((word) => [word, 'bot'] as const),
  ...(['结束', '结束会话', '结束服务'] as const).map((word) => [word, 'end'] as const),
])
const MOST_TRIES = 20

/** What comes in from people, before the bot and after it. */
export function createIntake(
  core: Core,
  { request, noteQuestion }: ReturnType<typeof createRequest>,
  votes: ReturnType<typeof createVotes>,
) {
  const { ports, rows, conversations, carrier } = core
  const { clock, contacts } = ports

  /**
   * `first`: the update was never handled before. Then what the bot is to answer need not be stored yet: the entry comes
   * back with the answer. Later the entry tells who had the word the first time.
   */
  async function take(update: Update, first: boolean): Promise<Taken & { unstored?: EntryRow }> {
    const channel = ports.channelOf(update.account)
    const settings = channel && (await ports.settings())
    const person = personOf(update)
    if (!channel || !settings || !person) return BOT
    if (update.kind === 'event.unsubscribe') {
      await left(settings, person)
      return BOT
    }
    const content = contentOfUpdate(update)
    if (!content) return BOT
    if (update.kind === 'message.text') {
      const told = await votes.take(settings, update, person)
      if (told !== undefined) return { by: 'desk', ...(told !== '' && { reply: text(told) }) }
    }
    const { row, seq, entry, known, unstored } = await receive(settings, update, person, { channel, content, first })
    const seen = { conversation: row, seq }
    if (unstored) return { ...BOT, seen, unstored: entry }
    const taken = await answer(settings, row, entry, known)
    if (taken.by === 'desk' || entry.relay !== undefined || row.todo !== undefined) carrier.kick(row._id)
    return { ...taken, seen }
  }

  /** Makes an entry of it in the person's open conversation, once; gives the conversation as it was met. */
  async function receive(
    settings: DeskSettings,
    update: Update,
    person: Person,
    { channel, content, first }: { channel: DeskChannel; content: EntryContent; first: boolean },
  ): Promise<{ row: ConversationRow; seq: number; entry: EntryRow; known: boolean; unstored?: true }> {
    const idle = settings.times.botCloseAfter
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const met = (await reached(settings, person, update.at, idle)) ?? (await fresh(person, channel, update.at, idle))
      if (!met) continue
      const { row, seq } = met
      const desk = row.state !== 'bot' && content.kind !== 'menu'
      const asks =
        row.state === 'bot' && content.kind === 'text' && row.asksUntil !== undefined && row.asksUntil > clock.now()
      const entry: EntryRow = {
        ...line(row, seq, update.at),
        _id: `in:${update.account}:${update.id}`,
        direction: 'in',
        by: 'customer',
        content,
        handled: desk || (asks && commandOf(content) === undefined) ? 'desk' : 'bot',
        ...(desk && { relay: 'pending' as const }),
      }
      const plain = row.state === 'bot' && entry.handled === 'bot' && row.todo === undefined
      if (first && plain && commandOf(content) === undefined) {
        return { row, seq: seq + 1, entry, known: false, unstored: true }
      }
      try {
        await rows.entries.insertOne(entry)
        return { row, seq: seq + 1, entry, known: false }
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
      const before = await rows.entries.findOne({ _id: entry._id })
      const own = before && (await conversations.find(before.conversation))
      if (before && own) return { row: own, seq: before.seq + 1, entry: before, known: true }
    }
    throw new Error('an entry could not be stored: its conversation is always another one')
  }

  /** The open conversation with room for an entry and its answer; the bot's is counted in one write. */
  async function reached(settings: DeskSettings, person: Person, at: Date, idleMs: number) {
    const key = identityKey(person)
    const now = clock.now()
    const bot = await rows.conversations.findOneAndUpdate(
      { key, open: true, state: 'bot', ticket: { $exists: false } },
      { $inc: { seq: 2 }, $max: { lastInAt: at }, $set: { nextAt: new Date(now.getTime() + idleMs) } },
      { returnDocument: 'after' },
    )
    if (bot) return { row: bot, seq: bot.seq - 1 }
    const open = await conversations.openOf(key)
    if (!open) return undefined
    const decided = await conversations.decide(open._id, (row) => step(row, { type: 'spoke' }, now, settings))
    if (decided.refused !== undefined) return undefined
    const row = await rows.conversations.findOneAndUpdate(
      { _id: open._id, open: true },
      { $inc: { seq: 2 }, $max: { lastInAt: at }, $set: { todo: now } },
      { returnDocument: 'after' },
    )
    return row ? { row, seq: row.seq - 1 } : undefined
  }

  async function fresh(person: Person, channel: DeskChannel, at: Date, idleMs: number): Promise<undefined> {
    const contact = await contacts.resolve(person, at)
    await conversations.ensure(person, { contact, channel }, idleMs)
    return undefined
  }

  async function answer(
    settings: DeskSettings,
    row: ConversationRow,
    { content, handled }: EntryRow,
    known: boolean,
  ): Promise<Taken> {
    const command = commandOf(content)
    if (known && row.state === 'closed') return { by: handled ?? 'bot' }
    if (command === 'ask') {
      const { text: told } = await request(settings, row, { text: '' })
      return { by: 'desk', reply: text(told) }
    }
    if ((command === 'bot' || command === 'end') && row.state !== 'bot') return away(settings, row, command)
    if (handled !== 'desk') return BOT
    if (row.state === 'bot' && content.kind === 'text') {
      const told = await noteQuestion(settings, row, content.text)
      return told === undefined ? BOT : { by: 'desk', reply: text(told) }
    }
    return { by: 'desk' }
  }

  /** The person has had enough of staff, or of waiting. */
  async function away(settings: DeskSettings, row: ConversationRow, command: 'bot' | 'end'): Promise<Taken> {
    const closes = command === 'end' && row.held === true
    const happening = closes
      ? ({ type: 'closed', by: 'follower' } as const)
      : ({ type: 'to-bot', by: 'follower' } as const)
    await conversations.decide(row._id, (now) => step(now, happening, clock.now(), settings))
    if (closes || settings.texts.backToBot === '') return { by: 'desk' }
    return { by: 'desk', reply: text(settings.texts.backToBot) }
  }

  async function left(settings: DeskSettings, person: Person): Promise<void> {
    const row = await conversations.openOf(identityKey(person))
    if (!row) return
    await conversations.decide(row._id, (now) => step(now, { type: 'closed', by: 'left' }, clock.now(), settings))
    carrier.kick(row._id)
  }

  /** A hand-over that the bot answered with. */
  async function handOver(update: Update, asked: HandOver, seen?: Seen): Promise<Message | undefined> {
    const channel = ports.channelOf(update.account)
    const settings = channel && (await ports.settings())
    const person = personOf(update)
    if (!channel || !settings || !person) return asked
    const { text: told } = await requestFor(settings, person, channel, {
      ...asked,
      text: update.kind === 'message.text' ? update.text : '',
      ...(seen && { row: seen.conversation }),
    })
    return told === '' ? undefined : text(told)
  }

  async function requestFor(
    settings: DeskSettings,
    person: Person,
    channel: DeskChannel,
    asked: { row?: ConversationRow; skill?: string; reason?: string; staff?: string; text: string },
  ): Promise<Requested> {
    const contact = await contacts.resolve(person)
    const row = asked.row ?? (await conversations.ensure(person, { contact, channel }, settings.times.botCloseAfter))
    const done = await request(settings, row, asked)
    carrier.kick(row._id)
    return done
  }

  return { taken: take, take: (update: Update): Promise<Taken> => take(update, false), handOver, requestFor }
}

const BOT: Taken = { by: 'bot' }

function commandOf(content: EntryContent): 'ask' | 'bot' | 'end' | undefined {
  if (content.kind === 'text') return COMMANDS.get(normalise(content.text))
  return content.kind === 'menu' ? COMMANDS.get(normalise(content.key)) : undefined
}
