import { step } from './conversation.js'
import type { Core } from './core.js'
import { supervisors } from './due.js'
import type { TicketRow } from './model.js'
import { fitting } from './route.js'

/** Which tickets to list; newest first. */
export interface TicketQuery {
  state?: TicketRow['state'] | undefined
  before?: Date | undefined
  /** 50 unless given, at most 200. */
  limit?: number | undefined
}

/** Tickets of a store, and what time makes of them. */
export function createTickets({ ports, rows, conversations, carrier, members, look }: Core) {
  const { clock, events, relay, log } = ports

  /** Tickets whose staff are on duty go to the front of the queue, the oldest first; again changes nothing. */
  async function handOut(): Promise<number> {
    const settings = await ports.settings()
    if (!settings) return 0
    const open = await rows.tickets.find({ state: 'open' }).sort({ createdAt: 1 }).limit(500).toArray()
    if (open.length === 0) return 0
    const all = await members.list(settings)
    let handed = 0
    for (const ticket of open) {
      if (fitting(all, ticket.skill).length === 0) continue
      if (await hand(settings, ticket)) handed += 1
    }
    return handed
  }

  async function hand(settings: Parameters<typeof step>[3], ticket: TicketRow): Promise<boolean> {
    const { skill } = ticket
    const decided = await conversations.decide(ticket.conversation, (row) => {
      if (row.state === 'closed') return { refused: 'closed' as const }
      if (row.ticket !== ticket._id) return { refused: 'not-queued' as const }
      return step(row, { type: 'asked', skill, reason: 'ticket', ticket: true }, clock.now(), settings)
    })
    if (decided.refused === undefined) {
      look(ticket.conversation)
      return true
    }
    const busy = decided.row?.ticket === ticket._id && decided.row.state !== 'closed'
    const to: TicketRow['state'] = busy ? 'queued' : 'dropped'
    await rows.tickets.updateOne({ _id: ticket._id, state: 'open' }, { $set: { state: to, queuedAt: clock.now() } })
    if (!busy) log.warn({ ticket: ticket.number }, 'a ticket was dropped, its conversation is over')
    return false
  }

  /** Supervisors are told once of a ticket that is late. */
  async function overdue(): Promise<number> {
    const settings = await ports.settings()
    if (!settings) return 0
    const now = clock.now()
    const late = await rows.tickets
      .find({ state: { $in: ['open', 'queued'] }, deadline: { $lte: now }, alertedAt: { $exists: false } })
      .limit(100)
      .toArray()
    if (late.length === 0) return 0
    const staff = supervisors(await members.list(settings))
    for (const ticket of late) {
      const { _id, number, contact, account, deadline } = ticket
      const minutes = Math.round((now.getTime() - deadline.getTime()) / 60_000)
      const conversation = await conversations.find(ticket.conversation)
      if (staff.length > 0) {
        const about = { id: `${_id}:overdue`, what: 'ticket-overdue' as const, staff, minutes, ticket }
        await relay.alert({ ...about, ...(conversation && { conversation }) })
      }
      const props = { conversation: ticket.conversation, ticket: number, skill: ticket.skill ?? '' }
      const fact = { source: 'desk', id: `${_id}:overdue`, type: 'desk.ticket-overdue', occurredAt: deadline, props }
      await events.append([{ ...fact, contact, account }])
      await rows.tickets.updateOne({ _id }, { $set: { alertedAt: now } })
      carrier.kick(ticket.conversation)
    }
    return late.length
  }

  return {
    handOut,
    overdue,
    find: async (id: string) => (await rows.tickets.findOne({ _id: id })) ?? undefined,
    list: ({ state, before, limit = 50 }: TicketQuery = {}) =>
      rows.tickets
        .find({ ...(state && { state }), ...(before && { createdAt: { $lt: before } }) })
        .sort({ createdAt: -1 })
        .limit(Math.min(Math.max(limit, 1), 200))
        .toArray(),
  }
}
