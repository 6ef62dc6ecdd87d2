import type { Connection, mongo } from 'mongoose'

/** One document that a bulk insert did not take. */
export interface InsertFault {
  index: number
  /** 11000 is a duplicate key. */
  code: number
  message: string
}

/** One statement of a bulk update. */
export interface UpdateStatement {
  q: mongo.Document
  u: mongo.Document
  multi?: boolean
}

/** Acknowledged only once it is on the disk (of most of a replica set). */
const DURABLE = { w: 'majority', j: true } as const

/**
 * Inserts many documents with one command and without the driver's per-document work; a document that is refused does
 * not keep the others out. Rejects when the command as a whole failed: then each may or may not have been stored.
 */
export async function insertRaw(
  connection: Connection,
  collection: string,
  documents: object[],
): Promise<InsertFault[]> {
  const answer = await database(connection).command({
    insert: collection,
    documents,
    ordered: false,
    writeConcern: DURABLE,
  })
  return faults(answer)
}

/** Runs many update statements as one command; gives how many documents matched, and the statements that were refused. */
export async function updateRaw(
  connection: Connection,
  collection: string,
  updates: UpdateStatement[],
): Promise<{ matched: number; faults: InsertFault[] }> {
  const answer = await database(connection).command({
    update: collection,
    updates,
    ordered: false,
    writeConcern: DURABLE,
  })
  return { matched: Number(answer['n'] ?? 0), faults: faults(answer) }
}

/** The connection's database; throws when it was never connected. */
export function database(connection: Connection): mongo.Db {
  if (!connection.db) throw new Error('the store is not connected')
  return connection.db
}

function faults(answer: mongo.Document): InsertFault[] {
  const errors: unknown = answer['writeErrors']
  if (!Array.isArray(errors)) return []
  return errors.map((error: { index: number; code: number; errmsg?: string }) => ({
    index: error.index,
    code: error.code,
    message: error.errmsg ?? '',
  }))
}
