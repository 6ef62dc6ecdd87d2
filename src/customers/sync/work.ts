import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import type { Lease } from '../../store/lease.js'
import type { Corp } from '../ports.js'
import { customerSyncRows, type SyncRow } from './model.js'
import type { SyncProgress } from './sync.js'

/** A run under way. */
export interface Work {
  corp: Corp
  lease: Lease
  row: SyncRow
  renewedAt: number
  believe: boolean
  /** Batches that changed since the last save. */
  dirty: Set<number>
  saving: Promise<void>
  onProgress(progress: SyncProgress): void
}

/** How long a run that was killed keeps the next one waiting. */
export const LEASE_MS = 30_000

/** Where runs stand, in the store. Everything rejects with AppError `sync.lost` once another process has taken over. */
export interface Notebook {
  read(account: string): Promise<SyncRow | undefined>
  /** A new run in place of the one before. */
  begin(row: SyncRow): Promise<void>
  /** Writes the run and those batches that changed, one write at a time: a corporation may have hundreds. */
  save(work: Work): Promise<void>
  keepLease(work: Work): Promise<void>
}

/** The notebook over a store. */
export function createNotebook(connection: Connection): Notebook {
  const rows = () => customerSyncRows(connection)

  async function write({ row, dirty }: Work): Promise<void> {
    const { _id, chunks, ...fields } = row
    const changed = Object.fromEntries([...dirty].map((index) => [`chunks.${index}`, chunks[index]]))
    dirty.clear()
    const gone = (['after', 'reason', 'finishedAt'] as const).filter((name) => row[name] === undefined)
    const unset = gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((name) => [name, '' as const])) }
    const mine = { _id, fence: { $lte: row.fence } }
    const { matchedCount } = await rows().updateOne(mine, { $set: { ...fields, ...changed }, ...unset })
    if (matchedCount !== 1) throw lost(_id)
  }

  return {
    read: async (account) => (await rows().findOne({ _id: account })) ?? undefined,
    async begin(row) {
      await rows().deleteOne({ _id: row._id, fence: { $lte: row.fence } })
      try {
        await rows().insertOne(row)
      } catch {
        throw lost(row._id)
      }
    },
    save(work) {
      work.saving = work.saving.catch(() => undefined).then(() => write(work))
      return work.saving
    },
    async keepLease(work) {
      if (performance.now() - work.renewedAt < LEASE_MS / 6) return
      if (!(await work.lease.renew(LEASE_MS))) throw lost(work.corp.account)
      work.renewedAt = performance.now()
    },
  }
}

const lost = (account: string) =>
  new AppError('sync.lost', `another process has taken over the customer sync of ${account}`, { fix: 'let it finish' })
