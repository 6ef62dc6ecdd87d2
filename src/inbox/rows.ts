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
import { type AcceptedRow, INBOX, type InboxBatch, type InboxRow, type StoredRow } from './model.js'
import { encodeBatch, encodeRows } from './row-bson.js'

/** What is known of an update the moment it is accepted. */
export interface Accepted {
  readonly id: string
  readonly contact: string
  readonly update: Update
  readonly envelope: Envelope
  readonly receivedAt: Date
}

/** A row that this process holds. */
export interface Held {
  id: string
  fence: number
  /** The id of the batch it was stored with: the row may not say anything itself yet. */
  inBatch?: string | undefined
}

/** How the handlers of one row ended. */
export interface Completion extends Held {
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

/**
 * Stores accepted updates together with the batch that speaks for them, by one command. Gives what was refused, by
 * place. Rejects when the batch itself was refused: then rows may be there that are nobody's.
 */
export async function insertBatch(
  connection: Connection,
  items: readonly Accepted[],
  batch: { id: string; owner: string; leaseUntil: Date },
): Promise<InsertFault[]> {
  const head: InboxBatch = {
    _id: batch.id,
    ids: items.map(({ id }) => id),
    receivedAt: new Date(Math.max(...items.map(({ receivedAt }) => receivedAt.getTime()))),
    owner: batch.owner,
    leaseUntil: batch.leaseUntil,
  }
  const faults = takesEncoded
    ? await insertEncoded(connection, INBOX, encodeBatch(head, items))
    : await insertRaw(connection, INBOX, [head, ...items.map((item) => ({ ...acceptedOf(item), batch: batch.id }))])
  const refused = faults.find(({ index }) => index === 0)
  if (refused) throw new Error(`a batch was refused: ${refused.message}`)
  return faults.map((fault) => ({ ...fault, index: fault.index - 1 }))
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
    const set = endFields(first, now)
    if (first.inBatch !== undefined) {
      statements.push({
        q: ownRow(first, owner),
        u: { $set: { ...set, ...firstTime(first) }, $unset: { leaseUntil: '', owner: '' } },
      })
      continue
    }
    statements.push({
      q: { _id: single ? ids[0] : { $in: ids }, owner, fence: first.fence },
      u: { $set: set, $unset: { leaseUntil: '', owner: '' } },
      ...(single ? {} : { multi: true }),
    })
  }
  return statements
}

/** Gives rows back: they count as lapsed at once, for the next sweep of any process. */
export async function releaseRows(connection: Connection, items: readonly Held[], owner: string): Promise<void> {
  const updates = items.map((item) => ({
    q: { ...ownRow(item, owner), ...(item.inBatch === undefined && { state: 'received' }) },
    u: {
      $set: { leaseUntil: new Date(0), ...(item.inBatch !== undefined && { state: 'received', ...firstTime(item) }) },
      $unset: { owner: '' },
    },
  }))
  await updateRaw(connection, INBOX, updates)
}

/** Extends the leases of rows that are still this owner's; those of a batch get one of their own. */
export async function renewLeases(
  connection: Connection,
  items: readonly Held[],
  owner: string,
  leaseUntil: Date,
): Promise<void> {
  const own = items.filter(({ inBatch }) => inBatch === undefined).map(({ id }) => id)
  const updates: UpdateStatement[] = items
    .filter(({ inBatch }) => inBatch !== undefined)
    .map((item) => ({
      q: ownRow(item, owner),
      u: { $set: { state: 'received', owner, leaseUntil, ...firstTime(item) } },
    }))
  if (own.length > 0) {
    updates.push({ q: { _id: { $in: own }, owner, state: 'received' }, u: { $set: { leaseUntil } }, multi: true })
  }
  await updateRaw(connection, INBOX, updates)
}

/** What a write must find of a row that only its batch speaks for: that nobody has made it speak for itself. */
export function isSilent(batch: string) {
  return { batch, state: { $exists: false } }
}

/** A row of this owner that has not ended; one of a batch may or may not speak for itself by now. */
function ownRow({ id, fence, inBatch }: Held, owner: string) {
  if (inBatch === undefined) return { _id: id, owner, fence }
  return { _id: id, $or: [isSilent(inBatch), { owner, fence }] }
}

/** What a row of a batch says besides, when it first speaks for itself. */
function firstTime({ fence }: Held) {
  return { fence, attempts: fence }
}

/** The collection of the native driver, typed. */
export function rows(connection: Connection) {
  return database(connection).collection<StoredRow>(INBOX)
}

/** The row of an accepted update that speaks for itself. */
export function rowOf(item: Accepted, owner: string, leaseUntil: Date): InboxRow {
  return { ...acceptedOf(item), state: 'received', owner, leaseUntil, fence: 1, attempts: 1 }
}

/** What never changes of it. */
export function acceptedOf(item: Accepted): AcceptedRow {
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
  }
}

/** Equal for ends that are written alike. */
function groupKey({ fence, end, inBatch }: Completion): unknown {
  if (fence !== 1 || inBatch !== undefined || end.state !== 'done') return end
  return end.answer === null ? end.late : answerKey(end.answer)
}

/** Equal for equal answers. A frozen answer is one that many people get: the object itself tells. */
export function answerKey(answer: ResolvedMessage | null): unknown {
  if (answer === null) return null
  if (Object.isFrozen(answer)) return answer
  return answer.kind === 'text' ? answer.text : `\u0000${JSON.stringify(answer)}`
}

function endFields({ end }: Completion, now: Date): object {
  if (end.state !== 'done') return { state: end.state, error: end.error, failedAt: now, finishedAt: now }
  const fields = { state: end.state, answer: end.answer, finishedAt: now }
  return end.late ? { ...fields, late: true } : fields
}
