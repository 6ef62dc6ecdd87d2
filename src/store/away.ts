import { mongo } from 'mongoose'

/** Labels of errors that a server answers while it steps down or shuts down. */
const LABELS = ['RetryableWriteError', 'ResetPool']

const AWAY = /Network|ServerSelection|Topology|Pool|NotConnected|ClientClosed|Timeout|WaitQueue|Disconnected/

/**
 * True when an error means that the store could not be reached just now (no connection, no primary, interrupted), and
 * says nothing about what was asked.
 */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && error.code === 'store.unreachable') return true
  if (error instanceof mongo.MongoServerError) return LABELS.some((label) => error.hasErrorLabel(label))
  return /^Mongo/.test(error.name) && AWAY.test(error.name)
}
