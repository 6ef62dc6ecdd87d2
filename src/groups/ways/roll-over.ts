import { limits } from '../../../rules/wecom/limits.js'

/** What rolling over asks of a group. */
export interface Seat {
  chatId: string
  name: string
  /** Everybody in it, staff too. */
  count: number
  status: 'active' | 'dismissed'
}

/** Which groups a way leads to now. */
export interface Turn {
  /** At most 5, in the order in which they fill up; empty when no group can be used at all. */
  groups: string[]
  /** Every group with room, the first in front. */
  open: string[]
  /** True when somebody can still join one of them. */
  room: boolean
  /** Wanted, but dismissed. */
  dismissed: string[]
  /** Wanted, but not in the roster (yet). */
  unknown: string[]
}

/**
 * The turn of a way: the first of the wanted groups that have room, as many as a way takes. Full and dismissed ones make
 * place for the next. While all are full the last of them stay: a code must lead somewhere, and the platform makes a new
 * group only behind full ones.
 */
export function turnOf(wanted: readonly string[], roster: readonly Seat[], fullAt: number): Turn {
  const most = limits.joinGroups.value
  const seats = new Map(roster.map((seat) => [seat.chatId, seat]))
  const ids = [...new Set(wanted)]
  const usable = ids.filter((id) => seats.get(id)?.status === 'active')
  const open = usable.filter((id) => (seats.get(id)?.count ?? 0) < fullAt)
  return {
    groups: open.length > 0 ? open.slice(0, most) : usable.slice(-most),
    open,
    room: open.length > 0,
    dismissed: ids.filter((id) => seats.get(id)?.status === 'dismissed'),
    unknown: ids.filter((id) => !seats.has(id)),
  }
}

/** The number of a group that the platform made for a way (`母婴福利3` of `母婴福利`); undefined for another name. */
export function autoNumber(name: string, base: string): number | undefined {
  const rest = name.startsWith(base) ? name.slice(base.length).trim() : ''
  return /^\d{1,6}$/.test(rest) ? Number(rest) : undefined
}

/** The next number for a new group: behind every one that has been used, never below the first. */
export function nextNumber(names: readonly string[], base: string, first: number): number {
  return Math.max(first, ...names.map((name) => (autoNumber(name, base) ?? 0) + 1))
}

/** Groups of a label in the order in which they fill up: by name, with numbers as numbers (群2 before 群10). */
export function byName<G extends Pick<Seat, 'name' | 'chatId'>>(groups: readonly G[]): G[] {
  return groups.toSorted((a, b) => ORDER.compare(a.name, b.name) || (a.chatId < b.chatId ? -1 : 1))
}

const ORDER = new Intl.Collator('zh', { numeric: true })
