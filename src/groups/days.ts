import { DateTime } from 'luxon'
import { type EndedStayRow, endedStayRows, findRoster, groupId, type Member } from './model.js'
import type { GroupPorts } from './ports.js'

/** What happened in a group on a business day, by our own record: the platform counts no single group. */
export interface GroupDay {
  /** `2026-03-04`. */
  day: string
  joined: number
  left: number
  /** Who was in it when the day ended, or is now. */
  members: number
  /** Who joined by the state of the join way, and by way; staff count too. */
  byState: Record<string, number>
  byWay: Record<string, number>
  /** Who left by how: `self`, `removed`, `dismissed`, `unseen`. */
  byLeave: Record<string, number>
}

/** The days of a group with the moment from which they are complete: before it, who had left is not known. */
export interface GroupHistory {
  /** Absent: the group was not read yet. */
  since?: Date
  days: GroupDay[]
}

type Stay = Pick<Member, 'joinedAt' | 'way' | 'state'> & Partial<Pick<EndedStayRow, 'leftAt' | 'by'>>

/**
 * The last days of a group (30 unless given, at most 400), oldest first, today last. Counted from the stays themselves,
 * so that a late event also mends the figures of days gone by.
 */
export function createHistory({ connection, clock, timeZone }: Pick<GroupPorts, 'connection' | 'clock' | 'timeZone'>) {
  return async (account: string, chatId: string, { days = 30 } = {}): Promise<GroupHistory> => {
    const _id = groupId(account, chatId)
    const today = DateTime.fromJSDate(clock.now(), { zone: timeZone }).startOf('day')
    const first = today.minus({ days: Math.min(Math.max(days, 1), 400) - 1 })
    const fields = { joinedAt: 1, leftAt: 1, way: 1, state: 1, by: 1 }
    const roster = await findRoster(connection, account, chatId)
    const past = endedStayRows(connection).find(
      { group: _id, leftAt: { $gte: first.toJSDate() } },
      { projection: fields },
    )
    const stays: Stay[] = [...(roster?.members ?? []), ...(await past.toArray())]
    return {
      ...(roster?.knownSince && { since: roster.knownSince }),
      days: countDays(stays, first, today),
    }
  }
}

/** Counts stays by day, from the first to the last. */
export function countDays(stays: readonly Stay[], first: DateTime, last: DateTime): GroupDay[] {
  const rows: { from: number; to: number; row: GroupDay }[] = []
  for (let day = first; day <= last; day = day.plus({ days: 1 })) {
    const row = { day: day.toFormat('yyyy-MM-dd'), joined: 0, left: 0, members: 0, byState: {}, byWay: {}, byLeave: {} }
    rows.push({ from: day.toMillis(), to: day.plus({ days: 1 }).toMillis(), row })
  }
  for (const { joinedAt, leftAt, way, state, by } of stays) {
    for (const { from, to, row } of rows) {
      if (+joinedAt >= from && +joinedAt < to) {
        row.joined += 1
        add(row.byWay, way)
        if (state !== undefined) add(row.byState, state)
      }
      if (leftAt && +leftAt >= from && +leftAt < to) {
        row.left += 1
        add(row.byLeave, by ?? 'unseen')
      }
      if (+joinedAt < to && (!leftAt || +leftAt >= to)) row.members += 1
    }
  }
  return rows.map(({ row }) => row)
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
