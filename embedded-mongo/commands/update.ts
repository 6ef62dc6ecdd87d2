// The update command.
import { decodeExact } from '../bson/decode.js'
import { MongoError } from '../errors.js'
import { type Doc, get } from '../values.js'
import type { Request } from '../wire/message.js'
import { countReply, okReply } from '../wire/reply.js'
import { applyUpdate, arrayFiltersOf, type Statement } from './apply.js'
import { document, flag, optionalDocument, refuseCollation, variables, vet, writableNamespace } from './args.js'
import type { Context } from './context.js'
import { checkBatch, writeError } from './insert.js'
import { rawStatement, runById } from './statement.js'

const KNOWN = new Set(['updates', 'ordered', 'bypassDocumentValidation', 'bypassEmptyTsReplacement'])
const STATEMENT = new Set(['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation'])

/** Runs each statement in order; a failed one keeps what earlier ones did. */
export function update(request: Request, context: Context): Buffer {
  vet(request, KNOWN)
  const ns = writableNamespace(request)
  checkBatch(request.rows, 'updates')
  const ordered = get(request.args, 'ordered') !== false
  const vars = variables(get(request.args, 'let'))
  const upserted: Doc[] = []
  const errors: Doc[] = []
  let n = 0
  let modified = 0
  for (let i = 0; i < request.rows.length; i++) {
    const raw = request.rows[i]
    if (raw === undefined) continue
    try {
      const seen = rawStatement(raw)
      const collection = seen === undefined ? undefined : context.store.get(ns)
      const byId = seen !== undefined && collection !== undefined ? runById(collection, seen) : undefined
      if (byId !== undefined) {
        n += byId.matched
        modified += byId.modified
        continue
      }
      const done = applyUpdate(context, ns, { ...statement(raw, vars), set: seen?.set })
      n += done.matched
      modified += done.modified
      if (done.upserted !== undefined) {
        upserted.push({ index: i, _id: done.upserted.id })
        n++
      }
    } catch (error) {
      errors.push(writeError(error, i))
      if (ordered) break
    }
  }
  if (upserted.length === 0 && errors.length === 0) return countReply(n, modified)
  return okReply({
    n,
    ...(upserted.length > 0 ? { upserted } : {}),
    nModified: modified,
    ...(errors.length > 0 ? { writeErrors: errors } : {}),
  })
}

function statement(raw: Buffer, letVars: Doc | undefined): Statement {
  const s = decodeExact(raw)
  for (const key of Object.keys(s)) {
    if (!STATEMENT.has(key)) throw new MongoError(40415, `BSON field 'update.updates.${key}' is an unknown field.`)
  }
  refuseCollation(get(s, 'collation'))
  const constants = variables(optionalDocument(s, 'c'))
  return {
    filter: document(s, 'q'),
    update: get(s, 'u'),
    multi: flag(s, 'multi'),
    upsert: flag(s, 'upsert'),
    arrayFilters: arrayFiltersOf(get(s, 'arrayFilters')),
    hint: get(s, 'hint'),
    vars: constants === undefined ? letVars : { ...letVars, ...constants },
  }
}
