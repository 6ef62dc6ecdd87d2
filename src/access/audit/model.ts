import type { Connection, mongo } from 'mongoose'
import { database } from '../../store/connect.js'
import { defineModel, Schema } from '../../store/schema.js'
import type { AuditHead, AuditRow } from './chain.js'

const TABLES = { log: 'auditLog', head: 'auditHead' } as const
const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, strict: false } as const

/** The model, for its indexes; call it before `ensureIndexes`. */
export function auditModel(connection: Connection): void {
  const log = new Schema({ _id: { type: Number, required: true }, at: Date }, { ...OPTIONS, collection: TABLES.log })
  log.index({ 'actor.id': 1, _id: -1 }, { name: 'actor' })
  log.index({ action: 1, _id: -1 }, { name: 'action' })
  log.index({ target: 1, _id: -1 }, { name: 'target' })
  defineModel(connection, 'AuditRow', log)
}

/** The chain; never updated, never deleted from. */
export const auditRows = (connection: Connection): mongo.Collection<AuditRow> =>
  database(connection).collection<AuditRow>(TABLES.log)

/** The note of its last link: one row, `head`. */
export const auditHeads = (connection: Connection): mongo.Collection<AuditHead & { _id: 'head' }> =>
  database(connection).collection<AuditHead & { _id: 'head' }>(TABLES.head)
