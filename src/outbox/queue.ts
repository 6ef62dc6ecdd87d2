import type { Connection } from '../store/connect.js'
import { database } from '../store/connect.js'
import { type UpdateStatement, updateRaw } from '../store/raw-commands.js'
import type { Choice } from './choose.js'
import type { Attempt, DeliveryRow } from './delivery.js'
import { type Ending, endingUpdate, pickDefined } from './ending.js'
import { OUTBOX } from './model.js'
import { type Candidate, isSound, pick } from './pick.js'
import { subscriptionOf } from './via.js'

/** The collection of the native driver, typed. */
export function deliveries(connection: Connection) {
  return database(connection).collection<DeliveryRow>(OUTBOX)
}

const ABOUT = { contact: 1, source: 1, seq: 1, dueAt: 1, nextAt: 1, fence: 1, busy: 1, state: 1, crashes: 1 } as const

/** What a look at the queue found. */
export interface Found {
  chosen: Candidate[]
  /** Contacts with something due of which nothing can start now. */
  blocked: string[]
  /** Rows that are no deliveries (a field is missing or of another type): to be put aside. */
  broken: string[]
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
  if (due.length === 0) return { chosen: [], blocked: [], broken: [] }
  const contacts = [...new Set(due.map((row) => row.contact))]
  const open = await collection.find({ contact: { $in: contacts }, open: true }, { projection: ABOUT }).toArray()
  const broken = open.filter((row) => !isSound(row)).map((row) => row._id)
  const chosen = pick(broken.length === 0 ? open : open.filter(isSound), now, room)
  const starting = new Set(chosen.map((row) => row.contact))
  const blocked = chosen.length < room ? contacts.filter((contact) => !starting.has(contact)) : []
  return { chosen, blocked, broken }
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
  alone = false,
): Promise<DeliveryRow[]> {
  if (candidates.length === 0) return []
  const updates = candidates.map((row) => ({
    q: { _id: row._id, fence: row.fence, state: row.state, open: true },
    u: { $set: { state: 'claimed', owner, leaseUntil, busy: true, ...(alone && { alone }) }, $inc: { fence: 1 } },
  }))
  await updateRaw(connection, OUTBOX, updates)
  const ids = candidates.map((row) => row._id)
  const fences = new Map(candidates.map((row) => [row._id, row.fence + 1]))
  const mine = await deliveries(connection)
    .find({ _id: { $in: ids }, owner, state: 'claimed' })
    .toArray()
  return mine.filter((row) => row.fence === fences.get(row._id))
}

/**
 * Commits that the calls are about to be made, by which way and with the evidence of it; gives those for which this is
 * so. Only those may be delivered.
 */
export async function markSending(
  connection: Connection,
  choices: readonly Choice[],
  owner: string,
  at: Date,
  leaseUntil: Date,
): Promise<Choice[]> {
  if (choices.length === 0) return []
  const sending = choices.map((choice) => begun(choice, owner, at, leaseUntil))
  const updates = sending.map(({ row, refusals }) => {
    const { message, option, channel, attempts, tries } = row
    const way = { ...(row.options && { message, option }), ...pickDefined({ channel }) }
    const attempt = { [`tries.${attempts}`]: tries?.[String(attempts)] }
    return {
      q: { _id: row._id, owner, fence: row.fence, state: 'claimed' },
      u: {
        $set: { state: 'sending', leaseUntil, sendingAt: at, ...way, ...attempt },
        $inc: { attempts: 1 },
        ...(refusals.length > 0 && { $push: { reasons: { $each: refusals } } }),
      },
    }
  })
  const { matched } = await updateRaw(connection, OUTBOX, updates)
  if (matched === choices.length) return sending
  const ours = await deliveries(connection)
    .find({ _id: { $in: choices.map(({ row }) => row._id) }, owner, state: 'sending' }, { projection: { fence: 1 } })
    .toArray()
  const fences = new Map(ours.map((row) => [row._id, row.fence]))
  return sending.filter(({ row }) => fences.get(row._id) === row.fence)
}

/** A choice as its row is once the attempt has been committed. */
function begun(choice: Choice, owner: string, at: Date, leaseUntil: Date): Choice {
  const { row, resolved, refusals } = choice
  const attempts = row.attempts + 1
  const visitor = 'visitor' in resolved ? resolved.visitor : undefined
  const about = pickDefined({ channel: row.channel, template: subscriptionOf(resolved), visitor })
  const attempt: Attempt = { at, option: row.option ?? 0, kind: resolved.kind, owner, ...about }
  return {
    ...choice,
    row: {
      ...row,
      state: 'sending',
      attempts,
      sendingAt: at,
      leaseUntil,
      tries: { ...row.tries, [String(attempts)]: attempt },
      ...(refusals.length > 0 && { reasons: [...(row.reasons ?? []), ...refusals] }),
    },
  }
}

/** The statement that ends an attempt, if the row is still this owner's. */
export function endStatement(row: DeliveryRow, owner: string, ending: Ending, now: Date): UpdateStatement {
  return { q: { _id: row._id, owner, fence: row.fence }, u: endingUpdate(ending, now, row.attempts) }
}

/**
 * Puts rows aside that cannot be dealt with: they fail with the reason and never hold anything up again. Written with
 * nothing of the rows themselves.
 */
export async function putAside(
  connection: Connection,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<void> {
  if (ids.length === 0) return
  const ending = endingUpdate({ state: 'failed', over: true, reason: 'poison', detail: reason }, now)
  const q = { _id: { $in: [...ids] }, open: true }
  await updateRaw(connection, OUTBOX, [{ q, u: { ...ending, $inc: { fence: 1 } }, multi: true }])
}

/** Whether the delivery of a key was sent. */
export async function wasSent(connection: Connection, key: string): Promise<boolean> {
  const row = await deliveries(connection).findOne({ _id: key, state: 'sent' }, { projection: { _id: 1 } })
  return row !== null
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
