import { eventRows } from '../../events/model.js'
import type { Connection } from '../../store/connect.js'

/** A business day of a channel code. */
export interface SceneDay {
  /** `2026-03-04` in the configured zone. */
  day: string
  follows: number
  scans: number
  unfollows: number
}

const DAY_MS = 86_400_000
const COUNTED = { follow: 'follows', scan: 'scans', leave: 'unfollows' } as const

/** What came of a code by day, the oldest first; days without anything are there too. */
export async function daysOf(
  { connection, timeZone, now }: { connection: Connection; timeZone: string; now: Date },
  { account, code, days }: { account: string; code: string; days: number },
): Promise<SceneDay[]> {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const found = new Map<string, SceneDay>()
  for (let back = days - 1; back >= 0; back--) {
    const day = dayOf.format(new Date(now.getTime() - back * DAY_MS))
    found.set(day, { day, follows: 0, scans: 0, unfollows: 0 })
  }
  const from = new Date(now.getTime() - days * DAY_MS)
  const touches = eventRows(connection).find(
    { type: 'scene.touched', occurredAt: { $gte: from }, account, 'props.scene': code },
    { projection: { occurredAt: 1, props: 1 } },
  )
  for await (const { occurredAt, props } of touches) {
    const day = found.get(dayOf.format(occurredAt))
    const how = props['how']
    if (day && (how === 'follow' || how === 'scan' || how === 'leave')) day[COUNTED[how]] += 1
  }
  return [...found.values()]
}
