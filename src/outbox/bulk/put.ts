import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY, isDuplicate } from '../../store/duplicate.js'
import { insertRaw, updateRaw } from '../../store/raw-commands.js'
import type { PutResult } from '../put.js'
import { type AudienceRow, orderedRecipients, packPeople } from './audience.js'
import type { NewChunk, Recipient } from './chunk.js'
import { emptyFields, openLedger } from './ledger.js'
import { BULK_AUDIENCE, BULK_CHUNKS, bulkRows, type ChunkRow, type SourceRow } from './rows.js'

/** Rows of one command: about 8 MB, far below the 48 MB of the wire. */
const TOGETHER = 150

/**
 * Stores chunks; resolves when they are on the disk. A chunk whose key is known is left as it is. Rejects with AppError
 * `bulk.chunk` when one cannot be stored as it is written, and with the driver's error when the store fails: then the
 * same call may be repeated.
 */
export async function putChunks(
  connection: Connection,
  clock: Clock,
  chunks: readonly NewChunk[],
): Promise<PutResult[]> {
  const results: PutResult[] = []
  for (let at = 0; at < chunks.length; at += TOGETHER) {
    results.push(...(await putSome(connection, clock.now(), chunks.slice(at, at + TOGETHER))))
  }
  return results
}

async function putSome(connection: Connection, now: Date, chunks: readonly NewChunk[]): Promise<PutResult[]> {
  const ordered = chunks.map((chunk) => ({ chunk, recipients: orderedRecipients(chunk) }))
  const audience = ordered.map(({ chunk, recipients }) => audienceRow(chunk, recipients, now))
  const rows = ordered.map(({ chunk, recipients }) => chunkRow(chunk, recipients, now))
  await insert(connection, BULK_AUDIENCE, audience)
  const known = await insert(connection, BULK_CHUNKS, rows)
  const open = rows.filter((row, index) => row.open && !known.has(index))
  for (const source of new Set(open.map((row) => row.source))) {
    await announce(
      connection,
      open.filter((row) => row.source === source),
    )
  }
  return rows.map((_, index) => (known.has(index) ? 'known' : 'new'))
}

/** Gives the indexes of those that were there already. */
async function insert(connection: Connection, collection: string, rows: object[]): Promise<Set<number>> {
  const faults = await insertRaw(connection, collection, rows)
  const broken = faults.find(({ code }) => code !== DUPLICATE_KEY)
  if (broken) throw new AppError('bulk.refused', `the store refused a chunk: ${broken.message}`)
  return new Set(faults.map(({ index }) => index))
}

/**
 * Makes a source with new chunks known to the senders. Whoever pauses or cancels a source marks the source first and
 * its chunks after; this looks at the source after the chunks are stored, so that one of the two sees the other.
 */
async function announce(connection: Connection, rows: readonly ChunkRow[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const nextAt = new Date(Math.min(...rows.map((row) => row.nextAt.getTime())))
  const hold = await openSource(connection, { source: first.source, account: first.account, nextAt })
  if (hold === undefined) return
  const q = { _id: { $in: rows.map((row) => row._id) }, open: true }
  await updateRaw(connection, BULK_CHUNKS, [{ q, u: { $set: { hold } }, multi: true }])
}

/** Tells the senders that a source has something to do at `nextAt`; gives what holds it, if anything does. */
export async function openSource(
  connection: Connection,
  about: { source: string; account: string; nextAt: Date },
): Promise<SourceRow['hold']> {
  const { source: _id, account, nextAt } = about
  const update = { $set: { account, open: true as const }, $min: { nextAt }, $inc: { version: 1 } }
  const options = { upsert: true, returnDocument: 'after' } as const
  const { sources } = bulkRows(connection)
  const row = await sources.findOneAndUpdate({ _id }, update, options).catch((error: unknown) => {
    if (!isDuplicate(error)) throw error
    return sources.findOneAndUpdate({ _id }, update, options)
  })
  return row?.hold
}

function audienceRow(chunk: NewChunk, recipients: readonly Recipient[], now: Date): AudienceRow {
  const { key, source, purpose, channels, variants, ratePerSecond, repeatUncertain } = chunk
  return {
    _id: key,
    source,
    purpose,
    channels: [...channels],
    variants: [...variants],
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(repeatUncertain && { repeatUncertain }),
    ...packPeople(recipients),
    createdAt: now,
  }
}

function chunkRow(chunk: NewChunk, recipients: readonly Recipient[], now: Date): ChunkRow {
  const { key, source, account, dueAt, expiresAt } = chunk
  const size = recipients.length
  const ledger = openLedger(emptyFields(size), (index) => recipients[index]?.variant ?? 0)
  for (const [index, { skip }] of recipients.entries()) {
    if (skip !== undefined) ledger.set(index, 'skipped', { note: { reason: skip }, at: now })
  }
  return {
    _id: key,
    source,
    account,
    lo: recipients[0]?.contact ?? '',
    hi: recipients[size - 1]?.contact ?? '',
    size,
    createdAt: now,
    dueAt,
    expiresAt,
    nextAt: dueAt,
    ...(ledger.left() > 0 ? { open: true } : { endedAt: now }),
    ...ledger.fields(),
    fence: 0,
  }
}
