import type { Clock } from '../core/clock.js'
import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import { MOST_ATTEMPTS } from './duplicates.js'
import { type Entry, recoveredEntry } from './entry.js'
import type { InboxRow, InboxState } from './model.js'
import { completeRows, rows } from './rows.js'
import { batches, dissolve, IS_ROW, readRows, takeOver } from './stored-rows.js'

/** What the recovery of updates needs. */
export interface Recovery {
  connection: Connection
  owner: string
  clock: Clock
  leaseClock: Clock
  leaseEnd(): Date
  log: Logger
  /** How long a lapsed row is left to the platform's resend. */
  graceMs: number
  platform(account: string): Platform | undefined
  has(id: string): boolean
  /** Takes an entry into its lane; false when the lane is full (the row was given back). */
  enter(entry: Entry): boolean
}

/** Rows taken by one sweep at most; the next sweep takes the next. */
const BATCH = 200

/**
 * Takes over the rows whose owner is gone, oldest first, and brings them into their lanes. Within a contact their order
 * is kept among themselves and against what this process has yet to handle; what another process has already handled
 * meanwhile cannot be overtaken. Gives how many were taken.
 */
export async function sweepRows(recovery: Recovery): Promise<number> {
  const { connection, leaseClock, graceMs, owner, log } = recovery
  const lapsed = { leaseUntil: { $lte: new Date(leaseClock.now().getTime() - graceMs) } }
  await dissolveBatches(recovery, lapsed)
  const found = await rows(connection)
    .find({ ...lapsed, ...IS_ROW }, { projection: { envelope: 0 } })
    .sort({ receivedAt: 1, at: 1, _id: 1 })
    .limit(BATCH)
    .toArray()
  let taken = 0
  for (const row of found) {
    if (row.state === undefined || recovery.has(row._id)) continue
    const mine = await takeOver(connection, row, owner, recovery.leaseEnd())
    if (!mine) continue
    const entry = mine.attempts > MOST_ATTEMPTS ? undefined : await readable(recovery, mine)
    if (mine.attempts > MOST_ATTEMPTS)
      await bury(recovery, mine, 'its handlers never ended; the process died under them')
    if (entry && recovery.enter(entry)) taken++
  }
  if (taken > 0) log.info({ updates: taken }, 'updates of an ended process taken over')
  return taken
}

/** The rows of batches whose process is gone, so that they are found below. */
async function dissolveBatches({ connection }: Recovery, lapsed: { leaseUntil: { $lte: Date } }): Promise<void> {
  const found = await batches(connection)
    .find({ ...lapsed, ids: { $exists: true } })
    .limit(BATCH)
    .toArray()
  for (const batch of found) await dissolve(connection, batch)
}

/** Handles a failed or dead row again and waits for its end. */
export async function replayRow(recovery: Recovery, id: string): Promise<InboxState | undefined> {
  const { connection, owner } = recovery
  const [row] = await readRows(connection, [id])
  if (!row || (row.state !== 'failed' && row.state !== 'dead') || recovery.has(id)) return undefined
  const mine = await takeOver(connection, row, owner, recovery.leaseEnd())
  if (!mine) return undefined
  const entry = await readable(recovery, mine)
  if (!entry) return 'dead'
  const end = new Promise<InboxState>((resolve) => {
    entry.ended = resolve
  })
  return recovery.enter(entry) ? end : 'received'
}

async function readable(recovery: Recovery, row: InboxRow): Promise<Entry | undefined> {
  const platform = recovery.platform(row.account)
  if (!platform) {
    await bury(recovery, row, `the account ${row.account} is not configured`)
    return undefined
  }
  try {
    return recoveredEntry(platform, row, performance.now())
  } catch (error) {
    await bury(recovery, row, `the stored push cannot be read: ${messageOf(error)}`)
    return undefined
  }
}

async function bury(recovery: Recovery, row: InboxRow, error: string): Promise<void> {
  recovery.log.error({ update: row._id, reason: error, attempts: row.attempts }, 'update set aside as dead')
  const completion = { id: row._id, fence: row.fence, end: { state: 'dead' as const, error } }
  await completeRows(recovery.connection, [completion], recovery.owner, recovery.clock.now())
}
