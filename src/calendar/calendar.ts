import { DateTime } from 'luxon'
import { type Holiday, holidays } from '../../rules/china/holidays.js'
import { limits } from '../../rules/official-account/limits.js'
import { collisionsOf, type HouseRules, massOfMonth } from './collisions.js'
import type { Collision, Entry, QuotaLine } from './entry.js'

/** An entry before its day is known. */
export type Dated = Omit<Entry, 'day'>

/** What the calendar is read from. */
export interface CalendarPorts {
  /** Times of pushes and live shows within a span; `groups`: also those of pushes to groups and customers. */
  entries(span: { from: Date; to: Date; groups: boolean }): Promise<Dated[]>
  /** People whom a channel of an account reaches on a whole day; undefined where no number is known. */
  perDay(account: string, channel: string, at: Date): Promise<number | undefined>
  rules: HouseRules
}

/** A span of days. */
export interface CalendarView {
  from: string
  to: string
  timeZone: string
  entries: Entry[]
  holidays: Holiday[]
  collisions: Collision[]
  quota: QuotaLine[]
}

/** A month looks back 31 days, for the caps of 30 days and the mass sends of the month. */
const BACK_DAYS = 31

/** Reads the calendar of a span of days, both included, by the shop's zone. */
export function createCalendar({ entries, perDay, rules }: CalendarPorts) {
  const { timeZone } = rules
  const dayOf = (at: Date) => DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd')

  return async (from: string, to: string, { groups }: { groups: boolean }): Promise<CalendarView> => {
    const first = DateTime.fromISO(from, { zone: timeZone })
    const last = DateTime.fromISO(to, { zone: timeZone })
    const span = {
      from: first.minus({ days: BACK_DAYS }).toJSDate(),
      to: last.plus({ days: 1 }).toJSDate(),
      groups,
    }
    const all = (await entries(span)).map((one): Entry => ({ ...one, day: dayOf(one.at) }))
    const inside = ({ day }: { day: string }) => day >= from && day <= to
    const shown = all.filter(inside)
    const quota = await quotaOf(shown, all)
    return {
      ...{ from, to, timeZone, entries: shown, quota },
      holidays: holidays.filter((one) => touches(one, from, to)),
      collisions: collisionsOf(all, quota, rules).filter(inside),
    }
  }

  /** A line for each day and account on which something leaves. */
  async function quotaOf(shown: readonly Entry[], all: readonly Entry[]): Promise<QuotaLine[]> {
    const lines = new Map<string, Entry[]>()
    for (const one of shown) {
      if (one.kind !== 'push' || one.account === undefined) continue
      const key = `${one.day} ${one.account}`
      lines.set(key, [...(lines.get(key) ?? []), one])
    }
    return Promise.all(
      [...lines].map(async ([key, group]): Promise<QuotaLine> => {
        const [day = '', account = ''] = key.split(' ')
        const channels = new Map<string, number>()
        for (const { byChannel = {} } of group)
          for (const [channel, people] of Object.entries(byChannel))
            channels.set(channel, (channels.get(channel) ?? 0) + people)
        return {
          day,
          account,
          mass: { used: massOfMonth(all, account, day).length, of: limits.massPerFollowerMonth.value },
          channels: await Promise.all(
            [...channels].map(async ([channel, people]) => {
              const most = await perDay(account, channel, group[0]?.at ?? new Date(0))
              return { channel, people, ...(most !== undefined && { perDay: most }) }
            }),
          ),
        }
      }),
    )
  }
}

/** A calendar that can be asked. */
export type Calendar = ReturnType<typeof createCalendar>

const touches = ({ from, to, work }: Holiday, first: string, last: string) =>
  (from <= last && to >= first) || work.some((day) => day >= first && day <= last)
