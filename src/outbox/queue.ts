import type { Connection } from '../store/connect.js'
import { database } from '../store/connect.js'
import { type UpdateStatement, updateRaw } from '../store/raw-commands.js'
import type { DeliveryRow } from './delivery.js'
import { type Ending, endingUpdate } from './ending.js'
import { OUTBOX } from './model.js'
import { type Candidate, pick } from './pick.js'

/** The collection of the native driver, typed. */
export function deliveries(connection: Connection) {
  return database(connection).collection<DeliveryRow>(OUTBOX)
}

const ABOUT = { contact: 1, source: 1, seq: 1, dueAt: 1, nextAt: 1, fence: 1, busy: 1, state: 1 } as const

/** What a look at the queue found. */
export interface Found {
  chosen: Candidate[]
  /** Contacts with something due of which nothing can start now. */
  blocked: string[]
}

/** Looks for deliveries that may start now; `except` are contacts that need not be looked at. */
export async function findDue(
  connection: Connection,
  now: Date,
  room: number,
  except: ReadonlySet<string>,
): Promise<Found> {
  const collection = deliveries(connection)
  const others = except.size > 0 ? { contact: { $nin: [...except] } } : {}
  const due = await collection
    .find({ open: true, nextAt: { $lte: now }, ...others }, { projection: { contact: 1 } })
    .sort({ nextAt: 1, seq: 1 })
    .limit(room * 4)
    .toArray()
  if (due.length === 0) return { chosen: [], blocked: [] }
  const contacts = [...new Set(due.map((row) => row.contact))]
  const open = await collection.find({ contact: { $in: contacts }, open: true }, { projection: ABOUT }).toArray()
  const chosen = pick(open, now, room)
  const starting = new Set(chosen.map((row) => row.contact))
  return { chosen, blocked: chosen.length < room ? contacts.filter((contact) => !starting.has(contact)) : [] }
}

/**
 * Claims deliveries for `owner`: those that nobody changed since they were looked at, and whose contact nobody else is
 * busy with (the unique index decides). Gives the rows that are ours now.
 */
export async function claim(
  connection: Connection,
  candidates: readonly Candidate[],
  owner: string,
  leaseUntil: Date,
): Promise<DeliveryRow[]> {
  if (candidates.length === 0) return []
  const updates = candidates.map((row) => ({
    q: { _id: row._id, fence: row.fence, state: row.state, open: true },
    u: { $set: { state: 'claimed', owner, leaseUntil, busy: true }, $inc: { fence: 1 } },
  }))
  await updateRaw(connection, OUTBOX, updates)
  const ids = candidates.map((row) => row._id)
  const fences = new Map(candidates.map((row) => [row._id, row.fence + 1]))
  const mine = await deliveries(connection)
    .find({ _id: { $in: ids }, owner, state: 'claimed' })
    .toArray()
  return mine.filter((row) => row.fence === fences.get(row._id))
}

/** Commits that the calls are about to be made; gives the rows for which this is so. Only those may be delivered. */
export async function markSending(
  connection: Connection,
  rows: readonly DeliveryRow[],
  owner: string,
  leaseUntil: Date,
): Promise<DeliveryRow[]> {
  if (rows.length === 0) return []
  const updates = rows.map((row) => ({
    q: { _id: row._id, owner, fence: row.fence, state: 'claimed' },
    u: { $set: { state: 'sending', leaseUntil }, $inc: { attempts: 1 } },
  }))
  const { matched } = await updateRaw(connection, OUTBOX, updates)
  const sending = rows.map((row): DeliveryRow => ({ ...row, state: 'sending', attempts: row.attempts + 1 }))
  if (matched === rows.length) return sending
  const ours = await deliveries(connection)
    .find({ _id: { $in: rows.map((row) => row._id) }, owner, state: 'sending' }, { projection: { fence: 1 } })
    .toArray()
  const fences = new Map(ours.map((row) => [row._id, row.fence]))
  return sending.filter((row) => fences.get(row._id) === row.fence)
}

/** The statement that ends an attempt, if the row is still this owner's. */
export function endStatement(row: DeliveryRow, owner: string, ending: Ending, now: Date): UpdateStatement {
  return { q: { _id: row._id, owner, fence: row.fence }, u: endingUpdate(ending, now) }
}

/** Extends the leases of what is under way. */
export async function renewClaims(
  connection: Connection,
  rows: readonly DeliveryRow[],
  owner: string,
  leaseUntil: Date,
) {
  const q = { _id: { $in: rows.map((row) => row._id) }, owner, leaseUntil: { $exists: true } }
  await updateRaw(connection, OUTBOX, [{ q, u: { $set: { leaseUntil } }, multi: true }])
}
