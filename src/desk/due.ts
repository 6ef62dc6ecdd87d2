import { QUEUE_LOOK_MS } from './happening.js'
import type { ConversationRow } from './model.js'
import { choose, fitting } from './route.js'
import type { DeskSettings } from './settings.js'

/** What time alone makes of a conversation. */
export type Due =
  | { do: 'wait'; until: Date }
  | { do: 'offer'; staff: string[]; round: number; until: Date }
  | { do: 'assign'; staff: string }
  /** Whoever should act is told. */
  | { do: 'alert'; staff: string[] }
  | { do: 'lose'; why: 'reassigned' | 'left' }
  | { do: 'close' }
  /** Nobody is on duty any more. */
  | { do: 'ticket' }

/** Staff as they stand, for the decision. */
export interface OnDuty {
  userid: string
  skills: readonly string[]
  capacity: number
  load: number
  online: boolean
  supervisor: boolean
  lastTakenAt?: Date | undefined
}

const MOST_PATIENCE = 10

/**
 * What is to be done with an open conversation now. Nothing is ever left with one person: who does not answer loses it
 * as soon as somebody else could, and with nobody on duty it becomes a ticket.
 */
export function due(
  row: ConversationRow,
  now: Date,
  settings: Pick<DeskSettings, 'routing' | 'times'>,
  staff: readonly OnDuty[],
  last?: string,
): Due {
  switch (row.state) {
    case 'queued':
      return queuedDue(row, now, settings, staff, last)
    case 'staff':
      return staffDue(row, now, settings, staff)
    case 'waiting':
      return silent(row, now, settings.times.closeAfter)
    case 'bot':
      return row.ticket === undefined
        ? silent(row, now, settings.times.botCloseAfter)
        : wait(now, settings.times.botCloseAfter)
    case 'closed':
      return wait(now, settings.times.botCloseAfter)
  }
}

function queuedDue(
  row: ConversationRow,
  now: Date,
  { routing, times }: Pick<DeskSettings, 'routing' | 'times'>,
  staff: readonly OnDuty[],
  last: string | undefined,
): Due {
  if (fitting(staff, row.skill).length === 0) return { do: 'ticket' }
  const since = row.queuedAt ?? row.createdAt
  if (row.alertedAt === undefined && now.getTime() - since.getTime() >= times.queueAlertAfter)
    return { do: 'alert', staff: supervisors(staff) }
  if (row.offer && row.offer.until > now && stillThere(row.offer.staff, staff))
    return { do: 'wait', until: row.offer.until }
  const need = { skill: row.skill, wanted: row.wanted, ...(routing.keepLast && { last }) }
  const how = { order: routing.order, count: routing.mode === 'assign' ? 1 : routing.offerTo }
  const tried = row.tried ?? []
  const fresh = choose(staff, { ...need, tried }, how)
  const again = fresh.length === 0 && tried.length > 0
  const chosen = again ? choose(staff, { skill: row.skill, tried: [] }, how) : fresh
  const [first] = chosen
  if (first === undefined) return wait(now, QUEUE_LOOK_MS)
  if (routing.mode === 'assign') return { do: 'assign', staff: first }
  const round = (row.offer?.round ?? 1) + (again ? 1 : 0)
  const until = new Date(now.getTime() + routing.offerFor * Math.min(round, MOST_PATIENCE))
  return { do: 'offer', staff: chosen, round, until }
}

function staffDue(
  row: ConversationRow,
  now: Date,
  { times }: Pick<DeskSettings, 'times'>,
  staff: readonly OnDuty[],
): Due {
  const own = staff.find(({ userid }) => userid === row.staff)
  if (!own) return { do: 'lose', why: 'left' }
  const owed = now.getTime() - (row.unansweredSince ?? row.takenAt ?? row.createdAt).getTime()
  if (owed >= times.reassignAfter) {
    const others = fitting(staff, row.skill).filter(({ userid }) => userid !== row.staff)
    if (others.some(({ load, capacity }) => load < capacity) || !own.online) return { do: 'lose', why: 'reassigned' }
    const alerted = row.alertedAt?.getTime() ?? 0
    if (now.getTime() - alerted < times.reassignAfter) return wait(now, QUEUE_LOOK_MS)
    return { do: 'alert', staff: [...new Set([own.userid, ...supervisors(staff)])] }
  }
  if (owed >= times.alertAfter && row.alertedAt === undefined) return { do: 'alert', staff: [own.userid] }
  return wait(now, (row.alertedAt === undefined ? times.alertAfter : times.reassignAfter) - owed)
}

function silent(row: ConversationRow, now: Date, ms: number): Due {
  const last = Math.max(...[row.lastInAt, row.lastOutAt, row.createdAt].map((at) => at?.getTime() ?? 0))
  return now.getTime() - last >= ms ? { do: 'close' } : { do: 'wait', until: new Date(last + ms) }
}

/** Supervisors on duty, else all of them. */
export function supervisors(staff: readonly OnDuty[]): string[] {
  const all = staff.filter(({ supervisor }) => supervisor)
  const online = all.filter((one) => one.online)
  return (online.length > 0 ? online : all).map(({ userid }) => userid)
}

const stillThere = (offered: readonly string[], staff: readonly OnDuty[]) =>
  staff.some(({ userid, online }) => online && offered.includes(userid))

const wait = (now: Date, ms: number): Due => ({ do: 'wait', until: new Date(now.getTime() + Math.max(ms, 1000)) })
