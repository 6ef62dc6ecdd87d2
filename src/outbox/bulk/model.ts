import type { Connection } from 'mongoose'
import { defineModel, isDefined, Schema } from '../../store/schema.js'
import { BULK_AUDIENCE, BULK_BATCHES, BULK_CHUNKS, BULK_LANES, BULK_PEOPLE, BULK_SOURCES } from './rows.js'

/**
 * Registers the bulk sender's collections, for their indexes; call it before `ensureIndexes`. Chunks leave `keepMs`
 * after they were put (90 days; their people's facts stay in the books of `reach`).
 */
export function bulkModels(connection: Connection, keepMs = 90 * 86_400_000): void {
  const kept = { name: 'kept', expireAfterSeconds: Math.round(keepMs / 1000) }
  const chunks = collection(connection, 'BulkChunk', BULK_CHUNKS)
  chunks?.index({ source: 1, nextAt: 1, _id: 1 }, { name: 'due', partialFilterExpression: { open: true } })
  chunks?.index({ source: 1, lo: 1 }, { name: 'people' })
  chunks?.index({ lo: 1, hi: 1 }, { name: 'person' })
  chunks?.index({ leaseUntil: 1 }, { name: 'leases', sparse: true })
  chunks?.index({ expiresAt: 1 }, { name: 'expiry', partialFilterExpression: { open: true } })
  chunks?.index({ hold: 1 }, { name: 'hold', partialFilterExpression: { open: true } })
  chunks?.index({ createdAt: 1 }, kept)
  model(connection, 'BulkChunk', chunks)

  const audience = collection(connection, 'BulkAudience', BULK_AUDIENCE)
  audience?.index({ createdAt: 1 }, kept)
  model(connection, 'BulkAudience', audience)

  const sources = collection(connection, 'BulkSource', BULK_SOURCES)
  sources?.index({ nextAt: 1 }, { name: 'due', partialFilterExpression: { open: true } })
  model(connection, 'BulkSource', sources)

  const people = collection(connection, 'BulkPerson', BULK_PEOPLE)
  people?.index({ contact: 1, kind: 1 }, { name: 'contact' })
  people?.index({ kind: 1 }, { name: 'kind' })
  people?.index({ account: 1, to: 1, kind: 1 }, { name: 'to' })
  people?.index({ chunk: 1, due: 1 }, { name: 'chunk' })
  people?.index({ expiresAt: 1 }, { name: 'over', expireAfterSeconds: 30 * 86_400 })
  model(connection, 'BulkPerson', people)

  const batches = collection(connection, 'BulkBatch', BULK_BATCHES)
  batches?.index({ receipt: 1 }, { name: 'receipt', sparse: true })
  batches?.index({ source: 1 }, { name: 'source' })
  batches?.index({ createdAt: 1 }, kept)
  model(connection, 'BulkBatch', batches)

  model(connection, 'BulkLane', collection(connection, 'BulkLane', BULK_LANES))
}

function collection(connection: Connection, name: string, of: string): Schema | undefined {
  if (isDefined(connection, name)) return undefined
  return new Schema(
    { _id: { type: String, required: true } },
    { collection: of, versionKey: false, autoIndex: false, autoCreate: false, strict: false },
  )
}

function model(connection: Connection, name: string, schema: Schema | undefined): void {
  if (schema) defineModel(connection, name, schema)
}
