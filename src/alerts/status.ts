import { type TimeOrder, walk } from '../store/walk.js'
import type { AlertRow, AlertRows, AlertState, Recipient, SendRow } from './model.js'
import type { PlaceState, Places } from './places.js'
import type { AlertSettings } from './ports.js'
import { keyOf } from './release.js'

/** One alert with what became of it. */
export interface AlertView extends Omit<AlertRow, '_id' | 'data' | 'group'> {
  id: string
  /** One entry a recipient; those to staff go on in the outbox under `key`. */
  ways: AlertWay[]
}

/** One recipient of an alert. */
export interface AlertWay {
  to: Recipient
  key: string
  state: SendRow['state'] | 'outbox'
  reason?: string
}

/** Which alerts to list, by when they came. */
export interface AlertQuery {
  rule?: string | undefined
  state?: AlertState | undefined
  /** `next` of the page before. */
  after?: string | undefined
  order?: TimeOrder | undefined
  /** 50 unless given, at most 200. */
  limit?: number | undefined
}

/** How alerts are doing. */
export interface AlertStatus {
  /** Until where facts were followed; absent before the first turn. */
  followedTo?: Date
  /** Facts that were never looked at, as nobody ran for too long. */
  stale: number
  /** Alerts that are not over. */
  alerts: Partial<Record<AlertState, number>>
  /** Posts to robots and groups that wait, and those nobody knows the end of. */
  posts: { queued: number; uncertain: number; failed: number }
  robots: ({ name: string } & PlaceState)[]
  chats: ({ name: string } & PlaceState)[]
}

/** A page of alerts. */
export interface AlertPage {
  alerts: AlertView[]
  /** There may be more, even when the page is short. */
  next?: string
}

/** The alerts of a query, on the index of the rule, else of the time; the state is looked at while walking. */
export async function historyOf(rows: AlertRows, query: AlertQuery): Promise<AlertPage> {
  const { rule, state, after, order, limit = 50 } = query
  const { rows: found, next } = await walk<AlertRow>(rows.alerts as never, {
    filter: rule === undefined ? {} : { rule },
    field: 'at',
    order,
    after,
    limit: Math.min(Math.max(limit, 1), 200),
    fits: (row) => state === undefined || row.state === state,
  })
  const sends = await rows.sends.find({ alert: { $in: found.map(({ _id }) => _id) } }).toArray()
  const byKey = new Map(sends.map((row) => [row._id, row]))
  const alerts = found.map(({ _id, data: _data, group: _group, ...row }) => {
    const ways = (row.recipients ?? []).map((to): AlertWay => {
      const key = keyOf(_id, to)
      const send = byKey.get(key)
      return { to, key, state: send?.state ?? 'outbox', ...(send?.reason !== undefined && { reason: send.reason }) }
    })
    return { id: _id, ...row, ways }
  })
  return { alerts, ...(next !== undefined && { next }) }
}

/** How alerts are doing now. */
export async function statusOf(
  rows: AlertRows,
  places: Places,
  settings: Pick<AlertSettings, 'robots' | 'chats'>,
): Promise<AlertStatus> {
  const cursor = await rows.cursor.findOne({ _id: 'facts' })
  const alerts: Partial<Record<AlertState, number>> = {}
  for (const state of ['new', 'waiting', 'written', 'failed'] as const) {
    const count = await rows.alerts.countDocuments({ state })
    if (count > 0) alerts[state] = count
  }
  const statesOf = async (kind: 'robot' | 'chat', names: readonly string[]) =>
    Promise.all(names.map(async (name) => ({ name, ...(await places.state({ kind, name })) })))
  const posts = async (state: SendRow['state']) => rows.sends.countDocuments({ state })
  return {
    ...(cursor && { followedTo: cursor.at }),
    stale: cursor?.stale ?? 0,
    alerts,
    posts: { queued: await posts('queued'), uncertain: await posts('uncertain'), failed: await posts('failed') },
    robots: await statesOf('robot', Object.keys(settings.robots)),
    chats: await statesOf('chat', Object.keys(settings.chats)),
  }
}
