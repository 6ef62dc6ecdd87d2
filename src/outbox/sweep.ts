import type { Connection } from '../store/connect.js'
import { updateRaw } from '../store/raw-commands.js'
import type { DeliveryRow } from './delivery.js'
import { endingUpdate } from './ending.js'
import { OUTBOX } from './model.js'
import { deliveries } from './queue.js'

const BATCH = 500

/** What a sweep put right. */
export interface Swept {
  /** Claimed but surely not sent: queued again. */
  requeued: number
  /** The process ended around the call: nobody knows, never repeated. */
  uncertain: number
}

/**
 * Puts right what ended processes left: rows whose lease has lapsed by the database's clock. `mine` are rows this very
 * process has under way; it knows better. Any number of processes may sweep at once: the fence lets one win.
 */
export async function sweepLeases(
  connection: Connection,
  leaseNow: Date,
  now: Date,
  mine: ReadonlySet<string>,
): Promise<Swept> {
  const lapsed = await deliveries(connection)
    .find({ leaseUntil: { $lte: leaseNow } }, { projection: { state: 1, fence: 1 } })
    .limit(BATCH)
    .toArray()
  const foreign = lapsed.filter((row) => !mine.has(row._id))
  const claimed = foreign.filter((row) => row.state === 'claimed')
  const sending = foreign.filter((row) => row.state === 'sending')
  return {
    requeued: await settle(connection, claimed, {
      $set: { state: 'queued' },
      $unset: { busy: '', owner: '', leaseUntil: '' },
    }),
    uncertain: await settle(
      connection,
      sending,
      endingUpdate({ state: 'uncertain', over: true, reason: 'the process ended during the call' }, now),
    ),
  }
}

/** Ended rows whose end may not have been recorded yet, a moment after their end. */
export function findUntold(connection: Connection, endedBefore: Date): Promise<DeliveryRow[]> {
  return deliveries(connection)
    .find({ untold: true, endedAt: { $lte: endedBefore } })
    .limit(BATCH)
    .toArray()
}

/** Marks ends as recorded. */
export async function markTold(connection: Connection, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const statement = { q: { _id: { $in: [...ids] } }, u: { $unset: { untold: '' } }, multi: true }
  await updateRaw(connection, OUTBOX, [statement])
}

async function settle(
  connection: Connection,
  rows: readonly Pick<DeliveryRow, '_id' | 'fence' | 'state'>[],
  change: { $set: object; $unset: object },
): Promise<number> {
  if (rows.length === 0) return 0
  const updates = rows.map((row) => ({
    q: { _id: row._id, fence: row.fence, state: row.state },
    u: { ...change, $inc: { fence: 1 } },
  }))
  return (await updateRaw(connection, OUTBOX, updates)).matched
}
