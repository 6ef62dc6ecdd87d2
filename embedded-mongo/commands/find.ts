// Reading commands: find, getMore, killCursors, count, distinct.
import { Long } from 'bson'
import { decodeExact, decodeFields, encode, hasWholeDouble } from '../bson/decode.js'
import { MongoError } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { compileProjection, topLevel } from '../project.js'
import { type Query, select } from '../query/select.js'
import { asDoc, compare, type Doc, get, isNum, isPlain, num } from '../values.js'
import type { Request } from '../wire/message.js'
import { countReply, okReply } from '../wire/reply.js'
import {
  checkedNamespace,
  document,
  flag,
  namespace,
  natural,
  number,
  optionalDocument,
  refuse,
  variables,
  vet,
} from './args.js'
import type { Context } from './context.js'
import { drain } from './cursors.js'

const FIND = new Set(['filter', 'sort', 'projection', 'skip', 'limit', 'batchSize', 'singleBatch', 'hint'])
const FIND_REFUSED = ['tailable', 'awaitData', 'returnKey', 'showRecordId', 'min', 'max', 'oplogReplay'] as const
for (const name of ['noCursorTimeout', 'allowPartialResults', 'allowDiskUse', ...FIND_REFUSED]) FIND.add(name)

/** Answers matching documents; without projection, or with one of whole fields, their bytes are sent as they are stored. */
export function find(request: Request, context: Context): Buffer | Promise<Buffer> {
  vet(request, FIND)
  const { args } = request
  refuse(args, ...FIND_REFUSED)
  const ns = namespace(request)
  const filter = document(args, 'filter')
  const vars = variables(get(args, 'let'))
  const spec = optionalDocument(args, 'projection')
  const only = spec === undefined ? undefined : topLevel(spec)
  const project = spec === undefined ? undefined : compileProjection(spec, filter, vars)
  const limit = number(args, 'limit', 0)
  const query: Query = {
    filter,
    sort: optionalDocument(args, 'sort'),
    skip: natural(args, 'skip', 0),
    limit: Math.abs(limit),
    hint: get(args, 'hint'),
    vars,
    only,
    position: spec !== undefined && Object.keys(spec).some((path) => path.endsWith('.$')),
  }
  const batchSize = get(args, 'batchSize') === undefined ? undefined : natural(args, 'batchSize', 0)
  const single = flag(args, 'singleBatch') || limit < 0
  return context.cursors.first(rows(context, ns, query, only ? undefined : project), ns, batchSize, single)
}

function* rows(
  context: Context,
  ns: string,
  query: Query,
  project: ((doc: Doc, pos?: number) => Doc) | undefined,
): Generator<Buffer | undefined> {
  for (const hit of select(context.store.get(ns), query)) {
    if (hit === undefined || project === undefined) yield hit?.raw
    else yield encode(project(decodeExact(hit.raw), hit.pos))
  }
}

function cursorId(value: unknown): Long {
  if (Long.isLong(value)) return value
  if (isNum(value)) return Long.fromString(String(num(value)))
  throw new MongoError(14, "BSON field 'getMore' is the wrong type, expected type 'long'")
}

const GET_MORE = new Set(['collection', 'batchSize'])

/** Answers the next batch of an open cursor. */
export function getMore(request: Request, context: Context): Promise<Buffer> {
  vet(request, GET_MORE)
  const { args } = request
  const collection = get(args, 'collection')
  const size = natural(args, 'batchSize', 0)
  return context.cursors.next(cursorId(get(args, 'getMore')), String(collection), size === 0 ? undefined : size)
}

/** Closes cursors. */
export function killCursors(request: Request, context: Context): Buffer {
  vet(request, new Set(['cursors']))
  const list = get(request.args, 'cursors')
  if (!Array.isArray(list)) throw new MongoError(14, "BSON field 'cursors' is the wrong type, expected type 'array'")
  const cursorsKilled: Long[] = []
  const cursorsNotFound: Long[] = []
  for (const value of list) {
    const id = cursorId(value)
    if (context.cursors.kill(id)) cursorsKilled.push(id)
    else cursorsNotFound.push(id)
  }
  return okReply({ cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] })
}

const COUNT = new Set(['query', 'limit', 'skip', 'hint', 'fields'])

/** Counts matching documents; without a query it costs nothing. */
export async function count(request: Request, context: Context): Promise<Buffer> {
  vet(request, COUNT)
  const { args } = request
  const filter = document(args, 'query')
  const skip = natural(args, 'skip', 0)
  const limit = Math.abs(number(args, 'limit', 0))
  const n = await countMatching(context, namespace(request), { filter, skip, limit, hint: get(args, 'hint') })
  return countReply(n)
}

/** Number of documents a query finds. */
export async function countMatching(context: Context, ns: string, query: Query): Promise<number> {
  const collection = context.store.get(ns)
  if (collection !== undefined && Object.keys(query.filter).length === 0 && query.hint === undefined) {
    const after = Math.max(0, collection.count - (query.skip ?? 0))
    return query.limit ? Math.min(after, query.limit) : after
  }
  let n = 0
  await drain(
    select(collection, { ...query, only: [] }),
    () => context.store.rest(),
    () => {
      n++
    },
  )
  return n
}

const DISTINCT = new Set(['key', 'query', 'hint'])

/** The distinct values under a path, in order. */
export async function distinct(request: Request, context: Context): Promise<Buffer> {
  vet(request, DISTINCT)
  const { args } = request
  const key = get(args, 'key')
  if (typeof key !== 'string')
    throw new MongoError(14, "BSON field 'distinct.key' is the wrong type, expected type 'string'")
  const db = request.db
  const ns = checkedNamespace(db, get(args, request.name))
  const filter = document(args, 'query')
  compileFilter(filter)
  const parts = key.split('.')
  const root = [parts[0] ?? key]
  const values = new Map<string, unknown[]>()
  await drain(
    select(context.store.get(ns), { filter, hint: get(args, 'hint'), only: root }),
    () => context.store.rest(),
    ({ raw }) => collect(hasWholeDouble(raw) ? decodeExact(raw) : decodeFields(raw, root), parts, 0, values),
  )
  return okReply({ values: [...values.values()].flat().sort(compare) })
}

function collect(v: unknown, parts: readonly string[], i: number, out: Map<string, unknown[]>): void {
  const part = parts[i]
  if (part === undefined) {
    if (Array.isArray(v)) for (const e of v) note(e, out)
    else note(v, out)
  } else if (Array.isArray(v)) {
    if (/^\d+$/.test(part)) collect(v[Number(part)], parts, i + 1, out)
    else for (const e of v) if (asDoc(e) !== undefined) collect(e, parts, i, out)
  } else {
    const doc = asDoc(v)
    if (doc !== undefined) collect(get(doc, part), parts, i + 1, out)
  }
}

// values are grouped by a cheap text, then compared within the group
function note(v: unknown, out: Map<string, unknown[]>): void {
  if (v === undefined) return
  const text = isNum(v) ? `n${Number(num(v))}` : isPlain(v) || Array.isArray(v) ? 'o' : `${typeof v}${String(v)}`
  const group = out.get(text)
  if (group === undefined) out.set(text, [v])
  else if (!group.some((w) => compare(v, w) === 0)) group.push(v)
}
