import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { type Audience, type AudienceRow, unpackPeople } from './audience.js'
import { type ChunkWrite, claimThis, readAudience, writeChunks } from './claims.js'
import { type Ledger, openLedger } from './ledger.js'
import { openSource } from './put.js'
import { bulkRows, type ChunkRow } from './rows.js'

/** What changing a chunk from outside needs. */
export interface EditPorts {
  connection: Connection
  clock: Clock
  leaseClock: Clock
  owner: string
}

/** A chunk in the hands of somebody who changes it. */
export interface Edited {
  row: ChunkRow
  about: AudienceRow
  audience: Audience
  ledger: Ledger
}

/** What to do with the chunk after a change: nothing of it is written when it gives `false`. */
export type Change = (chunk: Edited) => boolean | { expiresAt: Date }

const LEASE_MS = 15_000
const PATIENCE_MS = 30_000
const LOOK_MS = 50

/**
 * Changes a chunk's recipients from outside of its sender: asks the holder to let go, takes the chunk, changes and
 * writes it, and opens or closes it as what is left demands. Gives false when there is no such chunk or nothing was
 * changed. Rejects with AppError `bulk.busy` when the holder does not let go within 30 s.
 */
export async function editChunk(ports: EditPorts, key: string, change: Change): Promise<boolean> {
  const row = await seize(ports, key)
  if (!row) return false
  const about = await readAudience(ports.connection, key)
  if (!about) return false
  const audience = unpackPeople(about)
  const ledger = openLedger(row, audience.variant, row.tally.firstSentAt)
  const changed = change({ row, about, audience, ledger })
  await giveBack(ports, row, ledger, typeof changed === 'object' ? changed.expiresAt : row.expiresAt)
  return changed !== false
}

async function seize(ports: EditPorts, key: string): Promise<ChunkRow | undefined> {
  const { connection, owner } = ports
  const { chunks } = bulkRows(connection)
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const leaseNow = ports.leaseClock.now()
    const row = await chunks.findOne({ _id: key })
    if (!row) return undefined
    const free = row.owner === undefined || (row.leaseUntil !== undefined && row.leaseUntil <= leaseNow)
    if (free && row.owner === undefined) {
      const taken = await claimThis(connection, row, owner, new Date(leaseNow.getTime() + LEASE_MS))
      if (taken) return taken
    }
    if (performance.now() > until) {
      throw new AppError('bulk.busy', `chunk ${key} is being sent and was not let go of`, {
        fix: 'pause its source, or try again',
      })
    }
    const wantedUntil = new Date(leaseNow.getTime() + PATIENCE_MS)
    await chunks.updateOne({ _id: key }, { $set: { wantedUntil } })
    await pause(LOOK_MS)
  }
}

async function giveBack(ports: EditPorts, row: ChunkRow, ledger: Ledger, expiresAt: Date): Promise<void> {
  const { connection, owner } = ports
  const now = ports.clock.now()
  const leaseNow = ports.leaseClock.now()
  const { chunks } = bulkRows(connection)
  const left = ledger.left() > 0
  const due = ledger.count('waiting') + ledger.count('sending') > 0
  const nextAt = due && row.dueAt <= now ? now : row.nextAt
  const write: ChunkWrite = {
    key: row._id,
    fence: row.fence,
    fields: ledger.fields(),
    leaseNow,
    leaseUntil: leaseNow,
    release: left ? { over: false, nextAt } : { over: true, at: now },
    regardless: true,
  }
  if (left && row.open === undefined) {
    await chunks.updateOne({ _id: row._id, owner, fence: row.fence }, { $set: { open: true }, $unset: { endedAt: '' } })
  }
  if (expiresAt.getTime() !== row.expiresAt.getTime()) {
    await chunks.updateOne({ _id: row._id, owner, fence: row.fence }, { $set: { expiresAt } })
  }
  const refused = await writeChunks(connection, owner, [write])
  if (refused.size > 0) throw new AppError('bulk.busy', `chunk ${row._id} was taken over while it was changed`)
  await chunks.updateOne({ _id: row._id, fence: row.fence }, { $unset: { wantedUntil: '' } })
  if (left) await openSource(connection, { source: row.source, account: row.account, nextAt })
}
