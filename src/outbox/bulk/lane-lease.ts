import type { Connection } from '../../store/connect.js'
import { isDuplicate } from '../../store/duplicate.js'
import { updateRaw } from '../../store/raw-commands.js'
import { BULK_LANES, bulkRows, type LaneRow } from './rows.js'

/** The right to send for an account. */
export interface LaneLease {
  /** When the calls of whoever gave it back began last, by the database's clock. */
  readonly lastCallAt: Date | undefined
  /** It was taken from a process that did not give it back: its last call may have begun just now. */
  readonly takenOver: boolean
  /** Extends it to `ttlMs` from now; false when another process has it: stop at once. */
  renew(ttlMs: number, lastCallAt?: Date): Promise<boolean>
  /** Gives it back, unless another process has it. */
  release(lastCallAt?: Date): Promise<void>
}

/**
 * Takes the right to send for an account; undefined while another process has it. One process at a time sends for an
 * account, so that its rate is exact to the call without a word between the processes. Judged and written by the
 * database's own clock in one update.
 */
export async function takeLane(
  connection: Connection,
  account: string,
  owner: string,
  ttlMs: number,
): Promise<LaneLease | undefined> {
  const { lanes } = bulkRows(connection)
  const free = {
    $or: [
      { $lte: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] },
      { $eq: [{ $ifNull: ['$owner', ''] }, { $literal: owner }] },
    ],
  }
  const attempt = () =>
    lanes.findOneAndUpdate(
      { _id: account },
      [
        {
          $set: {
            before: { $cond: [free, { $ifNull: ['$owner', ''] }, '$before'] },
            owner: { $cond: [free, { $literal: owner }, '$owner'] },
            until: { $cond: [free, { $add: ['$$NOW', ttlMs] }, '$until'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    )
  const row: LaneRow | null = await attempt().catch((error: unknown) => {
    if (isDuplicate(error)) return attempt()
    throw error
  })
  if (row?.owner !== owner) return undefined
  const mine = { _id: account, owner }
  return {
    lastCallAt: row.lastCallAt,
    takenOver: row.before !== undefined && row.before !== '' && row.before !== owner,
    renew: async (moreMs, lastCallAt) => {
      const $set = { until: { $add: ['$$NOW', moreMs] }, ...(lastCallAt && { lastCallAt }) }
      return (await lanes.updateOne(mine, [{ $set }])).matchedCount === 1
    },
    release: async (lastCallAt) => {
      const $set = { until: new Date(0), ...(lastCallAt && { lastCallAt }) }
      await updateRaw(connection, BULK_LANES, [{ q: mine, u: { $set, $unset: { owner: '' } } }])
    },
  }
}
