// The delete command.
import { decodeExact } from '../bson/decode.js'
import { MongoError } from '../errors.js'
import { type Hit, select } from '../query/select.js'
import { type Doc, get } from '../values.js'
import type { Request } from '../wire/message.js'
import { countReply, okReply } from '../wire/reply.js'
import { document, number, refuseCollation, variables, vet, writableNamespace } from './args.js'
import type { Context } from './context.js'
import { checkBatch, writeError } from './insert.js'

const KNOWN = new Set(['deletes', 'ordered'])
const STATEMENT = new Set(['q', 'limit', 'hint', 'collation'])

/** Deletes what each statement matches: all, or the first with `limit: 1`. */
export function remove(request: Request, context: Context): Buffer {
  vet(request, KNOWN)
  const ns = writableNamespace(request)
  checkBatch(request.rows, 'deletes')
  const ordered = get(request.args, 'ordered') !== false
  const vars = variables(get(request.args, 'let'))
  const errors: Doc[] = []
  let n = 0
  for (let i = 0; i < request.rows.length; i++) {
    const raw = request.rows[i]
    if (raw === undefined) continue
    try {
      n += removeOne(raw, ns, vars, context)
    } catch (error) {
      errors.push(writeError(error, i))
      if (ordered) break
    }
  }
  return errors.length === 0 ? countReply(n) : okReply({ n, writeErrors: errors })
}

function removeOne(raw: Buffer, ns: string, vars: Doc | undefined, context: Context): number {
  const s = decodeExact(raw)
  for (const key of Object.keys(s)) {
    if (!STATEMENT.has(key)) throw new MongoError(40415, `BSON field 'delete.deletes.${key}' is an unknown field.`)
  }
  refuseCollation(get(s, 'collation'))
  const limit = number(s, 'limit', 0)
  if (limit !== 0 && limit !== 1) {
    throw new MongoError(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`)
  }
  const collection = context.store.get(ns)
  const hits: Hit[] = []
  for (const hit of select(collection, { filter: document(s, 'q'), limit, hint: get(s, 'hint'), vars })) {
    if (hit !== undefined) hits.push(hit)
  }
  for (const hit of hits) collection?.remove(hit.record, hit.raw)
  return hits.length
}
