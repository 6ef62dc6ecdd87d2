import { messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { contactKey } from '../core/update.js'
import type { Envelope, Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { type Entry, recoveredEntry } from './entry.js'
import { insertRows } from './rows.js'
import type { Spool } from './spool.js'
import { readRows, takeOver } from './stored-rows.js'

/** What the spool keeps of an update: enough to make its row later. */
export interface SpoolRecord {
  id: string
  account: string
  /** Milliseconds. */
  receivedAt: number
  envelope: Envelope
}

/** The record of an update. */
export function spoolRecord(entry: Entry): SpoolRecord {
  const { id, update, receivedAt, envelope } = entry
  return { id, account: update.account, receivedAt: receivedAt.getTime(), envelope }
}

/** What bringing the spool in needs. */
export interface SpoolDrain {
  connection: Connection
  owner: string
  spool: Spool
  log: Logger
  leaseEnd(): Date
  platform(account: string): Platform | undefined
  /** Brings rows into their lanes, in order; waits while much is under way. */
  enter(entries: Entry[]): Promise<void>
}

/**
 * Brings what was spooled into the store, in the order of its arrival, and lets it be handled. Any part may run again
 * after a crash: the unique key keeps every update single. Rejects when the store fails; the rest stays in the spool.
 */
export async function drainSpool(drain: SpoolDrain): Promise<void> {
  if (drain.spool.bytes === 0) return
  let count = 0
  await drain.spool.drain(async (records) => {
    count += records.length
    await bringIn(drain, records as SpoolRecord[])
  })
  if (count > 0) drain.log.info({ updates: count }, 'spooled updates brought into the store')
}

async function bringIn(drain: SpoolDrain, records: SpoolRecord[]): Promise<void> {
  const { connection, owner, log } = drain
  const entries: Entry[] = []
  for (const record of records) {
    const entry = readRecord(drain, record)
    if (entry) entries.push(entry)
  }
  if (entries.length === 0) return
  const faults = await insertRows(connection, entries, owner, drain.leaseEnd())
  const refused = new Set<Entry>()
  for (const fault of faults) {
    const entry = entries[fault.index]
    if (!entry) continue
    refused.add(entry)
    if (fault.code === DUPLICATE_KEY) continue
    log.error({ update: entry.id, code: fault.code, reason: fault.message }, 'spooled update refused by the store')
    await drain.spool.quarantine(JSON.stringify(spoolRecord(entry)))
  }
  const lost = await lostWrites(
    drain,
    entries.filter((entry) => refused.has(entry)),
  )
  await drain.enter(entries.filter((entry) => !refused.has(entry) || lost.has(entry)))
}

/** Rows of our own whose insert was thought to have failed: nobody has run their handlers. */
async function lostWrites(drain: SpoolDrain, duplicates: Entry[]): Promise<Set<Entry>> {
  const lost = new Set<Entry>()
  if (duplicates.length === 0) return lost
  const ids = duplicates.map((entry) => entry.id)
  const found = new Map((await readRows(drain.connection, ids)).map((row) => [row._id, row]))
  for (const entry of duplicates) {
    const row = found.get(entry.id)
    if (row?.state !== 'received' || (row.owner ?? drain.owner) !== drain.owner) continue
    const mine = row.inBatch === undefined ? row : await takeOver(drain.connection, row, drain.owner, drain.leaseEnd())
    if (mine === null) continue
    entry.fence = mine.fence
    entry.attempt = mine.attempts
    lost.add(entry)
  }
  return lost
}

function readRecord(drain: SpoolDrain, record: SpoolRecord): Entry | undefined {
  const platform = drain.platform(record.account)
  try {
    if (!platform) throw new Error(`the account ${record.account} is not configured`)
    const update = platform.decode(record.envelope.body)
    return recoveredEntry(
      platform,
      {
        _id: record.id,
        account: update.account,
        platform: update.platform,
        contact: contactKey(update),
        kind: update.kind,
        at: update.at,
        receivedAt: new Date(record.receivedAt),
        envelope: record.envelope,
        state: 'received',
        fence: 1,
        attempts: 1,
      },
      performance.now(),
      update,
    )
  } catch (error) {
    drain.log.error({ update: record.id, reason: messageOf(error) }, 'spooled update cannot be read')
    void drain.spool.quarantine(JSON.stringify(record))
    return undefined
  }
}
