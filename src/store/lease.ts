import { randomUUID } from 'node:crypto'
import type { Connection, mongo } from 'mongoose'
import { isDuplicate } from './duplicate.js'
import { isGone } from './process-name.js'
import { database } from './raw-commands.js'

/** A right that one holder has for a time, by the database's clock. */
export interface Lease {
  readonly key: string
  readonly owner: string
  /** One more with every taking. A write that names it and is refused when a larger one has written is safe from late holders. */
  readonly fence: number
  /** Extends it to `ttlMs` from now; false when another has taken it meanwhile: stop at once. */
  renew(ttlMs: number): Promise<boolean>
  /** Ends it, unless another has taken it. */
  release(): Promise<void>
}

/** Leases shared by every process on the store. */
export interface Leases {
  /**
   * Takes a lease for `ttlMs`; undefined while another holder's lasts. `owner` is for people who look into the store; the
   * lease of an owner by `processName` ends with its process, where that can be told.
   */
  take(key: string, owner: string, ttlMs: number): Promise<Lease | undefined>
}

interface LeaseRow {
  _id: string
  owner: string
  /** Tells this taking from every other, also by the same owner. */
  token: string
  fence: number
  until: Date
}

const NAME = 'leases'
const FREE = { $lte: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] }

/**
 * The leases of a store. Taking is one atomic update of one document that reads, judges and writes by the database's
 * own clock, so the clocks of the processes do not matter.
 */
export function createLeases(connection: Connection): Leases {
  const rows = (): mongo.Collection<LeaseRow> => database(connection).collection<LeaseRow>(NAME)

  const attempt = (key: string, owner: string, token: string, ttlMs: number) =>
    rows().findOneAndUpdate(
      { _id: key },
      [
        {
          $set: {
            owner: { $cond: [FREE, { $literal: owner }, '$owner'] },
            token: { $cond: [FREE, { $literal: token }, '$token'] },
            fence: { $cond: [FREE, { $add: [{ $ifNull: ['$fence', 0] }, 1] }, '$fence'] },
            until: { $cond: [FREE, { $add: ['$$NOW', ttlMs] }, '$until'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    )

  return {
    take: async (key, owner, ttlMs) => {
      const token = randomUUID()
      const once = () => attempt(key, owner, token, ttlMs)
      let row = await once().catch((error: unknown) => {
        if (isDuplicate(error)) return once()
        throw error
      })
      if (row && row.token !== token && isGone(row.owner)) {
        // only this very taking ends; whoever was quicker than us keeps theirs
        await rows().updateOne({ _id: key, token: row.token }, { $set: { until: new Date(0) } })
        row = await once()
      }
      if (row?.token !== token) return undefined
      const mine = { _id: key, token }
      return {
        key,
        owner,
        fence: row.fence,
        renew: async (moreMs) => {
          const { matchedCount } = await rows().updateOne(mine, [{ $set: { until: { $add: ['$$NOW', moreMs] } } }])
          return matchedCount === 1
        },
        release: async () => {
          await rows().updateOne(mine, { $set: { until: new Date(0) } })
        },
      }
    },
  }
}
