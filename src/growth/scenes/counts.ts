import type { Events } from '../../events/events.js'
import { eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'
import { NO_COUNTS, type SceneCounts, sceneRows } from './model.js'

/** Somebody came by a code, or left after having come by one. */
export interface Touch {
  /** The update: it counts once. */
  update: string
  account: string
  scene: string
  contact: string
  how: 'follow' | 'scan' | 'leave'
  at: Date
}

const TYPE = 'scene.touched'

/**
 * Records a touch as a fact and counts it on its code. The fact decides whether it is new; a count that is lost in
 * between (the process died) comes back with the next `rebuildCounts`.
 */
export async function countTouch(
  { connection, events }: { connection: Connection; events: Pick<Events, 'append' | 'read'> },
  { update, account, scene, contact, how, at }: Touch,
): Promise<void> {
  const first = how !== 'leave' && (await events.read({ contact, type: TYPE, limit: 1 })).length === 0
  const [state] = await events.append([
    { source: 'scenes', id: update, type: TYPE, contact, account, occurredAt: at, props: { scene, how } },
  ])
  if (state !== 'new') return
  const $inc = { [`counts.${COUNTED[how]}`]: 1, ...(first && { 'counts.first': 1 }) }
  await sceneRows(connection).updateOne({ _id: `${account}:${scene}` }, { $inc })
}

/**
 * Counts all touches anew, in the order in which they happened, and writes what differs. Memory holds one entry a code
 * and one a contact. Facts of an erased person have lost their code and are not counted any more. Gives the codes that
 * were off, as `<account>:<code>`.
 */
export async function rebuildCounts(connection: Connection): Promise<string[]> {
  const began = new Map<string, string>()
  for await (const row of sceneRows(connection).find({}, { projection: { counts: 1 } }))
    began.set(row._id, JSON.stringify(row.counts))
  const counts = new Map<string, SceneCounts>()
  const met = new Set<string>()
  const touches = eventRows(connection).find({ type: TYPE }).sort({ occurredAt: 1, _id: 1 })
  for await (const { account, contact, props } of touches) {
    const how = props['how']
    if (typeof props['scene'] !== 'string' || !isHow(how)) continue
    const key = `${account}:${props['scene']}`
    const sum = counts.get(key) ?? { ...NO_COUNTS }
    counts.set(key, sum)
    sum[COUNTED[how]] += 1
    if (how === 'leave' || contact === undefined || met.has(contact)) continue
    met.add(contact)
    sum.first += 1
  }
  const off: string[] = []
  for (const [key, before] of began) {
    const sum = counts.get(key) ?? { ...NO_COUNTS }
    if (before === JSON.stringify(sum)) continue
    const known = JSON.parse(before) as SceneCounts
    const same = await sceneRows(connection).updateOne({ _id: key, counts: known }, { $set: { counts: sum } })
    if (same.matchedCount === 1) off.push(key)
  }
  return off
}

const COUNTED = { follow: 'follows', scan: 'scans', leave: 'unfollows' } as const

const isHow = (how: unknown): how is Touch['how'] => typeof how === 'string' && Object.hasOwn(COUNTED, how)
