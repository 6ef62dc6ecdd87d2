import { AppError, messageOf, unreachable } from '../core/errors.js'
import type { Acts } from './acts.js'
import { step } from './conversation.js'
import type { Core } from './core.js'
import { type Due, due } from './due.js'
import type { Refusal, Step } from './happening.js'
import type { ConversationRow } from './model.js'
import { placeOf } from './place.js'
import type { createRequest } from './request.js'
import type { DeskSettings } from './settings.js'

const MOST = 1000
/** An alert, or taking it from somebody, must not keep it from being offered at once. */
const MOST_LOOKS = 3

/** Does what time alone decides: offers, alerts, re-assignment, closing. Any number of processes may. */
export function createTend(
  core: Omit<Core, 'look'>,
  acts: Pick<Acts, 'assign'>,
  tickets: Pick<ReturnType<typeof createRequest>, 'newTicket'>,
) {
  const { ports, rows, conversations, carrier, members } = core
  const { clock, log } = ports

  /** Everything that is due, those who wait first: tickets and those taken from staff, then in order. */
  async function run(): Promise<number> {
    const settings = await ports.settings()
    if (!settings) return 0
    const found = await rows.conversations
      .find({ open: true, nextAt: { $lte: clock.now() } }, { projection: { state: 1, priority: 1, queuedAt: 1 } })
      .limit(MOST)
      .toArray()
    for (const { _id } of found.toSorted(inOrder)) await one(_id, settings)
    return found.length
  }

  /** Looks at one; its failure must not keep the others. */
  async function one(id: string, settings: DeskSettings): Promise<void> {
    try {
      let what = await look(id, settings)
      for (let more = 0; more < MOST_LOOKS && (what?.do === 'lose' || what?.do === 'alert'); more++)
        what = await look(id, settings)
      if (what?.do === 'assign') {
        const done = await acts.assign({ conversation: id, staff: what.staff })
        if (done.outcome === 'refused' && done.reason === 'full') await look(id, settings)
      }
      carrier.kick(id)
    } catch (error) {
      const reason = error instanceof AppError ? error.message : messageOf(error)
      log.error({ conversation: id, reason }, 'conversation not looked after, tried again')
    }
  }

  async function look(id: string, settings: DeskSettings): Promise<Due | undefined> {
    let what: Due | undefined
    await conversations.decide<Refusal | 'not-now'>(
      id,
      async (row) => {
        what = await dueOf(row, settings)
        const made = await toStep(row, what, settings)
        if (made === undefined && what.do === 'wait') await wait(row, what.until)
        return made ?? { refused: 'not-now' }
      },
      { quiet: true },
    )
    return what
  }

  async function dueOf(row: ConversationRow, settings: DeskSettings): Promise<Due> {
    const asks = row.state === 'queued' || row.state === 'staff'
    const all = asks ? await members.list(settings) : []
    const last = row.state === 'queued' && settings.routing.keepLast ? await lastStaff(row) : undefined
    return due(row, clock.now(), settings, all, last)
  }

  async function toStep(row: ConversationRow, what: Due, settings: DeskSettings): Promise<Step | undefined> {
    const now = clock.now()
    switch (what.do) {
      case 'wait':
      case 'assign':
        return undefined
      case 'offer': {
        const { staff, round, until } = what
        return step(row, { type: 'offered', offer: { round, staff, at: now, until } }, now, settings)
      }
      case 'alert': {
        const place = row.state === 'queued' ? await placeOf(rows, row) : undefined
        const happening = { type: 'late' as const, alert: what.staff, ...(place !== undefined && { place }) }
        return step(row, happening, now, settings)
      }
      case 'lose':
        return step(row, { type: 'lost', why: what.why }, now, settings)
      case 'close':
        return step(row, { type: 'closed', by: 'silence' }, now, settings)
      case 'ticket': {
        const all = await members.list(settings)
        const ticket = await tickets.newTicket(settings, row, all, row.skill, await questionOf(row))
        return step(row, { type: 'ticketed', ticket, asksUntil: now }, now, settings)
      }
      default:
        return unreachable(what)
    }
  }

  async function wait(row: ConversationRow, until: Date): Promise<void> {
    await rows.conversations.updateOne({ _id: row._id, version: row.version }, { $set: { nextAt: until } })
  }

  /** What the person wrote last, for a ticket. */
  async function questionOf({ _id: conversation }: ConversationRow): Promise<string> {
    const last = await rows.entries
      .find({ conversation, direction: 'in', 'content.kind': 'text' })
      .sort({ seq: -1 })
      .limit(3)
      .toArray()
    return last
      .toReversed()
      .map(({ content }) => (content.kind === 'text' ? content.text.replace(/\s+/g, ' ').slice(0, 160) : ''))
      .join('\n')
  }

  /** Who served the person before. */
  async function lastStaff({ key, _id }: ConversationRow): Promise<string | undefined> {
    const [last] = await rows.conversations
      .find({ key, _id: { $ne: _id }, staff: { $exists: true } }, { projection: { staff: 1 } })
      .sort({ createdAt: -1 })
      .limit(1)
      .toArray()
    return last?.staff
  }

  /** Somebody left the corporation: what they hold goes back to the queue, at once. */
  async function release(staff: string): Promise<void> {
    const settings = await ports.settings()
    if (!settings) return
    for (const { _id } of await rows.conversations.find({ staff, held: true }, { projection: { _id: 1 } }).toArray()) {
      await conversations.decide<Refusal>(_id, (row) =>
        row.held && row.staff === staff
          ? step(row, { type: 'lost', why: 'left' }, clock.now(), settings)
          : { refused: 'not-yours' },
      )
      await one(_id, settings)
    }
  }

  return { run, one, release }
}

type Queued = Pick<ConversationRow, 'state' | 'priority' | 'queuedAt'>

const inOrder = (a: Queued, b: Queued) =>
  Number(b.state !== 'queued') - Number(a.state !== 'queued') ||
  b.priority - a.priority ||
  (a.queuedAt?.getTime() ?? 0) - (b.queuedAt?.getTime() ?? 0)
