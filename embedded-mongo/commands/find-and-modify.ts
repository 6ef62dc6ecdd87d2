// The findAndModify command: job locks, counters, upserts that answer the document.
import { decodeExact, encode } from '../bson/decode.js'
import { compileSetPlan } from '../bson/set-plan.js'
import { MongoError } from '../errors.js'
import { compileProjection } from '../project.js'
import { first } from '../query/select.js'
import { type Doc, get } from '../values.js'
import type { Request } from '../wire/message.js'
import { valueReply } from '../wire/reply.js'
import { applyUpdate, arrayFiltersOf } from './apply.js'
import { document, flag, optionalDocument, variables, vet, writableNamespace } from './args.js'
import type { Context } from './context.js'

const KNOWN = new Set(['query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'arrayFilters', 'hint'])
KNOWN.add('bypassDocumentValidation').add('bypassEmptyTsReplacement')

/** Finds one document, changes or removes it, and answers it as it was or, with `new`, as it is. */
export function findAndModify(request: Request, context: Context): Buffer {
  vet(request, KNOWN)
  const { args } = request
  const ns = writableNamespace(request)
  const filter = document(args, 'query')
  const vars = variables(get(args, 'let'))
  const fields = optionalDocument(args, 'fields')
  const project = fields === undefined ? undefined : compileProjection(fields, filter, vars)
  const shown = (raw: Buffer | undefined, pos: number | undefined) =>
    raw === undefined || project === undefined ? raw : encode(project(decodeExact(raw), pos))
  if (flag(args, 'remove')) return remove(request, context, ns, filter, vars, shown)
  const update = get(args, 'update')
  if (update === undefined || update === null) {
    throw new MongoError(9, 'Either an update or remove=true must be specified')
  }
  const { update: raw } = request
  const done = applyUpdate(context, ns, {
    filter,
    update,
    set: raw === undefined || get(args, 'arrayFilters') !== undefined ? undefined : compileSetPlan(raw.b, raw.at),
    multi: false,
    upsert: flag(args, 'upsert'),
    arrayFilters: arrayFiltersOf(get(args, 'arrayFilters')),
    sort: optionalDocument(args, 'sort'),
    hint: get(args, 'hint'),
    vars,
  })
  const wantsNew = flag(args, 'new')
  if (done.upserted !== undefined) {
    const status = { n: 1, updatedExisting: false, upserted: done.upserted.id }
    return valueReply(status, wantsNew ? shown(done.after, undefined) : undefined)
  }
  const status = { n: done.matched, updatedExisting: done.matched > 0 }
  return valueReply(status, shown(wantsNew ? done.after : done.before, done.pos))
}

function remove(
  request: Request,
  context: Context,
  ns: string,
  filter: Doc,
  vars: Doc | undefined,
  shown: (raw: Buffer | undefined, pos: number | undefined) => Buffer | undefined,
): Buffer {
  const { args } = request
  if (get(args, 'update') !== undefined) throw new MongoError(9, 'Cannot specify both an update and remove=true')
  if (flag(args, 'new'))
    throw new MongoError(
      9,
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    )
  if (flag(args, 'upsert')) throw new MongoError(9, 'Cannot specify both upsert=true and remove=true')
  const collection = context.store.get(ns)
  const sort = optionalDocument(args, 'sort')
  const hit = first(collection, { filter, sort, hint: get(args, 'hint'), vars, position: true })
  if (hit === undefined) return valueReply({ n: 0 }, undefined)
  const value = shown(hit.raw, hit.pos)
  collection?.remove(hit.record, hit.raw)
  return valueReply({ n: 1 }, value)
}
