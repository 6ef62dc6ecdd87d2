import { MongoClient } from 'mongodb'
import commands from 'mongodb/lib/cmap/commands.js'
import mongoose, { type Connection, type mongo } from 'mongoose'
import { commandBody, encodeAll, laneOf } from './lanes.js'

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
/** The class of the very driver that mongoose uses; another copy's would be taken for a document. */
const DocumentSequence = MongoClient === mongoose.mongo.MongoClient ? commands.DocumentSequence : undefined

/**
 * Inserts many documents with one command and without the driver's per-document work; a document that is refused does
 * not keep the others out. Rejects when the command as a whole failed: then each may or may not have been stored.
 */
export async function insertRaw(
  connection: Connection,
  collection: string,
  documents: object[],
): Promise<InsertFault[]> {
  if (laneOf(connection)) return insertEncoded(connection, collection, encodeAll(documents))
  return insert(connection, collection, documents)
}

/** False when this driver offers no way around its encoder: then only `insertRaw` is left. */
export const takesEncoded: boolean = DocumentSequence !== undefined

/**
 * The same for documents that are BSON already, one behind the other in `bytes`. The driver has no public way for them;
 * this is the one that its own bulk writes go (a document sequence of OP_MSG), so ask `takesEncoded` first. On the
 * embedded store they go past the driver.
 */
export async function insertEncoded(connection: Connection, collection: string, bytes: Buffer): Promise<InsertFault[]> {
  const lane = laneOf(connection)
  if (lane) return faults(await lane.run(commandBody(lane, 'insert', collection), 'documents', bytes))
  if (DocumentSequence === undefined) throw new Error('this driver takes no encoded documents')
  const documents = new DocumentSequence('documents')
  documents.push({}, bytes)
  return insert(connection, collection, documents)
}

async function insert(connection: Connection, collection: string, documents: unknown): Promise<InsertFault[]> {
  const command = { insert: collection, documents, ordered: false, writeConcern: DURABLE }
  return faults(await database(connection).command(command))
}

/** Runs many update statements as one command; gives how many documents matched, and the statements that were refused. */
export async function updateRaw(
  connection: Connection,
  collection: string,
  updates: UpdateStatement[],
): Promise<{ matched: number; faults: InsertFault[] }> {
  const lane = laneOf(connection)
  const answer = lane
    ? await lane.run(commandBody(lane, 'update', collection), 'updates', encodeAll(updates))
    : await database(connection).command({ update: collection, updates, ordered: false, writeConcern: DURABLE })
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
