import { DateTime } from 'luxon'
import { step } from './conversation.js'
import type { Core } from './core.js'
import { opensAt, workedBy } from './hours.js'
import { type Member, memberFits } from './members.js'
import type { ConversationRow, TicketRow } from './model.js'
import { placeOf } from './place.js'
import { skillFor } from './route.js'
import { KEEP_MS } from './rows.js'
import { type DeskSettings, fillText } from './settings.js'

/** What asking for staff led to; `text` is what the person is told. */
export interface Requested {
  outcome: 'queued' | 'already' | 'ticket'
  conversation: ConversationRow
  text: string
}

/** Why and for what staff are asked for. */
export interface Asking {
  skill?: string | undefined
  reason?: string | undefined
  /** A staff member by userid or name. */
  staff?: string | undefined
  /** What the person wrote. */
  text: string
}

/** How long the next text of a person belongs to the ticket, in ms. */
export const ASKS_MS = 600_000
const MOST_QUESTION = 500
const MOST_REASON = 200

/** Puts a conversation into the queue, or leaves a ticket when nobody is on duty. Asked again it gives what is so. */
export function createRequest({ ports, rows, conversations, carrier, members, look }: Core) {
  const { clock, contacts } = ports

  async function request(settings: DeskSettings, row: ConversationRow, asking: Asking): Promise<Requested> {
    const tags = await contacts.tagsOf(row.contact)
    const known = settings.skills.some(({ name }) => name === asking.skill)
    const skill = known ? asking.skill : skillFor(settings.skills, { tags, text: asking.text })
    const all = await members.list(settings)
    const wanted = all.find(({ userid, name }) => asking.staff !== undefined && [userid, name].includes(asking.staff))
    const reason = asking.reason?.slice(0, MOST_REASON)
    if (all.some(({ online }) => online)) {
      const happening = { type: 'asked', skill, reason, wanted: wanted?.userid } as const
      const decided = await conversations.decide(row._id, (now) => step(now, happening, clock.now(), settings))
      if (decided.refused === undefined) look(row._id)
      return queued(settings, decided.row ?? row, decided.refused === undefined)
    }
    return leaveTicket(settings, row, all, skill, asking.text)
  }

  async function queued(settings: DeskSettings, row: ConversationRow, fresh: boolean): Promise<Requested> {
    const place = await placeOf(rows, row)
    const text = place === undefined ? settings.texts.already : fillText(settings.texts.queued, { place })
    return { outcome: fresh ? 'queued' : 'already', conversation: row, text }
  }

  async function leaveTicket(
    settings: DeskSettings,
    row: ConversationRow,
    all: readonly Member[],
    skill: string | undefined,
    question: string,
  ): Promise<Requested> {
    if (row.held) return { outcome: 'already', conversation: row, text: settings.texts.already }
    const ticket = row.ticket === undefined ? await newTicket(settings, row, all, skill, question) : undefined
    if (ticket) {
      const asksUntil = new Date(clock.now().getTime() + ASKS_MS)
      const happening = { type: 'ticketed', ticket, asksUntil } as const
      const decided = await conversations.decide(row._id, (now) => step(now, happening, clock.now(), settings))
      if (decided.refused === undefined) {
        await carrier.work(row._id).catch(() => undefined)
        return { outcome: 'ticket', conversation: decided.row, text: ticketText(settings, ticket, clock.now()) }
      }
    }
    const now = (await conversations.find(row._id)) ?? row
    const stored = now.ticket === undefined ? null : await rows.tickets.findOne({ _id: now.ticket })
    const text = stored ? ticketText(settings, stored, clock.now()) : settings.texts.already
    return { outcome: stored ? 'ticket' : 'already', conversation: now, text }
  }

  /** A ticket for a conversation, not stored yet. */
  async function newTicket(
    settings: DeskSettings,
    row: ConversationRow,
    all: readonly Member[],
    skill: string | undefined,
    question: string,
  ): Promise<TicketRow> {
    const now = clock.now()
    const { calendar, times } = settings
    const shifts = shiftsFor(all, skill)
    const opens = opensAt(calendar, shifts, now)
    const deadline = workedBy(calendar, shifts, now, times.ticketWithin) ?? new Date(now.getTime() + times.ticketWithin)
    const counter = await rows.counters.findOneAndUpdate(
      { _id: 'ticket' },
      { $inc: { n: 1 } },
      { upsert: true, returnDocument: 'after' },
    )
    const number = counter?.n ?? 1
    const { _id: conversation, key, contact, account, channel } = row
    return {
      _id: `${conversation}:${number}`,
      number,
      ...{ conversation, key, contact, account, channel },
      state: 'open',
      ...(skill !== undefined && { skill }),
      question: question.slice(0, MOST_QUESTION),
      createdAt: now,
      ...(opens && { opensAt: opens }),
      deadline,
      expiresAt: new Date(now.getTime() + KEEP_MS),
    }
  }

  /** Adds what the person wrote to a ticket; the same again changes nothing. */
  async function noteQuestion(settings: DeskSettings, row: ConversationRow, text: string): Promise<string | undefined> {
    if (row.ticket === undefined) return undefined
    await carrier.work(row._id)
    const ticket = await rows.tickets.findOne({ _id: row.ticket })
    if (!ticket) return undefined
    const lines = ticket.question.split('\n')
    const line = text.replace(/\s+/g, ' ').slice(0, MOST_QUESTION)
    const question = lines.includes(line) ? ticket.question : [...lines, line].join('\n').slice(0, MOST_QUESTION * 2)
    const contactWay = contactWayIn(text)
    const $set = { question, ...(contactWay !== undefined && { contactWay }) }
    await rows.tickets.updateOne({ _id: ticket._id }, { $set })
    await conversations.decide(row._id, (now) => step(now, { type: 'noted' }, clock.now(), settings))
    const { number, deadline } = ticket
    return fillText(settings.texts.ticketNoted, { number, deadline: moment(deadline, clock.now(), settings) })
  }

  return { request, newTicket, noteQuestion }
}

/** Shifts of those who could serve: with the skill, or all when nobody has it. */
export function shiftsFor(all: readonly Member[], skill: string | undefined): string[] {
  return [...new Set(memberFits(all, skill).flatMap(({ shifts }) => shifts))]
}

function ticketText(settings: DeskSettings, { opensAt: opens, deadline }: TicketRow, now: Date): string {
  const { texts } = settings
  if (opens === undefined) return texts.nobody
  return fillText(texts.ticket, { opens: moment(opens, now, settings), deadline: moment(deadline, now, settings) })
}

/** `今天 09:00`, `明天 09:00`, `10月8日 09:00`. */
export function moment(at: Date, now: Date, { calendar: { timeZone } }: Pick<DeskSettings, 'calendar'>): string {
  const [then, today] = [at, now].map((each) => DateTime.fromJSDate(each, { zone: timeZone }))
  if (!then || !today) return ''
  const days = Math.round(then.startOf('day').diff(today.startOf('day'), 'days').days)
  return `${['今天', '明天'][days] ?? then.toFormat('M月d日')} ${then.toFormat('HH:mm')}`
}

/** A mainland mobile number, another long number, an address or a WeChat id that somebody wrote. */
export function contactWayIn(text: string): string | undefined {
  const found =
    /(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/.exec(text) ??
    /(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)/.exec(text) ??
    /[\w.+-]+@[\w-]+(\.[\w-]+)+/.exec(text) ??
    /(?<=(?:微信|vx|wx|VX|WX)[号：: ]{0,3})[a-zA-Z][\w-]{5,19}/.exec(text)
  return found?.[0]
}
