import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Connection, mongo } from 'mongoose'
import { createLeases } from './lease.js'
import { database } from './raw-commands.js'

interface TokenRow {
  _id: string
  value?: string
  version?: number
  fence?: number
  expiresAt?: Date
  /** When this value came; a renewal that gives the same token does not change it. */
  issuedAt?: Date
  forcedAt?: Date
  forcedBy?: string
}

const NAME = 'tokens'

/** A stored token without its value. */
export interface TokenStanding {
  key: string
  /** Grows by one whenever the value changes. */
  version: number
  issuedAt?: Date
  /** By the database's clock. */
  expiresAt: Date
  /** When the platform was last made to issue a new one. */
  forcedAt?: Date
}

/** How the stored tokens of these keys stand; their values are not read. */
export async function readTokenStandings(connection: Connection, keys: readonly string[]): Promise<TokenStanding[]> {
  const rows = await database(connection)
    .collection<TokenRow>(NAME)
    .find({ _id: { $in: [...keys] } }, { projection: { value: 0, fence: 0, forcedBy: 0 } })
    .toArray()
  return rows.flatMap(({ _id, version = 0, issuedAt, expiresAt, forcedAt }) =>
    expiresAt ? [{ key: _id, version, expiresAt, ...(issuedAt && { issuedAt }), ...(forcedAt && { forcedAt }) }] : [],
  )
}

/**
 * Access tokens shared by the processes on a store; the port is `TokenStore` of the platforms. One document a token,
 * every time stamped and judged by the database's clock. A stored token is readable for whoever reads the store.
 */
export function createTokenStore(connection: Connection) {
  const leases = createLeases(connection)
  const owner = `${hostname()}:${process.pid}`
  const rows = (): mongo.Collection<TokenRow> => database(connection).collection<TokenRow>(NAME)

  const read = async (key: string) => {
    const [row] = await rows()
      .aggregate<{ value?: string; version?: number; leftMs?: number | null }>([
        { $match: { _id: key } },
        { $project: { value: 1, version: 1, leftMs: { $subtract: ['$expiresAt', '$$NOW'] } } },
      ])
      .toArray()
    if (row?.value === undefined) return undefined
    return { value: row.value, version: row.version ?? 0, leftMs: Number(row.leftMs ?? 0) }
  }

  return {
    read,
    write: async (key: string, value: string, lifeMs: number, fence: number) => {
      const mine = { $lte: [{ $ifNull: ['$fence', 0] }, fence] }
      const same = { $eq: ['$value', { $literal: value }] }
      const version = { $ifNull: ['$version', 0] }
      await rows().updateOne(
        { _id: key },
        [
          {
            $set: {
              value: { $cond: [mine, { $literal: value }, '$value'] },
              version: { $cond: [{ $and: [mine, { $not: [same] }] }, { $add: [version, 1] }, version] },
              expiresAt: { $cond: [mine, { $add: ['$$NOW', lifeMs] }, '$expiresAt'] },
              issuedAt: { $cond: [{ $and: [mine, { $not: [same] }] }, '$$NOW', '$issuedAt'] },
              fence: { $cond: [mine, fence, '$fence'] },
            },
          },
        ],
        { upsert: true },
      )
      return (await read(key)) ?? { value, version: 1, leftMs: lifeMs }
    },
    expire: async (key: string, value: string) => {
      await rows().updateOne({ _id: key, value }, { $set: { expiresAt: new Date(0) } })
    },
    lease: async (key: string, ttlMs: number) => leases.take(`token:${key}`, owner, ttlMs),
    mayForce: async (key: string, gapMs: number) => {
      const due = { $lte: [{ $ifNull: ['$forcedAt', new Date(0)] }, { $subtract: ['$$NOW', gapMs] }] }
      const token = randomUUID()
      const row = await rows().findOneAndUpdate(
        { _id: key },
        [
          {
            $set: {
              forcedBy: { $cond: [due, { $literal: token }, '$forcedBy'] },
              forcedAt: { $cond: [due, '$$NOW', '$forcedAt'] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after' },
      )
      return row?.forcedBy === token
    },
  }
}
