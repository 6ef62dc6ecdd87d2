import { DateTime } from 'luxon'
import { isOpen, type Window } from '../../library/window.js'

/** Who receives newcomers, and when: a way's part that decides it. */
export interface Rota {
  /** All the time; in place of `slots`. */
  staff?: readonly string[] | undefined
  slots?: readonly { when?: Window | undefined; staff: readonly string[] }[] | undefined
  /** On these dates only they count. Without staff: everybody rests. */
  holidays: readonly { when: Window; staff: readonly string[] }[]
  /** Outside of slots, on holidays without staff, and when all are over their cap. */
  spare?: readonly string[] | undefined
  /** How many newcomers a member takes on a business day by this way; spare staff have no cap. */
  dailyCap?: number | undefined
}

/** Who is on now, and by which part of the rota. */
export interface OnDuty {
  /** In a lasting order, nobody twice. Empty only when nobody is named at all. */
  staff: string[]
  by: 'slot' | 'holiday' | 'spare'
}

/** Decides who receives newcomers at a moment, given how many each member has taken today. */
export function staffAt(rota: Rota, now: Date, counts: ReadonlyMap<string, number>, zone = 'Asia/Shanghai'): OnDuty {
  const { dailyCap = Number.POSITIVE_INFINITY } = rota
  const holidays = rota.holidays.filter(({ when }) => isOpen(datesOf(when), now, zone))
  const slots = holidays.length > 0 ? holidays : (rota.slots ?? [{ staff: rota.staff ?? [] }])
  const called = slots.filter(({ when }) => isOpen(when, now, zone)).flatMap(({ staff }) => staff)
  const free = inOrder(called.filter((member) => (counts.get(member) ?? 0) < dailyCap))
  if (free.length > 0) return { staff: free, by: holidays.length > 0 ? 'holiday' : 'slot' }
  const spare = inOrder(rota.spare ?? [])
  return spare.length > 0 ? { staff: spare, by: 'spare' } : { staff: inOrder(called), by: 'slot' }
}

/** The rota as if some members were not in it. */
export function without(rota: Rota, members: readonly string[]): Rota {
  if (members.length === 0) return rota
  const others = <T extends { staff: readonly string[] }>(one: T): T => ({ ...one, staff: kept(one.staff) })
  const kept = (staff: readonly string[]) => staff.filter((member) => !members.includes(member))
  return {
    ...rota,
    ...(rota.staff && { staff: kept(rota.staff) }),
    ...(rota.slots && { slots: rota.slots.map(others) }),
    holidays: rota.holidays.map(others),
    ...(rota.spare && { spare: kept(rota.spare) }),
  }
}

/** The business day of a moment, `YYYY-MM-DD`. */
export const dayOf = (at: Date, zone = 'Asia/Shanghai'): string =>
  DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd')

/** The moment that a date with or without a time means: a bare date its beginning, or its end. */
export function momentOf(text: string, zone: string, edge: 'start' | 'end' = 'start'): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?: ([01]\d|2[0-3]):[0-5]\d)?$/.test(text)) return undefined
  const at = DateTime.fromISO(text.replace(' ', 'T'), { zone })
  if (!at.isValid) return undefined
  return (text.length === 10 && edge === 'end' ? at.plus({ days: 1 }) : at).toJSDate()
}

/** Where a way is in its validity. */
export function validityAt(
  { from, until }: { from?: string | undefined; until?: string | undefined },
  now: Date,
  zone: string,
): 'not-yet' | 'valid' | 'over' {
  const [begins, ends] = [from && momentOf(from, zone), until && momentOf(until, zone, 'end')]
  if (begins && now < begins) return 'not-yet'
  return ends && now >= ends ? 'over' : 'valid'
}

/** True when some slot is open at every minute of every week. */
export function covers(slots: readonly { when?: Window | undefined }[]): boolean {
  const open = new Uint8Array(WEEK)
  for (const { when } of slots) {
    if (when === undefined) return true
    if (when.from !== undefined || when.until !== undefined) continue
    for (const day of when.days ?? [1, 2, 3, 4, 5, 6, 7]) {
      for (const { from, until } of when.hours ?? [{ from: 0, until: DAY }]) {
        const begin = (day - 1) * DAY + from
        const end = begin + (until > from ? until - from : DAY - from + until)
        for (let minute = begin; minute < end; minute += 1) open[minute % WEEK] = 1
      }
    }
  }
  return !open.includes(0)
}

const DAY = 1440
const WEEK = 7 * DAY

const datesOf = ({ from, until }: Window): Window => ({ from, until })

const inOrder = (staff: readonly string[]): string[] => [...new Set(staff)].sort()
