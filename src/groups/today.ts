import { DateTime } from 'luxon'
import { endedStayRows, groupId, rosterRows, unpackRoster } from './model.js'
import type { GroupPorts } from './ports.js'

/** Who came and went today; staff count too. */
export interface GroupToday {
  joined: number
  left: number
}

/** The figures of today (business day) of some groups, by their chat ids; unread groups are missing. About a millisecond a group. */
export function createToday({ connection, clock, timeZone }: Pick<GroupPorts, 'connection' | 'clock' | 'timeZone'>) {
  return async (groups: readonly { account: string; chatId: string }[]): Promise<Map<string, GroupToday>> => {
    const ids = groups.map(({ account, chatId }) => groupId(account, chatId))
    const start = DateTime.fromJSDate(clock.now(), { zone: timeZone }).startOf('day').toJSDate()
    const [rosters, ended] = await Promise.all([
      rosterRows(connection)
        .find({ _id: { $in: ids } })
        .toArray(),
      endedStayRows(connection)
        .find({ group: { $in: ids }, leftAt: { $gte: start } }, { projection: { group: 1, joinedAt: 1 } })
        .toArray(),
    ])
    const figures = new Map<string, GroupToday>()
    for (const row of rosters) {
      const joined = unpackRoster(row).members.filter(({ joinedAt }) => joinedAt >= start).length
      figures.set(row._id, { joined, left: 0 })
    }
    for (const { group, joinedAt } of ended) {
      const one = figures.get(group)
      if (!one) continue
      one.left += 1
      if (joinedAt >= start) one.joined += 1
    }
    return figures
  }
}
