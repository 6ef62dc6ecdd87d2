// The insert command.
import { MongoError } from '../errors.js'
import { type Doc, get } from '../values.js'
import type { Request } from '../wire/message.js'
import { countReply, okReply } from '../wire/reply.js'
import { vet, writableNamespace } from './args.js'
import type { Context } from './context.js'
import { storable } from './stored.js'
import { warnWhenLarge } from './warn.js'

const KNOWN = new Set(['documents', 'ordered', 'bypassDocumentValidation', 'bypassEmptyTsReplacement'])

/** Most statements one command may carry, as hello announces. */
export const MAX_BATCH = 100_000

/** A failed statement inside a reply. */
export function writeError(error: unknown, index: number): Doc {
  if (!(error instanceof MongoError)) throw error
  return { index, code: error.code, errmsg: error.message, ...error.extra }
}

/** Refuses empty and oversized batches. */
export function checkBatch(rows: readonly Buffer[], field: string): void {
  if (rows.length === 0)
    throw new MongoError(16, `Write batch sizes must be between 1 and ${MAX_BATCH}. Got 0 operations.`)
  if (rows.length > MAX_BATCH) {
    throw new MongoError(16, `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${rows.length} ${field}.`)
  }
}

/** Stores documents as they came; each is refused or stored whole. */
export function insert(request: Request, context: Context): Buffer {
  vet(request, KNOWN)
  const ns = writableNamespace(request)
  checkBatch(request.rows, 'documents')
  const collection = context.store.ensure(ns)
  const ordered = get(request.args, 'ordered') !== false
  let n = 0
  let errors: Doc[] | undefined
  for (let i = 0; i < request.rows.length; i++) {
    const raw = request.rows[i]
    if (raw === undefined) continue
    try {
      collection.insert(storable(raw))
      n++
    } catch (error) {
      errors ??= []
      errors.push(writeError(error, i))
      if (ordered) break
    }
  }
  warnWhenLarge(collection, n, context.log)
  return errors === undefined ? countReply(n) : okReply({ n, writeErrors: errors })
}
