import { createHash } from 'node:crypto'
import type { Events } from '../../events/events.js'
import { eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'
import { type WayCounts, type WayDayRow, wayDayRows, wayRows } from './model.js'

/** Somebody came by a way, or deleted the member after having come by it. */
export interface WayTouch {
  account: string
  way: string
  staff: string
  customer: string
  contact: string
  /** The business day. */
  day: string
  how: 'added' | 'lost'
  at: Date
}

const TYPES = { added: 'way.added', lost: 'way.lost' } as const

type Pair = Pick<WayTouch, 'account' | 'staff' | 'customer'>

/** The pair without its names: what stays of a fact when somebody is erased names nobody. */
const pairKey = ({ account, staff, customer }: Pair): string =>
  createHash('sha256').update(`${account}:${staff}:${customer}`).digest('hex').slice(0, 32)

/** Who, with whom, on which day: somebody counts once a day with a member, however often an update comes. */
export const touchId = (touch: Pair & { day: string }): string => `${pairKey(touch)}:${touch.day}`

/**
 * Records a touch as a fact and counts it. The fact decides whether it is new; a count that is lost in between (the
 * process died) comes back with the next `rebuildCounts`. True when it was new.
 */
export async function countTouch(
  { connection, events }: { connection: Connection; events: Pick<Events, 'append'> },
  touch: WayTouch,
): Promise<boolean> {
  const { account, way, staff, contact, day, how, at } = touch
  const props = { corp: account, way, staff, day }
  const id = `${how}:${touchId(touch)}`
  const [state] = await events.append([
    { source: 'ways', id, type: TYPES[how], contact, account, occurredAt: at, props },
  ])
  if (state !== 'new') return false
  const $inc = { added: how === 'added' ? 1 : 0, lost: how === 'lost' ? 1 : 0 }
  const _id = `${account}:${way}`
  await wayDayRows(connection).updateOne(
    { _id: `${_id}:${day}:${staff}` },
    { $inc, $setOnInsert: { way: _id, day, staff } },
    { upsert: true },
  )
  await wayRows(connection).updateOne({ _id }, { $inc: { [`counts.${how}`]: 1 } })
  return true
}

/** Newcomers of each member by a way on a day. */
export async function countsOn(connection: Connection, way: string, day: string): Promise<Map<string, number>> {
  const found = await wayDayRows(connection).find({ way, day }).toArray()
  return new Map(found.map(({ staff, added }) => [staff, added]))
}

/** By which way a customer came to a member last; undefined when by none. Contacts may have been merged meanwhile. */
export async function cameBy(connection: Connection, pair: Pair): Promise<string | undefined> {
  const prefix = `ways:added:${pairKey(pair)}`
  const [last] = await eventRows(connection)
    .find({ _id: { $gte: `${prefix}:`, $lt: `${prefix};` } })
    .sort({ _id: -1 })
    .limit(1)
    .toArray()
  return typeof last?.props['way'] === 'string' ? last.props['way'] : undefined
}

/**
 * Counts all touches anew from the facts and writes what differs. Memory holds one entry a way, day and member. Facts of
 * erased people have lost their way and do not count any more. Gives how many counts were off.
 */
export async function rebuildCounts(connection: Connection): Promise<number> {
  const days = new Map<string, WayDayRow>()
  const ways = new Map<string, WayCounts>()
  const types = Object.values(TYPES)
  for await (const { type, account, props } of eventRows(connection).find({ type: { $in: types } })) {
    const { way: slug, staff, day } = props
    if (typeof slug !== 'string' || typeof staff !== 'string' || typeof day !== 'string') continue
    const how = type === TYPES.added ? 'added' : 'lost'
    const way = `${account}:${slug}`
    const key = `${way}:${day}:${staff}`
    const row = days.get(key) ?? { _id: key, way, day, staff, added: 0, lost: 0 }
    days.set(key, { ...row, [how]: row[how] + 1 })
    const sum = ways.get(way) ?? { added: 0, lost: 0 }
    ways.set(way, { ...sum, [how]: sum[how] + 1 })
  }
  let off = 0
  for await (const row of wayDayRows(connection).find({})) {
    const counted = days.get(row._id)
    days.delete(row._id)
    const { added = 0, lost = 0 } = counted ?? {}
    if (row.added === added && row.lost === lost) continue
    const known = { _id: row._id, added: row.added, lost: row.lost }
    off += (await wayDayRows(connection).updateOne(known, { $set: { added, lost } })).matchedCount
  }
  for (const { _id, ...row } of days.values()) {
    const { upsertedCount } = await wayDayRows(connection).updateOne({ _id }, { $setOnInsert: row }, { upsert: true })
    off += upsertedCount
  }
  for await (const { _id, counts } of wayRows(connection).find({}, { projection: { counts: 1 } })) {
    const sum = ways.get(_id) ?? { added: 0, lost: 0 }
    if (counts.added === sum.added && counts.lost === sum.lost) continue
    const known = { _id, 'counts.added': counts.added, 'counts.lost': counts.lost }
    off += (await wayRows(connection).updateOne(known, { $set: { counts: sum } })).matchedCount
  }
  return off
}
