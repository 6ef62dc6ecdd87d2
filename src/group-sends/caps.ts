import { DateTime } from 'luxon'
import type { Connection } from '../store/connect.js'
import { OPEN_TARGETS, REACHED_TARGETS } from './life.js'
import { groupSendRows } from './model.js'
import type { GroupSendSettings } from './settings.js'

/** Most messages a target may get, and since when they are counted. */
export interface Cap {
  most: number
  since: Date
}

/**
 * The cap that holds at a moment. A week is the 7 days before, which is never laxer than the platform's week; a month
 * has as many as it has days.
 */
export function capAt(setting: GroupSendSettings['cap'], at: Date, timeZone: string): Cap {
  const day = DateTime.fromJSDate(at, { zone: timeZone }).startOf('day')
  if (setting === 'day') return { most: 1, since: day.toJSDate() }
  if (setting === 'week') return { most: 7, since: day.minus({ days: 6 }).toJSDate() }
  return { most: day.daysInMonth ?? 28, since: day.startOf('month').toJSDate() }
}

/**
 * How many mass messages each target has had within the cap's time or may still get: what was sent, and what waits in
 * open tasks of other runs. Members' own mass messages are not known to us; the platform counts them too.
 */
export async function countsOf(
  connection: Connection,
  about: { account: string; targets: readonly string[]; run: string; cap: Cap },
): Promise<ReadonlyMap<string, number>> {
  const { account, targets, run, cap } = about
  const found = new Map<string, number>()
  const filter = {
    target: { $in: [...targets] },
    account,
    $or: [{ state: { $in: [...OPEN_TARGETS] } }, { state: { $in: [...REACHED_TARGETS] }, at: { $gte: cap.since } }],
  }
  const rows = groupSendRows(connection).targets.find(filter, { projection: { target: 1, run: 1 } })
  for await (const row of rows) if (row.run !== run) found.set(row.target, (found.get(row.target) ?? 0) + 1)
  return found
}
