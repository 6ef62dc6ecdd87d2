import type { Connection } from '../store/connect.js'
import { updateRaw } from '../store/raw-commands.js'
import type { DeliveryRow } from './delivery.js'
import { endingUpdate } from './ending.js'
import { OUTBOX } from './model.js'
import { POISON_AFTER } from './pick.js'
import { deliveries } from './queue.js'
import { repeatableMs } from './via.js'

const BATCH = 500

/** What a sweep put right. */
export interface Swept {
  /** Claimed but surely not sent, or with a key under which it may be sent once more: queued again. */
  requeued: number
  /** The process ended around the call: nobody knows, never repeated. */
  uncertain: number
  /** Processes ended again and again while they held nothing but it: given up. */
  poison: number
}

type Lapsed = Pick<
  DeliveryRow,
  '_id' | 'fence' | 'state' | 'channel' | 'sendingAt' | 'unclearSince' | 'crashesAlone' | 'attempts'
> & { alone?: true }

const ABOUT = {
  state: 1,
  fence: 1,
  channel: 1,
  sendingAt: 1,
  unclearSince: 1,
  crashesAlone: 1,
  alone: 1,
  attempts: 1,
} as const
const ENDED_DURING_CALL = 'the process ended during the call'

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
    .find<Lapsed>({ leaseUntil: { $lte: leaseNow } }, { projection: ABOUT })
    .limit(BATCH)
    .toArray()
  const foreign = lapsed.filter((row) => !mine.has(row._id))
  const kinds = { requeued: [] as Lapsed[], uncertain: [] as Lapsed[], poison: [] as Lapsed[] }
  for (const row of foreign) kinds[fateOf(row, leaseNow)].push(row)
  return {
    requeued: await settle(connection, kinds.requeued, (row) => requeueing(row, now)),
    uncertain: await settle(connection, kinds.uncertain, () =>
      endingUpdate({ state: 'uncertain', over: true, reason: ENDED_DURING_CALL }, now),
    ),
    poison: await settle(connection, kinds.poison, (row) => {
      const detail = `${(row.crashesAlone ?? 0) + 1} processes ended while they held nothing but this`
      return endingUpdate({ state: 'failed', over: true, reason: 'poison', detail }, now)
    }),
  }
}

function fateOf(row: Lapsed, leaseNow: Date): keyof Swept {
  if (row.state === 'claimed') {
    const poison = row.alone === true && (row.crashesAlone ?? 0) + 1 >= POISON_AFTER
    if (!poison) return 'requeued'
    return row.unclearSince ? 'uncertain' : 'poison'
  }
  const since = row.unclearSince ?? row.sendingAt
  const life = repeatableMs(row.channel)
  return since !== undefined && leaseNow.getTime() < since.getTime() + life ? 'requeued' : 'uncertain'
}

/** Back into the queue; what was being sent under a key stays the same message. */
function requeueing(row: Lapsed, now: Date): Change {
  const sent = row.state === 'sending'
  const since = row.unclearSince ?? row.sendingAt
  const attempt = { at: now, state: 'uncertain', reason: ENDED_DURING_CALL }
  return {
    $set: {
      state: sent ? 'retry' : row.unclearSince ? 'retry' : 'queued',
      ...(sent && { unclearSince: since, reason: ENDED_DURING_CALL, [`tries.${row.attempts}.end`]: attempt }),
    },
    $unset: { busy: '', owner: '', leaseUntil: '', alone: '' },
    $inc: { crashes: 1, ...(row.alone && { crashesAlone: 1 }) },
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

interface Change {
  $set: object
  $unset: object
  $inc?: Record<string, number>
}

async function settle(
  connection: Connection,
  rows: readonly Lapsed[],
  changeOf: (row: Lapsed) => Change,
): Promise<number> {
  if (rows.length === 0) return 0
  const updates = rows.map((row) => {
    const { $inc, ...change } = changeOf(row)
    return { q: { _id: row._id, fence: row.fence, state: row.state }, u: { ...change, $inc: { ...$inc, fence: 1 } } }
  })
  return (await updateRaw(connection, OUTBOX, updates)).matched
}
