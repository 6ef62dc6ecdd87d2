import type { Outcome } from '../core/outcome.js'
import { retryDelay } from '../outbox/retry.js'
import type { AlertRows, SendRow } from './model.js'
import { createPlaces, type Places } from './places.js'
import type { AlertPorts } from './ports.js'
import { createPost, placeOf } from './post.js'
import { nameOfRecipient } from './recipients.js'

/** What calls of robots and chats need. */
export type DispatchPorts = Pick<
  AlertPorts,
  'settings' | 'clock' | 'leaseClock' | 'log' | 'events' | 'corps' | 'client' | 'outcomeOf' | 'startGroupSend'
> & { rows: Pick<AlertRows, 'sends' | 'places'> }

/** Makes the calls that are not the outbox's. */
export interface Dispatch {
  places: Places
  /** One turn: what is due. Gives how many calls were made. */
  run(): Promise<number>
  /** Puts right what ended processes left. A post with an unclear end is never repeated; a group-send's key allows it. */
  sweep(): Promise<number>
}

/** Longer than a call and what goes before it may take. */
const LEASE_MS = 300_000
const MINUTE_MS = 60_000
const BATCH = 200
const QUOTA = 45009
/** The robot was removed (93000), switched off (93004), is not in its group; the app may not use internal groups. */
const STOPS: ReadonlySet<number> = new Set([93000, 93004, 93006, 93008, 48002])

/** Posts to robots and internal groups at most once each, and starts group sends once each. */
export function createDispatch(ports: DispatchPorts): Dispatch {
  const { rows, settings, clock, leaseClock, log, events } = ports
  const places = createPlaces({ rows, settings, clock })
  const post = createPost({ ...ports, places })

  /** Before the call: the intent is on the disk, and nobody else has the row. */
  function claim({ _id, fence }: SendRow): Promise<SendRow | null> {
    const leaseUntil = new Date(leaseClock.now().getTime() + LEASE_MS)
    return rows.sends.findOneAndUpdate(
      { _id, fence, state: 'queued' },
      { $set: { state: 'calling', leaseUntil }, $inc: { fence: 1, attempts: 1 } },
      { returnDocument: 'after' },
    )
  }

  const settle = ({ _id, fence }: SendRow, fields: Partial<SendRow>, over: boolean) =>
    rows.sends.updateOne(
      { _id, fence },
      {
        $set: { ...fields, ...(over && { endedAt: clock.now() }) },
        $unset: { leaseUntil: '', ...(over && { open: '' }) },
        $inc: { fence: 1 },
      },
    )

  async function learn({ to }: SendRow, outcome: Outcome): Promise<void> {
    const place = placeOf(to)
    if (place === undefined || outcome.state === 'sent' || outcome.state === 'uncertain') return
    if (outcome.state === 'retry') {
      if (outcome.park || outcome.afterMs !== undefined)
        await places.rest(place, new Date(clock.now().getTime() + Math.max(outcome.afterMs ?? 0, 1000)))
      return
    }
    const { code } = outcome
    if (code === undefined || !STOPS.has(code)) return
    const reason = outcome.state === 'failed' ? outcome.reason : (outcome.detail ?? outcome.reason)
    if (!(await places.stop(place, reason, code))) return
    log.error({ place: nameOfRecipient(to), code, reason }, 'alerts to this place stopped')
    const at = clock.now()
    const props = { what: place.kind, name: place.name, code, reason }
    const id = `stopped:${place.kind}:${place.name}:${at.getTime()}`
    await events.append([{ source: 'alerts', id, type: 'platform.refused', occurredAt: at, props }])
  }

  async function end(row: SendRow, outcome: Outcome): Promise<void> {
    const code = 'code' in outcome && outcome.code !== undefined ? { code: outcome.code } : {}
    if (outcome.state === 'sent') {
      await settle(row, { state: 'sent' }, true)
      return
    }
    const why = { reason: outcome.reason, ...code }
    if (outcome.state === 'retry') {
      const delay = outcome.code === QUOTA ? (outcome.afterMs ?? MINUTE_MS) : retryDelay(row.attempts, outcome.afterMs)
      const nextAt = new Date(clock.now().getTime() + (delay ?? 0))
      await settle(
        row,
        { ...why, ...(delay === undefined ? { state: 'failed' } : { state: 'queued', nextAt }) },
        delay === undefined,
      )
      return
    }
    if (outcome.state === 'uncertain')
      log.warn({ alert: row.alert, to: nameOfRecipient(row.to) }, 'post with an unclear end, not repeated')
    await settle(row, { state: outcome.state === 'uncertain' ? 'uncertain' : 'failed', ...why }, true)
  }

  /** False when it did not come to a call. */
  async function send(row: SendRow): Promise<boolean> {
    const now = clock.now()
    if (now.getTime() - row.createdAt.getTime() > settings.expireAfter) {
      await settle(row, { state: 'expired', reason: row.reason ?? 'too late' }, true)
      return false
    }
    const place = placeOf(row.to)
    const { stopped, restUntil } = place ? await places.state(place) : {}
    if (stopped) {
      await settle(row, { state: 'failed', reason: `stopped: ${stopped.reason}` }, true)
      return false
    }
    if (restUntil && restUntil > now) {
      await settle(row, { state: 'queued', nextAt: restUntil }, false)
      return false
    }
    const claimed = await claim(row)
    if (claimed === null) return false
    const outcome = await post(claimed)
    await learn(claimed, outcome)
    await end(claimed, outcome)
    return true
  }

  return {
    places,
    async run() {
      const due = await rows.sends
        .find({ open: true, state: 'queued', nextAt: { $lte: clock.now() } })
        .sort({ nextAt: 1, createdAt: 1 })
        .limit(BATCH)
        .toArray()
      const lanes = new Map<string, SendRow[]>()
      for (const row of due) {
        const lane = lanes.get(nameOfRecipient(row.to))
        if (lane) lane.push(row)
        else lanes.set(nameOfRecipient(row.to), [row])
      }
      let calls = 0
      const lane = async (list: SendRow[]) => {
        for (const row of list) if (await send(row)) calls++
      }
      await Promise.all([...lanes.values()].map(lane))
      return calls
    },
    async sweep() {
      const lapsed = { open: true as const, state: 'calling' as const, leaseUntil: { $lte: leaseClock.now() } }
      await rows.sends.updateMany(
        { ...lapsed, 'to.kind': 'group-send' },
        { $set: { state: 'queued' }, $unset: { leaseUntil: '' }, $inc: { fence: 1 } },
      )
      const { modifiedCount } = await rows.sends.updateMany(
        { ...lapsed, 'to.kind': { $ne: 'group-send' } },
        {
          $set: { state: 'uncertain', endedAt: clock.now(), reason: 'the process ended during the call' },
          $unset: { leaseUntil: '', open: '' },
          $inc: { fence: 1 },
        },
      )
      return modifiedCount
    },
  }
}
