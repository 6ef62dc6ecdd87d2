import type { Events } from '../../events/events.js'
import type { Fact } from '../../events/fact.js'
import { eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'
import { NO_COUNTS, type WayCounts, wayRows } from '../ways/model.js'

/** Something that counts on a join way. */
export type SteerFact = Omit<Fact, 'source' | 'type'> & {
  type: 'steer.offered' | 'steer.opened' | 'steer.joined' | 'steer.left'
  props: { corp: string; way: string } & Record<string, unknown>
}

/** What a fact adds to its way's counts. */
function addsTo(type: string, props: Record<string, unknown>): (keyof WayCounts)[] {
  switch (type) {
    case 'steer.offered':
      return ['offered']
    case 'steer.opened':
      return ['opened']
    case 'steer.joined':
      return props['offer'] === undefined ? ['joined'] : ['joined', 'steered']
    case 'steer.left':
      return ['left']
    default:
      return []
  }
}

/** Where counts are kept. */
export interface CountDeps {
  connection: Connection
  events: Pick<Events, 'append'>
}

/**
 * Records a fact and counts it on its way. The fact decides whether it is new; a count that is lost in between (the
 * process died) comes back with `recount`.
 */
export async function countFact({ connection, events }: CountDeps, fact: SteerFact): Promise<boolean> {
  const [state] = await events.append([{ source: 'steer', ...fact }])
  if (state !== 'new') return false
  const { corp, way } = fact.props
  const $inc = Object.fromEntries(addsTo(fact.type, fact.props).map((name) => [`counts.${name}`, 1]))
  await wayRows(connection).updateOne({ _id: `${corp}:${way}` }, { $inc })
  return true
}

const TYPES = ['steer.offered', 'steer.opened', 'steer.joined', 'steer.left']

/**
 * Counts all facts anew and writes what differs; gives the ways that were off. Facts of an erased person have lost their
 * way and are not counted any more.
 */
export async function recount(connection: Connection): Promise<string[]> {
  const ways = wayRows(connection)
  const began = new Map<string, WayCounts>()
  for await (const row of ways.find({}, { projection: { counts: 1 } })) began.set(row._id, row.counts)
  const counts = new Map<string, WayCounts>()
  const rows = eventRows(connection).find({ type: { $in: TYPES } }, { projection: { type: 1, props: 1 } })
  for await (const { type, props } of rows) {
    if (typeof props['way'] !== 'string') continue
    const id = `${String(props['corp'])}:${props['way']}`
    const sum = counts.get(id) ?? { ...NO_COUNTS }
    counts.set(id, sum)
    for (const name of addsTo(type, props)) sum[name] += 1
  }
  const off: string[] = []
  for (const [_id, before] of began) {
    const sum = counts.get(_id) ?? { ...NO_COUNTS }
    if (Object.keys(sum).every((name) => sum[name as keyof WayCounts] === before[name as keyof WayCounts])) continue
    const { matchedCount } = await ways.updateOne({ _id, counts: before }, { $set: { counts: sum } })
    if (matchedCount === 1) off.push(_id)
  }
  return off
}
