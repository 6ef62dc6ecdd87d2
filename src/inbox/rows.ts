import type { ResolvedMessage } from '../core/message.js'
import type { Update } from '../core/update.js'
import type { Envelope } from '../platforms/platform.js'
import { type Connection, database } from '../store/connect.js'
import {
  type InsertFault,
  insertEncoded,
  insertRaw,
  takesEncoded,
  type UpdateStatement,
  updateRaw,
} from '../store/raw-commands.js'
import { INBOX, type InboxRow } from './model.js'
import { encodeRows } from './row-bson.js'

/** What is known of an update the moment it is accepted. */
export interface Accepted {
  readonly id: string
  readonly contact: string
  readonly update: Update
  readonly envelope: Envelope
  readonly receivedAt: Date
}

/** How the handlers of one row ended. */
export interface Completion {
  id: string
  fence: number
  end: { state: 'done'; answer: ResolvedMessage | null; late: boolean } | { state: 'failed' | 'dead'; error: string }
}

/** Stores accepted updates with one command, in the name of `owner`; gives the documents that were refused. */
export function insertRows(
  connection: Connection,
  items: readonly Accepted[],
  owner: string,
  leaseUntil: Date,
): Promise<InsertFault[]> {
  if (takesEncoded) return insertEncoded(connection, INBOX, encodeRows(items, owner, leaseUntil))
  return insertRaw(
    connection,
    INBOX,
    items.map((item) => rowOf(item, owner, leaseUntil)),
  )
}

/** Writes how handlers ended; ends that are equal share a statement. Rows taken over by another owner stay untouched. */
export async function completeRows(
  connection: Connection,
  items: readonly Completion[],
  owner: string,
  now: Date,
): Promise<void> {
  await updateRaw(connection, INBOX, completionStatements(items, owner, now))
}

/** The statements of `completeRows`; equal outcomes (no answer, or the same text) are joined. */
export function completionStatements(items: readonly Completion[], owner: string, now: Date): UpdateStatement[] {
  const groups = new Map<unknown, { ids: string[]; first: Completion }>()
  for (const item of items) {
    const key = groupKey(item)
    const group = groups.get(key)
    if (group) group.ids.push(item.id)
    else groups.set(key, { ids: [item.id], first: item })
  }
  const statements: UpdateStatement[] = []
  for (const { ids, first } of groups.values()) {
    const single = ids.length === 1
    statements.push({
      q: { _id: single ? ids[0] : { $in: ids }, owner, fence: first.fence },
      u: { $set: endFields(first, now), $unset: { leaseUntil: '', owner: '' } },
      ...(single ? {} : { multi: true }),
    })
  }
  return statements
}

/** Gives rows back: they count as lapsed at once, for the next sweep of any process. */
export async function releaseRows(
  connection: Connection,
  items: readonly { id: string; fence: number }[],
  owner: string,
): Promise<void> {
  const updates = items.map(({ id, fence }) => ({
    q: { _id: id, owner, fence, state: 'received' },
    u: { $set: { leaseUntil: new Date(0) }, $unset: { owner: '' } },
  }))
  await updateRaw(connection, INBOX, updates)
}

/** Extends the leases of rows that are still this owner's. */
export async function renewLeases(
  connection: Connection,
  ids: string[],
  owner: string,
  leaseUntil: Date,
): Promise<void> {
  const q = { _id: { $in: ids }, owner, state: 'received' }
  await updateRaw(connection, INBOX, [{ q, u: { $set: { leaseUntil } }, multi: true }])
}

/** Reads rows by id. */
export async function readRows(connection: Connection, ids: readonly string[]): Promise<InboxRow[]> {
  return rows(connection)
    .find({ _id: { $in: [...ids] } })
    .toArray()
}

/**
 * Takes a row over for a new owner if nobody has since: the fence tells. Returns the row as it is now, or null.
 */
export function takeOver(
  connection: Connection,
  row: Pick<InboxRow, '_id' | 'fence' | 'state'>,
  owner: string,
  leaseUntil: Date,
): Promise<InboxRow | null> {
  return rows(connection).findOneAndUpdate(
    { _id: row._id, fence: row.fence, state: row.state },
    {
      $set: { state: 'received', owner, leaseUntil },
      $inc: { fence: 1, attempts: 1 },
      $unset: { error: '', failedAt: '', finishedAt: '' },
    },
    { returnDocument: 'after' },
  )
}

/** The collection of the native driver, typed. */
export function rows(connection: Connection) {
  return database(connection).collection<InboxRow>(INBOX)
}

/** The row of an accepted update. */
export function rowOf(item: Accepted, owner: string, leaseUntil: Date): InboxRow {
  const { update, envelope } = item
  return {
    _id: item.id,
    account: update.account,
    platform: update.platform,
    contact: item.contact,
    kind: update.kind,
    at: update.at,
    receivedAt: item.receivedAt,
    envelope: { body: envelope.body, mode: envelope.mode, format: envelope.format },
    state: 'received',
    owner,
    leaseUntil,
    fence: 1,
    attempts: 1,
  }
}

/** Equal for ends that are written alike. A frozen answer is one that many people get: the object itself tells. */
function groupKey({ fence, end }: Completion): unknown {
  if (fence !== 1 || end.state !== 'done') return end
  const { answer } = end
  if (answer === null) return end.late
  if (Object.isFrozen(answer)) return answer
  return answer.kind === 'text' ? answer.text : `\u0000${JSON.stringify(answer)}`
}

function endFields({ end }: Completion, now: Date): object {
  if (end.state !== 'done') return { state: end.state, error: end.error, failedAt: now, finishedAt: now }
  const fields = { state: end.state, answer: end.answer, finishedAt: now }
  return end.late ? { ...fields, late: true } : fields
}
