import { messageOf } from '../../core/errors.js'
import { insertRaw } from '../../store/raw-commands.js'
import { unpackPeople } from './audience.js'
import { claimThis, readAudience, writeChunks } from './claims.js'
import type { Evidence } from './evidence.js'
import { openLedger } from './ledger.js'
import type { BulkDeps } from './ports.js'
import { openSource } from './put.js'
import { INTERRUPTED, recoverMarks } from './recover.js'
import { BULK_PEOPLE, bulkRows, type ChunkRow, type PersonRow, personId } from './rows.js'

const BATCH = 100

/** What a sweep put right. */
export interface BulkSwept {
  /** Chunks of processes that have ended. */
  chunks: number
  /** Recipients of whom nobody knows whether the call arrived. */
  uncertain: number
  /** Recipients given up because their time is over or their source was called off, in chunks that nobody had in hand. */
  givenUp: number
}

/**
 * Puts right what ended processes left, and gives up what has expired. Any number of processes may sweep at once: the
 * fence lets one win. Processes of this machine that are seen to have ended need not be waited for until their leases
 * lapse. `mine` are chunks that this very process has in hand; it knows better.
 */
export async function sweepChunks(deps: BulkDeps, evidence: Evidence, mine: ReadonlySet<string>): Promise<BulkSwept> {
  const swept: BulkSwept = { chunks: 0, uncertain: 0, givenUp: 0 }
  const { chunks, lanes } = bulkRows(deps.connection)
  const gone = evidence.gone()
  const theirs = { owner: { $in: gone } }
  const leaseNow = deps.leaseClock.now()
  const now = deps.clock.now()
  const lapsed = await chunks
    .find({ leaseUntil: { $lte: leaseNow } })
    .limit(BATCH)
    .toArray()
  const left = gone.length === 0 ? [] : await chunks.find({ leaseUntil: { $gt: leaseNow }, ...theirs }).toArray()
  const free = { open: true, owner: { $exists: false } } as const
  const over = await chunks
    .find({ expiresAt: { $lte: now }, ...free })
    .limit(BATCH)
    .toArray()
  const calledOff = await chunks
    .find({ hold: 'cancelled', ...free })
    .limit(BATCH)
    .toArray()
  for (const row of [...lapsed, ...left, ...over, ...calledOff]) {
    if (mine.has(row._id)) continue
    try {
      await putRight(deps, evidence, row, swept)
    } catch (error) {
      deps.log.warn({ chunk: row._id, reason: messageOf(error) }, 'a chunk could not be put right, tried again')
    }
  }
  if (gone.length > 0) {
    await lanes.updateMany(theirs, { $set: { until: new Date(0) } })
    const left = new Set(await chunks.distinct('owner', { leaseUntil: { $exists: true }, ...theirs }))
    for (const owner of gone) if (!left.has(owner)) evidence.forget(owner)
  }
  if (swept.chunks > 0) deps.log.warn({ ...swept }, 'chunks of an ended process were put right')
  return swept
}

/** The evidence is read before the claim: once nobody has a chunk of its owner's, anybody may remove it. */
async function putRight(deps: BulkDeps, evidence: Evidence, found: ChunkRow, swept: BulkSwept): Promise<void> {
  const { connection, owner } = deps
  const leaseUntil = new Date(deps.leaseClock.now().getTime() + deps.timing.lease)
  const known = found.owner === undefined ? undefined : evidence.read(found.owner, found._id, found.fence)
  const row = await claimThis(connection, found, owner, leaseUntil)
  if (!row) return
  const about = await readAudience(connection, row._id)
  if (!about) throw new Error('its people are not in the store')
  const audience = unpackPeople(about)
  const ledger = openLedger(row, audience.variant, row.tally.firstSentAt)
  const now = deps.clock.now()
  const leaseNow = deps.leaseClock.now()
  const recovered = recoverMarks(ledger, about, leaseNow, known)
  const unsure = recovered.uncertain
  const calledOff = row.hold === 'cancelled' || row.expiresAt <= now
  if (calledOff) {
    swept.givenUp += ledger.giveUp(row.hold === 'cancelled' ? 'cancelled' : 'expired', now)
    for (const index of ledger.in('sending')) {
      const { note, at } = ledger.standing(index)
      ledger.set(index, 'uncertain', { note: { ...note, reason: INTERRUPTED }, at: at ?? now })
      unsure.push(index)
    }
  }
  const rows = unsure.map((index): PersonRow => {
    const { note, at } = ledger.standing(index)
    return {
      _id: personId(row._id, index),
      kind: 'uncertain',
      source: row.source,
      chunk: row._id,
      index,
      account: row.account,
      contact: audience.contact(index),
      to: audience.to(index),
      ...(note.channel && { channel: note.channel }),
      at: at ?? now,
      expiresAt: row.expiresAt,
    }
  })
  if (rows.length > 0) await insertRaw(connection, BULK_PEOPLE, rows)
  if (calledOff) await bulkRows(connection).people.deleteMany({ chunk: row._id, kind: 'visit' })
  const left = ledger.left() > 0
  const nextAt = found.owner === undefined ? row.nextAt : now
  const fields = ledger.fields()
  const release = left ? ({ over: false, nextAt } as const) : ({ over: true, at: now } as const)
  const write = { key: row._id, fence: row.fence, fields, leaseNow, leaseUntil, release, regardless: true }
  const refused = await writeChunks(connection, owner, [write])
  if (refused.size > 0) return
  if (found.owner !== undefined) swept.chunks++
  swept.uncertain += unsure.length
  if (left && row.hold === undefined) await openSource(connection, { source: row.source, account: row.account, nextAt })
}
