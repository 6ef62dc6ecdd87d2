// The aggregate command: leading $match, $sort, $skip and $limit use the planner, the rest runs as a pipeline.
import { decodeTyped, encode } from '../bson/decode.js'
import { MongoError, unsupported } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { type Query, select } from '../query/select.js'
import { runPipeline } from '../stages/index.js'
import { type Doc, equal, get, isNum, isPlain, num } from '../values.js'
import type { Request } from '../wire/message.js'
import { checkedNamespace, documents, number, optionalDocument, refuse, variables, vet } from './args.js'
import type { Context } from './context.js'
import type { Rows } from './cursors.js'
import { explainAggregate } from './explain.js'
import { countMatching } from './find.js'
import { storableDoc } from './stored.js'

const KNOWN = new Set(['pipeline', 'cursor', 'explain', 'hint', 'bypassDocumentValidation', 'allowDiskUse'])

/** Runs a pipeline. */
export async function aggregate(request: Request, context: Context): Promise<Buffer> {
  vet(request, KNOWN)
  const { args, db } = request
  const pipeline = documents(args, 'pipeline')
  if (pipeline === undefined) throw new MongoError(14, "'pipeline' option must be specified as an array")
  for (const stage of pipeline) {
    if (Object.keys(stage).length !== 1) {
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.')
    }
  }
  if (get(args, 'explain') === true) return explainAggregate(request, context, pipeline)
  const cursor = optionalDocument(args, 'cursor')
  if (cursor === undefined) {
    throw new MongoError(9, "The 'cursor' option is required, except for aggregate with the explain argument")
  }
  const target = get(args, request.name)
  const whole = isNum(target) && Number(num(target)) === 1
  const ns = whole ? `${db}.$cmd.aggregate` : checkedNamespace(db, target)
  const batchSize = get(cursor, 'batchSize') === undefined ? undefined : number(cursor, 'batchSize', 0)
  const vars = variables(get(args, 'let'))
  const stages = [...pipeline]
  const query: Query = { ...leading(stages), hint: get(args, 'hint'), vars }
  if (stages.length === 1 && isCount(stages[0])) {
    compileFilter(query.filter, vars === undefined ? {} : { vars })
    const n = await countMatching(context, ns, query)
    const id = get(get(stages[0] ?? {}, '$group') as Doc, '_id')
    return context.cursors.first((n > 0 ? [encode({ _id: id, n })] : [])[Symbol.iterator](), ns, batchSize)
  }
  const sink = stages.at(-1)
  if (sink !== undefined && Object.hasOwn(sink, '$out')) {
    stages.pop()
    writeOut(context, db, get(sink, '$out'), [...piped(context, db, ns, query, stages, vars)])
    return context.cursors.first([][Symbol.iterator](), ns, batchSize)
  }
  const rows: Rows =
    stages.length === 0 ? stored(context, ns, query) : encoded(piped(context, db, ns, query, stages, vars))
  return context.cursors.first(rows, ns, batchSize)
}

// $match, $sort, $skip, $limit at the front, in that order, taken off the pipeline
function leading(stages: Doc[]): Query {
  const query: Query = { filter: {} }
  const take = (name: string) => {
    const stage = stages[0]
    if (stage === undefined || !Object.hasOwn(stage, name)) return undefined
    const value = get(stage, name)
    const fits = name === '$match' || name === '$sort' ? isPlain(value) : isNum(value) && Number(num(value)) > 0
    if (!fits) return undefined
    stages.shift()
    return value
  }
  const match = take('$match')
  if (isPlain(match)) query.filter = match
  const sort = take('$sort')
  if (isPlain(sort)) {
    if (Object.hasOwn(sort, '$natural')) throw unsupported('$natural in $sort')
    if (Object.keys(sort).length === 0) throw new MongoError(15976, '$sort stage must have at least one sort key')
    query.sort = sort
  }
  const skip = take('$skip')
  if (isNum(skip)) query.skip = Number(num(skip))
  const limit = take('$limit')
  if (isNum(limit)) query.limit = Number(num(limit))
  return query
}

// what countDocuments sends
function isCount(stage: Doc | undefined): boolean {
  const group = stage === undefined ? undefined : get(stage, '$group')
  if (!isPlain(group) || !equal(Object.keys(group), ['_id', 'n'])) return false
  const sum = get(group, 'n')
  return isNum(get(group, '_id')) && isPlain(sum) && Object.keys(sum).length === 1 && equal(get(sum, '$sum'), 1)
}

function* stored(context: Context, ns: string, query: Query): Generator<Buffer | undefined> {
  for (const hit of select(context.store.get(ns), query)) yield hit?.raw
}

function* encoded(docs: Iterable<Doc>): Generator<Buffer> {
  for (const doc of docs) yield encode(doc)
}

function piped(context: Context, db: string, ns: string, query: Query, stages: Doc[], vars: Doc | undefined) {
  const resolve = (name: string) => decoded(context, `${db}.${name}`, { filter: {} })
  return runPipeline(decoded(context, ns, query), stages, { resolve, ...(vars === undefined ? {} : { vars }) })
}

function* decoded(context: Context, ns: string, query: Query): Generator<Doc> {
  for (const hit of select(context.store.get(ns), query)) if (hit !== undefined) yield decodeTyped(hit.raw)
}

function writeOut(context: Context, db: string, to: unknown, docs: Doc[]): void {
  const target = isPlain(to) ? to : { db, coll: to }
  if (isPlain(to)) refuse(to, 'timeseries')
  const ns = checkedNamespace(String(get(target, 'db')), get(target, 'coll'))
  const bytes = docs.map(storableDoc)
  context.store.transact(() => {
    const { store } = context
    const kept = store.get(ns)?.indexes.slice(1) ?? []
    store.drop(ns)
    const collection = store.create(ns)
    for (const ix of kept) collection.addIndex(ix.spec)
    for (const raw of bytes) collection.insert(raw)
  })
}
