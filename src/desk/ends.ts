import { identityKey } from '../contacts/identity.js'
import type { DeliveryState } from '../core/outcome.js'
import type { DeliveryEnd } from '../outbox/delivery.js'
import { isDuplicate } from '../store/duplicate.js'
import { line } from './acts.js'
import type { Core } from './core.js'
import { contentOfMessage } from './entries.js'
import type { ConversationRow, EntryDelivery, EntryRow } from './model.js'
import { personOn } from './ports.js'

/** Where an end stands among those of the pieces of one message: the worst counts. */
const WEIGHT: Readonly<Partial<Record<DeliveryState, number>>> = { sent: 1, uncertain: 2 }
const weight = (state: DeliveryState) => WEIGHT[state] ?? 3
const WORTH: ReadonlySet<DeliveryState> = new Set(['sent', 'uncertain', 'failed'])

/**
 * Gives the function that is told how deliveries ended: entries learn it, staff are told of theirs, and what others sent
 * to a person with an open conversation becomes an entry. The same end again changes nothing; rejects when the store
 * fails, and whoever tells comes back.
 */
export function createEnds({ ports, rows, conversations, carrier }: Core) {
  async function ended(ends: readonly DeliveryEnd[]): Promise<void> {
    const served = ends.filter(({ account, to }) => to !== '' && ports.channelOf(account) !== undefined)
    if (served.length === 0) return
    const keys = [...new Set(served.flatMap(({ key, resendOf }) => [key, whole(key), ...(resendOf ? [resendOf] : [])]))]
    const found = await rows.entries.find({ _id: { $in: keys.map(entryId) } }).toArray()
    const known = new Map(found.map((entry) => [entry._id, entry]))
    const strangers: DeliveryEnd[] = []
    for (const end of served) {
      const { key, resendOf } = end
      const entry = known.get(entryId(key)) ?? known.get(entryId(resendOf ?? '')) ?? known.get(entryId(whole(key)))
      if (entry) await learn(entry, end)
      else if (WORTH.has(end.state)) strangers.push(end)
    }
    await meet(strangers)
  }

  async function learn(entry: EntryRow, end: DeliveryEnd): Promise<void> {
    const { state, reason, code, detail, at, key } = end
    const piece = entry.delivery?.key !== key && end.resendOf === undefined
    const before = entry.delivery?.state
    const over = before !== undefined && before !== 'pending' && before !== 'answered' && before !== 'queued'
    if (piece && over && weight(before) >= weight(state)) return
    const delivery: EntryDelivery = {
      key: entry.delivery?.key ?? key,
      state,
      at,
      ...(entry.delivery && entry.delivery.key !== key && { piece: key }),
      ...(reason !== undefined && { reason }),
      ...(code !== undefined && { code }),
      ...(detail !== undefined && { detail }),
    }
    const tells = entry.tell !== undefined || entry._id.startsWith('out:desk:say:')
    const other: object[] = [{ 'delivery.state': { $ne: state } }]
    if (end.resendOf !== undefined) other.push({ 'delivery.piece': { $ne: key } })
    const changed = await rows.entries.updateOne(
      { _id: entry._id, $or: other },
      {
        $set: { delivery, ...(tells && { tell: 'pending' as const }) },
        $unset: { message: '', ...(state === 'uncertain' && { settled: '' as const }) },
      },
    )
    if (!tells) return
    const pending = changed.modifiedCount > 0 || (await rows.entries.findOne({ _id: entry._id }))?.tell === 'pending'
    if (!pending) return
    await conversations.number(entry.conversation, 0)
    carrier.kick(entry.conversation)
  }

  /** Messages of others; only people with an open conversation are asked about. */
  async function meet(ends: readonly DeliveryEnd[]): Promise<void> {
    if (ends.length === 0) return
    const open = await rows.conversations
      .find({ key: { $in: [...new Set(ends.map(personKey))] }, open: true })
      .toArray()
    if (open.length === 0) return
    const byKey = new Map(open.map((row) => [row.key, row]))
    const theirs = ends.flatMap((end) => {
      const row = byKey.get(personKey(end))
      return row ? [{ end, row }] : []
    })
    const messages = await ports.messages(theirs.map(({ end }) => end.key))
    for (const { end, row } of theirs) {
      const message = messages.get(end.key)
      if (message) await insert(end, row, contentOfMessage(message))
    }
  }

  async function insert(end: DeliveryEnd, row: ConversationRow, content: EntryRow['content']): Promise<void> {
    const numbered = await rows.conversations.findOneAndUpdate(
      { _id: row._id },
      { $inc: { seq: 1 } },
      { returnDocument: 'after', projection: { seq: 1 } },
    )
    const { key, state, at, reason } = end
    const entry: EntryRow = {
      ...line(row, numbered?.seq ?? row.seq, at),
      _id: entryId(key),
      direction: 'out',
      by: 'bot',
      content,
      delivery: { key, state, at, ...(reason !== undefined && { reason }) },
    }
    await rows.entries.insertOne(entry).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error
    })
  }

  function personKey({ account, to }: DeliveryEnd): string {
    return identityKey(personOn(ports.channelOf(account) ?? 'official-account', account, to))
  }

  return { ended }
}

const entryId = (key: string) => `out:${key}`
/** The key of the first piece of a long text. */
const whole = (key: string) => key.replace(/:\d+$/, '')
