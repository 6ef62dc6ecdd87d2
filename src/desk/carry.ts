import { talksOn } from '../contacts/identity.js'
import { AppError, messageOf, unreachable } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { isDuplicate } from '../store/duplicate.js'
import { contentOfMessage } from './entries.js'
import type { ConversationRow, Effect, EntryRow, TicketRow } from './model.js'
import { placeOf } from './place.js'
import type { DeskPorts } from './ports.js'
import { type DeskRows, KEEP_MS } from './rows.js'
import type { Conversations } from './save.js'

/** Carries out what was decided, and tells staff what came. */
export interface Carrier {
  /** Begins with a conversation, in the background; what fails is left to the sweep. */
  kick(conversation: string): void
  /** The same, waited for; rejects with what failed. */
  work(conversation: string): Promise<void>
  /** Goes on with what ended processes and failures left; gives how many conversations. */
  sweep(): Promise<number>
  /** Resolves when nothing is under way in this process. */
  idle(): Promise<void>
}

/** How long whoever began with something is left alone with it, in ms. */
const OWN_MS = 5000
const MOST = 500
const MOST_STEPS = 2000

/**
 * The work of each conversation goes one after the other in a process. Two processes may work on one conversation: every
 * step is told under its own id, in the same order, so that nothing happens twice or in another order.
 */
export function createCarrier(
  ports: Pick<DeskPorts, 'clock' | 'log' | 'events' | 'outbox' | 'relay'> & {
    rows: DeskRows
    conversations: Conversations
  },
): Carrier {
  const { rows, conversations, clock, log, events, outbox, relay } = ports
  const lanes = new Map<string, Promise<void>>()

  function work(id: string): Promise<void> {
    const before = lanes.get(id) ?? Promise.resolve()
    const own = before.catch(() => undefined).then(() => all(id))
    lanes.set(id, own)
    const leave = () => {
      if (lanes.get(id) === own) lanes.delete(id)
    }
    own.then(leave, leave)
    return own
  }

  async function all(id: string): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const row = await conversations.find(id)
      if (row === undefined) return
      const effect = row.effects?.[0]
      if (effect === undefined) {
        await entries(row)
        if (row.todo === undefined) return
        const q = { _id: id, version: row.version, todo: row.todo, seq: row.seq }
        const { matchedCount } = await rows.conversations.updateOne(
          { ...q, $or: [{ effects: { $exists: false } }, { effects: { $size: 0 } }] },
          { $unset: { todo: '', effects: '' } },
        )
        if (matchedCount === 1) return
      } else {
        await carryOut(row, effect).catch((error: unknown) => hopeless(error, effect.id))
        await rows.conversations.updateOne({ _id: id }, { $pull: { effects: { id: effect.id } } })
      }
    }
  }

  async function carryOut(row: ConversationRow, effect: Effect): Promise<void> {
    const about = { id: effect.id, conversation: row }
    switch (effect.kind) {
      case 'fact':
        return record(row, effect.id, effect.type, effect.at, effect.props)
      case 'say':
        return say(row, effect.id, effect.message, effect.at)
      case 'offered': {
        if (row.state !== 'queued') return undefined
        const place = await placeOf(rows, row)
        return relay.offered({ ...about, staff: effect.staff, place: place ?? 1 })
      }
      case 'taken':
        return relay.taken({ ...about, staff: effect.staff, how: effect.how })
      case 'released':
        return relay.released({ ...about, staff: effect.staff, why: effect.why })
      case 'alert':
        return relay.alert({ ...about, what: effect.what, staff: effect.staff, minutes: effect.minutes })
      case 'ticket':
        return insert(effect.ticket)
      case 'ticket-moved':
        return move(effect)
      default:
        return unreachable(effect)
    }
  }

  async function record(row: ConversationRow, id: string, type: string, at: Date, props: Record<string, unknown>) {
    const { account, contact, _id: conversation } = row
    const about = { source: 'desk', id, type, contact, account, occurredAt: at }
    await events.append([{ ...about, props: { conversation, ...props } }])
  }

  /** What the desk itself says; its entry has the delivery's key, so the delivery's end finds it. */
  async function say(row: ConversationRow, id: string, message: Message, at: Date): Promise<void> {
    const key = `desk:${id}:say`
    const seq = await conversations.number(row._id, 1)
    if (seq === undefined) return
    await insertEntry({
      _id: `out:${key}`,
      conversation: row._id,
      key: row.key,
      seq,
      at,
      direction: 'out',
      by: 'desk',
      content: contentOfMessage(message),
      delivery: { key, state: 'queued', at },
      expiresAt: new Date(at.getTime() + KEEP_MS),
    })
    await put(row, key, message)
  }

  async function insertEntry(entry: EntryRow): Promise<void> {
    await rows.entries.insertOne(entry).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error
    })
  }

  async function put({ person, _id }: ConversationRow, key: string, message: Message): Promise<void> {
    const to = { account: talksOn(person), to: person.externalId }
    await outbox.put({ key, ...to, purpose: 'reply', message, source: `desk:${_id}` })
  }

  async function insert(ticket: TicketRow): Promise<void> {
    await rows.tickets.insertOne(ticket).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error
    })
  }

  async function move({ ticket, to, staff, at }: Effect & { kind: 'ticket-moved' }): Promise<void> {
    const times = to === 'queued' ? { queuedAt: at } : to === 'answered' ? { answeredAt: at } : {}
    const from = to === 'answered' ? ['open', 'queued'] : ['open', 'queued', 'answered']
    await rows.tickets.updateOne(
      { _id: ticket, state: { $in: from as TicketRow['state'][] } },
      { $set: { state: to, ...times, ...(staff !== undefined && { staff }) } },
    )
  }

  /** Messages that are to go out, ends that are to be told, and what the person wrote, each in its order. */
  async function entries(row: ConversationRow): Promise<void> {
    const { _id: conversation } = row
    const open = { $or: [{ relay: 'pending' }, { tell: 'pending' }, { 'delivery.state': 'pending' }] }
    const found = await rows.entries
      .find({ conversation, ...open } as object)
      .sort({ seq: 1 })
      .limit(MOST)
      .toArray()
    for (const entry of found) {
      const about = { conversation: row, entry }
      if (entry.delivery?.state === 'pending' && entry.message) {
        const failed = await put(row, entry.delivery.key, entry.message).catch((error: unknown) =>
          hopeless(error, entry._id),
        )
        const state =
          failed === undefined ? { 'delivery.state': 'queued' as const } : { ...failed, tell: 'pending' as const }
        await rows.entries.updateOne(
          { _id: entry._id, 'delivery.state': 'pending' },
          { $set: state, $unset: { message: '' } },
        )
        if (failed !== undefined) return entries(row)
      }
      if (entry.tell === 'pending') {
        await relay.ended({ id: endId(entry), ...about })
        await rows.entries.updateOne(
          { _id: entry._id, 'delivery.state': entry.delivery?.state ?? 'sent' },
          { $set: { tell: 'done' } },
        )
      }
      if (entry.relay === 'pending' && (row.held || row.state === 'closed')) {
        if (row.staff !== undefined) await relay.incoming({ id: entry._id, ...about })
        await rows.entries.updateOne({ _id: entry._id }, { $set: { relay: 'done' } })
      }
    }
  }

  /** What can never be carried out must not keep the rest from it; everything else is thrown on, to be tried again. */
  function hopeless(error: unknown, id: string) {
    if (!(error instanceof AppError) || !/^(outbox|event)\./.test(error.code)) throw error
    log.error({ id, reason: error.message }, 'desk work given up')
    return { 'delivery.state': 'failed' as const, 'delivery.reason': error.code, 'delivery.detail': error.message }
  }

  return {
    work,
    kick(conversation) {
      work(conversation).catch((error: unknown) =>
        log.warn({ conversation, reason: messageOf(error) }, 'desk work left to the sweep'),
      )
    },
    async sweep() {
      const before = new Date(clock.now().getTime() - OWN_MS)
      const left = await rows.conversations
        .find({ todo: { $lte: before } }, { projection: { _id: 1 } })
        .sort({ todo: 1 })
        .limit(MOST)
        .toArray()
      for (const { _id: conversation } of left) {
        try {
          await work(conversation)
        } catch (error) {
          log.error({ conversation, reason: messageOf(error) }, 'desk work not done, tried again')
        }
      }
      return left.length
    },
    async idle() {
      while (lanes.size > 0) await Promise.allSettled([...lanes.values()])
    },
  }
}

/** A repetition that ends like the first try is told again. */
function endId({ _id, delivery }: EntryRow): string {
  return [_id, delivery?.state ?? '', ...(delivery?.piece === undefined ? [] : [delivery.piece])].join(':')
}
