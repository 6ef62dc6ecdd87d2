import type { Connection } from '../../store/connect.js'
import { type UpdateStatement, updateRaw } from '../../store/raw-commands.js'
import type { AudienceRow } from './audience.js'
import type { LedgerFields } from './ledger.js'
import { BULK_CHUNKS, bulkRows, type ChunkRow } from './rows.js'

const ABSENT = { $exists: false } as const
const notAfter = (now: Date) => ({ $not: { $gt: now } })

/** Takes the next due chunk of a source that nobody has, for `owner`. */
export function claimNext(
  connection: Connection,
  about: { source: string; owner: string; now: Date; leaseNow: Date; leaseUntil: Date },
): Promise<ChunkRow | null> {
  const { source, owner, now, leaseNow, leaseUntil } = about
  return bulkRows(connection).chunks.findOneAndUpdate(
    { source, open: true, nextAt: { $lte: now }, owner: ABSENT, hold: ABSENT, wantedUntil: notAfter(leaseNow) },
    { $set: { owner, leaseUntil }, $inc: { fence: 1 } },
    { sort: { nextAt: 1, _id: 1 }, returnDocument: 'after' },
  )
}

/** Takes a certain chunk: one that nobody has, or one whose holder of that fence has ended. */
export function claimThis(
  connection: Connection,
  row: Pick<ChunkRow, '_id' | 'fence' | 'owner'>,
  owner: string,
  leaseUntil: Date,
): Promise<ChunkRow | null> {
  return bulkRows(connection).chunks.findOneAndUpdate(
    { _id: row._id, fence: row.fence, owner: row.owner ?? ABSENT },
    { $set: { owner, leaseUntil }, $inc: { fence: 1 } },
    { returnDocument: 'after' },
  )
}

/** The people of a chunk; undefined when the row is gone. */
export async function readAudience(connection: Connection, key: string): Promise<AudienceRow | undefined> {
  return (await bulkRows(connection).audience.findOne({ _id: key })) ?? undefined
}

/** What of a chunk is written, and whether its holder lets go of it. */
export interface ChunkWrite {
  key: string
  fence: number
  fields: LedgerFields
  leaseNow: Date
  leaseUntil: Date
  /** Lets go: `over` when everybody came to an end, else when there is something to do again. */
  release?: { over: true; at: Date } | { over: false; nextAt: Date }
  /** The visits that were looked at: a chunk is not let go of over a newer one. */
  visits?: number
  /** Written although somebody holds or wants the chunk: what is done is done. */
  regardless?: boolean
}

/** The statement that writes a chunk, if it is still this owner's. */
export function writeStatement(owner: string, write: ChunkWrite): UpdateStatement {
  const { key, fence, fields, leaseNow, leaseUntil, release, regardless } = write
  const free = regardless ? {} : { hold: ABSENT, wantedUntil: notAfter(leaseNow) }
  const seen = write.visits === undefined ? {} : { visits: write.visits === 0 ? ABSENT : write.visits }
  const q = { _id: key, owner, fence, ...free, ...seen }
  if (!release) return { q, u: { $set: { ...fields, leaseUntil } } }
  const $unset: Record<string, ''> = { owner: '', leaseUntil: '' }
  if (!fields.attention) $unset['attention'] = ''
  if (!release.over) return { q, u: { $set: { ...fields, nextAt: release.nextAt }, $unset } }
  return { q, u: { $set: { ...fields, endedAt: release.at }, $unset: { ...$unset, open: '', hold: '' } } }
}

/** Why a write changed nothing: the chunk is another's, it is held back, or somebody it waits for came by. */
export type Refused = 'lost' | 'paused' | 'cancelled' | 'wanted' | 'visited'

/** Writes chunks with one command; gives those that were refused. A second look is taken only when some were. */
export async function writeChunks(
  connection: Connection,
  owner: string,
  writes: readonly ChunkWrite[],
): Promise<Map<string, Refused>> {
  const refused = new Map<string, Refused>()
  const statements = writes.map((write) => writeStatement(owner, write))
  const { matched, faults } = await updateRaw(connection, BULK_CHUNKS, statements)
  if (faults.length > 0) throw new Error(`a chunk could not be written: ${faults[0]?.message}`)
  if (matched === writes.length) return refused
  const keys = writes.map(({ key }) => key)
  const rows = await bulkRows(connection)
    .chunks.find({ _id: { $in: keys } }, { projection: HELD })
    .toArray()
  const found = new Map(rows.map((row) => [row._id, row]))
  for (const { key, fence, leaseNow, release, regardless, visits } of writes) {
    const row = found.get(key)
    if (row?.owner === owner && row.fence === fence) {
      const why = regardless ? undefined : heldBack(row, leaseNow)
      if (why !== undefined) refused.set(key, why)
      else if (visits !== undefined && (row.visits ?? 0) !== visits) refused.set(key, 'visited')
    } else if (!(release && row && row.fence === fence && row.owner === undefined)) refused.set(key, 'lost')
  }
  return refused
}

/** Extends the leases of these chunks; gives the keys that the owner still has, with what holds them back. */
export async function renewChunks(
  connection: Connection,
  owner: string,
  keys: readonly string[],
  leaseNow: Date,
  leaseUntil: Date,
): Promise<Map<string, Refused | undefined>> {
  if (keys.length === 0) return new Map()
  const q = { _id: { $in: [...keys] }, owner }
  await updateRaw(connection, BULK_CHUNKS, [{ q, u: { $set: { leaseUntil } }, multi: true }])
  const rows = await bulkRows(connection).chunks.find(q, { projection: HELD }).toArray()
  return new Map(rows.map((row) => [row._id, heldBack(row, leaseNow)]))
}

const HELD = { owner: 1, fence: 1, hold: 1, wantedUntil: 1, visits: 1 } as const

function heldBack(row: Pick<ChunkRow, 'hold' | 'wantedUntil'>, leaseNow: Date): Refused | undefined {
  return row.hold ?? (row.wantedUntil && row.wantedUntil > leaseNow ? 'wanted' : undefined)
}
