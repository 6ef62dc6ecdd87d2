// Commands on collections: create, drop, dropDatabase, renameCollection, collMod, listCollections, listDatabases.
import { Int32 } from 'bson'
import { encode } from '../bson/decode.js'
import { MongoError, unsupported } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { databaseOf } from '../storage/collection.js'
import { type Doc, equal, get, isNum, num } from '../values.js'
import type { Request } from '../wire/message.js'
import { okReply } from '../wire/reply.js'
import {
  checkedNamespace,
  document,
  flag,
  namespace,
  number,
  optionalDocument,
  refuse,
  refuseCollation,
  vet,
  writableNamespace,
} from './args.js'
import type { Context } from './context.js'

const CREATE_REFUSED = ['capped', 'timeseries', 'viewOn', 'validator', 'clusteredIndex', 'expireAfterSeconds'] as const
const CREATE_MORE = [
  'encryptedFields',
  'changeStreamPreAndPostImages',
  'size',
  'max',
  'pipeline',
  'storageEngine',
] as const
const CREATE = new Set<string>([...CREATE_REFUSED, ...CREATE_MORE, 'autoIndexId', 'indexOptionDefaults'])
CREATE.add('validationLevel').add('validationAction').add('idIndex')

/** Creates a collection; one that exists already is no error, as autoCreate expects. */
export function create(request: Request, context: Context): Buffer {
  vet(request, CREATE)
  const { args } = request
  refuse(args, ...CREATE_REFUSED, ...CREATE_MORE, 'indexOptionDefaults', 'validationLevel', 'validationAction')
  const ns = writableNamespace(request)
  if (context.store.get(ns) === undefined) context.store.create(ns)
  return okReply({})
}

/** Drops a collection; one that does not exist is no error, as since MongoDB 7.0. */
export function drop(request: Request, context: Context): Buffer {
  vet(request, new Set())
  const ns = namespace(request)
  const collection = context.store.get(ns)
  if (collection === undefined) return okReply({})
  const nIndexesWas = collection.indexes.length
  context.store.drop(ns)
  return okReply({ nIndexesWas, ns })
}

/** Drops every collection of the database. */
export function dropDatabase(request: Request, context: Context): Buffer {
  vet(request, new Set())
  const names = [...context.store.collections.keys()].filter((ns) => databaseOf(ns) === request.db)
  for (const ns of names) context.store.drop(ns)
  return okReply(names.length > 0 ? { dropped: request.db } : {})
}

/** Renames a collection, also into another database. */
export function renameCollection(request: Request, context: Context): Buffer {
  vet(request, new Set(['to', 'dropTarget']))
  const { args } = request
  const from = whole(get(args, 'renameCollection'))
  const to = whole(get(args, 'to'))
  const { store } = context
  if (store.get(from) === undefined) throw new MongoError(26, `Source collection ${from} does not exist`)
  if (from === to) throw new MongoError(20, "Can't rename a collection to itself")
  if (store.get(to) !== undefined) {
    if (!flag(args, 'dropTarget')) throw new MongoError(48, 'target namespace exists')
    store.drop(to)
  }
  store.rename(from, to)
  return okReply({})
}

function whole(value: unknown): string {
  const ns = typeof value === 'string' ? value : ''
  const dot = ns.indexOf('.')
  return checkedNamespace(ns.slice(0, Math.max(0, dot)), ns.slice(dot + 1))
}

/** Changes `hidden` and `expireAfterSeconds` of an index; every other option is refused. */
export function collMod(request: Request, context: Context): Buffer {
  const { args } = request
  for (const key of Object.keys(args)) {
    if (!['collMod', 'index', '$db', 'comment', 'writeConcern', 'maxTimeMS'].includes(key)) {
      throw unsupported(`collMod option '${key}'`)
    }
  }
  const ns = namespace(request)
  const collection = context.store.get(ns)
  if (collection === undefined) throw new MongoError(26, 'ns does not exist')
  const wanted = optionalDocument(args, 'index')
  if (wanted === undefined) return okReply({})
  for (const key of Object.keys(wanted)) {
    if (!['name', 'keyPattern', 'expireAfterSeconds', 'hidden'].includes(key)) {
      throw unsupported(`collMod index option '${key}'`)
    }
  }
  const name = get(wanted, 'name')
  const index = collection.indexes.find((ix) =>
    typeof name === 'string' ? ix.name === name : equal(get(ix.spec, 'key'), get(wanted, 'keyPattern')),
  )
  if (index === undefined)
    throw new MongoError(27, `cannot find index ${typeof name === 'string' ? name : ''} for ns ${ns}`)
  const change: Doc = {}
  const reply: Doc = {}
  if (isNum(get(wanted, 'expireAfterSeconds'))) {
    const old = get(index.spec, 'expireAfterSeconds')
    if (old !== undefined) reply['expireAfterSeconds_old'] = Number(num(old))
    change['expireAfterSeconds'] = new Int32(number(wanted, 'expireAfterSeconds', 0))
    reply['expireAfterSeconds_new'] = change['expireAfterSeconds']
  }
  if (typeof get(wanted, 'hidden') === 'boolean') {
    if (index === collection.idIndex) throw new MongoError(2, "can't hide _id index")
    reply['hidden_old'] = index.hidden
    change['hidden'] = reply['hidden_new'] = get(wanted, 'hidden')
  }
  collection.changeIndex(index, change)
  return okReply(reply)
}

/** Lists the collections of the database. */
export function listCollections(request: Request, context: Context): Buffer | Promise<Buffer> {
  vet(request, new Set(['filter', 'nameOnly', 'authorizedCollections', 'cursor']))
  const { args, db } = request
  refuseCollation(get(args, 'collation'))
  const matches = compileFilter(document(args, 'filter'))
  const nameOnly = flag(args, 'nameOnly')
  const docs: Doc[] = []
  for (const c of [...context.store.collections.values()].sort((a, b) => a.id - b.id)) {
    if (databaseOf(c.ns) !== db) continue
    const name = c.ns.slice(db.length + 1)
    const doc = { name, type: 'collection', options: c.options, info: { readOnly: false }, idIndex: c.idIndex.spec }
    if (matches(doc)) docs.push(nameOnly ? { name, type: 'collection' } : doc)
  }
  const cursor = optionalDocument(args, 'cursor')
  const size =
    cursor === undefined || get(cursor, 'batchSize') === undefined ? undefined : number(cursor, 'batchSize', 0)
  return context.cursors.first(docs.map((d) => encode(d))[Symbol.iterator](), `${db}.$cmd.listCollections`, size)
}

/** Lists the databases that hold a collection. */
export function listDatabases(request: Request, context: Context): Buffer {
  vet(request, new Set(['filter', 'nameOnly', 'authorizedDatabases']))
  const { args } = request
  const matches = compileFilter(document(args, 'filter'))
  const names = new Set([...context.store.collections.keys()].map(databaseOf))
  const databases = [...names].sort().map((name) => ({ name, sizeOnDisk: sizeOf(context, name), empty: false }))
  const shown = databases.filter((d) => matches(d))
  const totalSize = shown.reduce((sum, d) => sum + d.sizeOnDisk, 0)
  if (flag(args, 'nameOnly')) return okReply({ databases: shown.map(({ name }) => ({ name })) })
  return okReply({ databases: shown, totalSize, totalSizeMb: Math.floor(totalSize / 1048576) })
}

// LMDB keeps all in one file: a database's share is taken as its share of documents
function sizeOf(context: Context, db: string): number {
  let all = 0
  let own = 0
  for (const c of context.store.collections.values()) {
    all += c.count + 1
    if (databaseOf(c.ns) === db) own += c.count + 1
  }
  return Math.round((context.store.fileSize() * own) / Math.max(1, all))
}
