import type { Message } from '../core/message.js'
import { isDuplicate } from '../store/duplicate.js'
import { step } from './conversation.js'
import type { Core } from './core.js'
import { contentOfMessage, messageOfContent } from './entries.js'
import type { Refusal } from './happening.js'
import { freeNumber, freeSlot, type Member } from './members.js'
import type { ConversationRow, EntryContent, EntryRow, TakenHow } from './model.js'
import { KEEP_MS } from './rows.js'
import type { Decided } from './save.js'
import { type DeskSettings, TEXTS, TIMES } from './settings.js'

/**
 * Why staff cannot do something. `full`: they hold as many as they may; `no-staff`: nobody of that name; `offline`: not on
 * duty; `unsendable`: no platform takes such a message from us.
 */
export type ActRefusal = Refusal | 'unknown' | 'full' | 'no-staff' | 'offline' | 'unsendable' | 'off'

/** How something staff did ended; with `refused` the conversation is as it stands (`taken`: by its `staff`). */
export type Done =
  | { outcome: 'done'; conversation: ConversationRow }
  | { outcome: 'refused'; reason: ActRefusal; conversation?: ConversationRow }

/** A message of a staff member that was taken. */
export type Said =
  | { outcome: 'done'; conversation: ConversationRow; entry: EntryRow }
  | { outcome: 'refused'; reason: ActRefusal; conversation?: ConversationRow }

/** What staff do with conversations. Everything may be asked for twice. */
export interface Acts {
  /** Takes a conversation; the first has it, again by the same is done. `force`: beyond the capacity, or one nobody asked staff for. */
  accept(about: { conversation: string; staff: string; force?: boolean }): Promise<Done>
  /** Gives a conversation to somebody; for routing. */
  assign(about: { conversation: string; staff: string }): Promise<Done>
  /** Sends by the outbox; `key` names the message for ever. Resolves when it is durable. */
  say(about: { conversation: string; staff: string; content: EntryContent | Message; key: string }): Promise<Said>
  note(about: { conversation: string; staff: string; text: string; key: string }): Promise<Done>
  /** Writes a note anew; only who wrote it may, unless `any`. The last writing stands. */
  amendNote(about: { conversation: string; entry: string; staff: string; text: string; any?: boolean }): Promise<Done>
  /** To a member (userid or name), or back to the queue of a skill. */
  transfer(about: {
    conversation: string
    staff: string
    to: string | { skill: string }
    force?: boolean
  }): Promise<Done>
  close(about: { conversation: string; staff?: string; by?: 'staff' | 'api' }): Promise<Done>
  toBot(about: { conversation: string; staff?: string }): Promise<Done>
}

/** The acts of staff. */
export function createActs({ ports, rows, conversations, carrier, members, look }: Core): Acts {
  const { clock } = ports

  const rulesOf = (settings: DeskSettings | undefined) => ({
    times: settings?.times ?? TIMES,
    texts: settings?.texts ?? TEXTS,
  })

  /** A number and a slot of a member as they stand now. */
  async function placeWith(settings: DeskSettings, staff: string, force: boolean) {
    const member = (await members.list(settings)).find(({ userid }) => userid === staff)
    if (!member) return { refused: 'no-staff' as const }
    const number = freeNumber(member)
    const slot = freeSlot(member, force)
    if (number === undefined || slot === undefined) return { refused: 'full' as const }
    return { member, number, slot }
  }

  async function take(conversation: string, staff: string, how: TakenHow, force: boolean): Promise<Done> {
    const settings = await ports.settings()
    if (!settings) return { outcome: 'refused', reason: 'off' }
    const decided = await conversations.decide<ActRefusal>(conversation, async (row) => {
      if (row.state === 'closed') return { refused: 'closed' }
      if (row.held) return { refused: row.staff === staff ? 'yours' : 'taken' }
      if (row.state === 'bot' && !force) return { refused: 'not-queued' }
      const place = await placeWith(settings, staff, force)
      if ('refused' in place) return { refused: place.refused ?? 'full' }
      const { member, number, slot } = place
      return step(row, { type: 'taken', staff, name: member.name, number, slot, how }, clock.now(), rulesOf(settings))
    })
    if (decided.refused === undefined) await members.took(staff, decided.row.number ?? 0)
    return finish(decided)
  }

  function finish(decided: Decided<ActRefusal>): Done {
    const { row, refused } = decided
    if (refused === undefined) carrier.kick(row._id)
    if (row && (refused === undefined || refused === 'yours')) return { outcome: 'done', conversation: row }
    return { outcome: 'refused', reason: refused ?? 'unknown', ...(row && { conversation: row }) }
  }

  async function say(about: Parameters<Acts['say']>[0]): Promise<Said> {
    const key = `desk:say:${about.key}`
    const known = await rows.entries.findOne({ _id: `out:${key}` })
    if (known) return again(known)
    const { message, content } = sendable(about.content)
    if (message === undefined) return { outcome: 'refused', reason: 'unsendable' }
    const row = await conversations.find(about.conversation)
    if (row === undefined) return { outcome: 'refused', reason: 'unknown' }
    if (row.state === 'closed') return { outcome: 'refused', reason: 'closed', conversation: row }
    if (!row.held || row.staff !== about.staff) return { outcome: 'refused', reason: 'not-yours', conversation: row }
    const now = clock.now()
    const seq = (await conversations.number(row._id, 1)) ?? row.seq + 1
    const entry: EntryRow = {
      ...line(row, seq, now),
      _id: `out:${key}`,
      direction: 'out',
      by: about.staff,
      content,
      delivery: { key, state: 'pending', at: now },
      message,
    }
    try {
      await rows.entries.insertOne(entry)
    } catch (error) {
      if (!isDuplicate(error)) throw error
      const first = await rows.entries.findOne({ _id: entry._id })
      if (first) return again(first)
    }
    return answered(entry, row)
  }

  /** Asked for before, perhaps by a process that did not live to decide. */
  async function again(entry: EntryRow): Promise<Said> {
    const row = await conversations.find(entry.conversation)
    if (row === undefined) return { outcome: 'refused', reason: 'unknown' }
    const undecided = row.held && row.staff === entry.by && (row.lastOutAt === undefined || row.lastOutAt < entry.at)
    if (entry.delivery?.state === 'pending' || undecided) return answered(entry, row)
    return { outcome: 'done', entry, conversation: row }
  }

  async function answered(entry: EntryRow, before: ConversationRow): Promise<Said> {
    const rules = rulesOf(await ports.settings())
    const decided = await conversations.decide(before._id, (row) =>
      step(row, { type: 'answered', staff: entry.by }, clock.now(), rules),
    )
    await carrier.work(before._id).catch(() => undefined)
    return { outcome: 'done', entry, conversation: decided.row ?? before }
  }

  async function note({ conversation, staff, text, key }: Parameters<Acts['note']>[0]): Promise<Done> {
    const row = await conversations.find(conversation)
    const known = await rows.entries.findOne({ _id: `note:${key}` })
    if (!row) return { outcome: 'refused', reason: 'unknown' }
    if (!known) {
      const seq = (await conversations.number(row._id, 1)) ?? row.seq + 1
      const content: EntryContent = { kind: 'text', text }
      const entry: EntryRow = {
        ...line(row, seq, clock.now()),
        _id: `note:${key}`,
        direction: 'note',
        by: staff,
        content,
      }
      await rows.entries.insertOne(entry).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error
      })
    }
    return { outcome: 'done', conversation: row }
  }

  async function amendNote(about: Parameters<Acts['amendNote']>[0]): Promise<Done> {
    const { conversation, entry: _id, staff, text, any = false } = about
    const row = await conversations.find(conversation)
    const note = row && (await rows.entries.findOne({ _id, conversation, direction: 'note' }))
    if (!row || !note) return { outcome: 'refused', reason: 'unknown' }
    if (!any && note.by !== staff) return { outcome: 'refused', reason: 'not-yours', conversation: row }
    const content: EntryContent = { kind: 'text', text }
    await rows.entries.updateOne({ _id }, { $set: { content, amended: { by: staff, at: clock.now() } } })
    return { outcome: 'done', conversation: row }
  }

  async function transfer({ conversation, staff, to, force = false }: Parameters<Acts['transfer']>[0]): Promise<Done> {
    const settings = await ports.settings()
    if (!settings) return { outcome: 'refused', reason: 'off' }
    const rules = rulesOf(settings)
    if (typeof to !== 'string') {
      if (!settings.skills.some(({ name }) => name === to.skill)) return { outcome: 'refused', reason: 'no-staff' }
      const lost = { type: 'lost', why: 'transferred', skill: to.skill } as const
      const decided = await conversations.decide<ActRefusal>(conversation, (row) =>
        row.held && row.staff !== staff ? { refused: 'not-yours' } : step(row, lost, clock.now(), rules),
      )
      if (decided.refused === undefined) look(conversation)
      return finish(decided)
    }
    const target = memberNamed(await members.list(settings), to)
    if (!target) return { outcome: 'refused', reason: 'no-staff' }
    const decided = await conversations.decide<ActRefusal>(conversation, async (row) => {
      if (row.held && row.staff === target.userid && staff !== target.userid) return { refused: 'yours' }
      if (!target.online && !force) return { refused: 'offline' }
      const place = await placeWith(settings, target.userid, force)
      if ('refused' in place) return { refused: place.refused ?? 'full' }
      const { member, number, slot } = place
      const happening = { from: staff, to: member.userid, name: member.name, number, slot }
      return step(row, { type: 'transferred', ...happening }, clock.now(), rules)
    })
    if (decided.refused === undefined) await members.took(target.userid, decided.row.number ?? 0)
    return finish(decided)
  }

  async function end(
    { conversation, staff }: { conversation: string; staff?: string },
    happening: { type: 'closed'; by: 'staff' | 'api' } | { type: 'to-bot'; by: 'staff' | 'api' },
  ): Promise<Done> {
    const rules = rulesOf(await ports.settings())
    const decided = await conversations.decide<ActRefusal>(conversation, (row) =>
      staff !== undefined && row.state !== 'closed' && (!row.held || row.staff !== staff)
        ? { refused: 'not-yours' }
        : step(row, happening, clock.now(), rules),
    )
    return finish(decided)
  }

  return {
    accept: ({ conversation, staff, force = false }) => take(conversation, staff, 'accepted', force),
    assign: ({ conversation, staff }) => take(conversation, staff, 'assigned', false),
    say,
    note,
    amendNote,
    transfer,
    close: ({ by = 'staff', ...about }) => end(about, { type: 'closed', by }),
    toBot: (about) => end(about, { type: 'to-bot', by: about.staff === undefined ? 'api' : 'staff' }),
  }
}

/** What an entry has of its conversation. */
export function line(row: ConversationRow, seq: number, at: Date) {
  const { _id: conversation, key } = row
  return { conversation, key, seq, at, expiresAt: new Date(at.getTime() + KEEP_MS) }
}

/** By userid, or by a name that only one has. */
export function memberNamed(all: readonly Member[], name: string): Member | undefined {
  const own = all.find(({ userid }) => userid === name)
  const named = all.filter((one) => one.name === name)
  return own ?? (named.length === 1 ? named[0] : undefined)
}

const MESSAGES: ReadonlySet<string> = new Set(['mini-program', 'music', 'notice', 'filled-notice', 'invitation'])

function sendable(given: EntryContent | Message): { message: Message | undefined; content: EntryContent } {
  if (isMessage(given)) return { message: given, content: contentOfMessage(given) }
  return { message: messageOfContent(given), content: given }
}

/** Most kinds are told apart by their names; of the others both forms are sent alike. */
function isMessage(given: EntryContent | Message): given is Message {
  if (MESSAGES.has(given.kind)) return true
  if (given.kind === 'card') return 'slug' in given && !('title' in given)
  return false
}
