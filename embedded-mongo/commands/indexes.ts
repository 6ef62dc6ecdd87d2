// Commands on indexes: createIndexes, listIndexes, dropIndexes.
import { Int32 } from 'bson'
import { encode } from '../bson/decode.js'
import { MongoError, unsupported } from '../errors.js'
import { compileFilter } from '../match/index.js'
import { show } from '../show.js'
import type { Collection } from '../storage/collection.js'
import { type Doc, equal, get, isNum, isPlain, num, typeAlias } from '../values.js'
import type { Request } from '../wire/message.js'
import { okReply } from '../wire/reply.js'
import { document, documents, flag, namespace, number, refuseCollation, vet, writableNamespace } from './args.js'
import type { Context } from './context.js'

const OPTIONS = new Set(['v', 'key', 'name', 'unique', 'sparse', 'background', 'hidden', 'expireAfterSeconds', 'ns'])
OPTIONS.add('partialFilterExpression').add('collation')

/** Most indexes of a collection, as MongoDB's. */
const MAX_INDEXES = 64

/** Builds indexes; identical ones are left alone, conflicting ones refused (85, 86). */
export function createIndexes(request: Request, context: Context): Buffer {
  vet(request, new Set(['indexes', 'ignoreUnknownIndexOptions', 'commitQuorum']))
  const ns = writableNamespace(request)
  const wanted = documents(request.args, 'indexes') ?? []
  if (wanted.length === 0) throw new MongoError(2, 'Must specify at least one index to create')
  const createdCollectionAutomatically = context.store.get(ns) === undefined
  const collection = context.store.ensure(ns)
  const numIndexesBefore = collection.indexes.length
  for (const raw of wanted) {
    const spec = specOf(raw)
    if (!exists(collection, spec)) {
      if (collection.indexes.length >= MAX_INDEXES) {
        throw new MongoError(67, `add index fails, too many indexes for ${ns} key:${show(get(spec, 'key'))}`)
      }
      collection.addIndex(spec)
    }
  }
  const numIndexesAfter = collection.indexes.length
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {}
  return okReply({ numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note })
}

function specOf(raw: Doc): Doc {
  const key = get(raw, 'key')
  const name = get(raw, 'name')
  for (const option of Object.keys(raw)) {
    if (option === 'wildcardProjection' || option === 'storageEngine' || option === 'prepareUnique') {
      throw unsupported(`index option '${option}'`)
    }
    if (!OPTIONS.has(option)) {
      throw new MongoError(
        197,
        `The field '${option}' is not valid for an index specification. Specification: ${show(raw)}`,
      )
    }
  }
  if (!isPlain(key) || Object.keys(key).length === 0) throw new MongoError(67, 'Index keys cannot be an empty object')
  if (typeof name !== 'string') {
    throw new MongoError(9, "The 'name' field is a required property of an index specification")
  }
  if (name === '') throw new MongoError(67, 'The index name cannot be empty')
  if (Object.keys(key).length > 32) throw new MongoError(13103, 'cannot create index with more than 32 fields')
  for (const path of Object.keys(key)) checkField(path, get(key, path))
  refuseCollation(get(raw, 'collation'))
  const spec: Doc = { v: 2, key, name }
  const isId = equal(key, { _id: 1 })
  for (const option of ['unique', 'sparse', 'hidden']) if (flag(raw, option) && !isId) spec[option] = true
  addExpiry(raw, key, spec)
  addPartial(raw, spec)
  return spec
}

function checkField(path: string, direction: unknown): void {
  if (path === '' || path.split('.').some((part) => part === '')) {
    throw new MongoError(67, 'Index keys cannot contain an empty field')
  }
  if (path.includes('$**')) throw unsupported('wildcard index')
  if (path.split('.').some((part) => part.startsWith('$') && !['$ref', '$id', '$db'].includes(part))) {
    throw new MongoError(67, `Index key contains an illegal field name: field name starts with '$': ${path}`)
  }
  if (typeof direction === 'string') throw unsupported(`index type '${direction}'`)
  if (!isNum(direction) || Number(num(direction)) === 0 || Number.isNaN(Number(num(direction)))) {
    const type = typeAlias(direction)[0]
    throw new MongoError(
      67,
      `Values in v:2 index key pattern cannot be of type ${type}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    )
  }
}

function addExpiry(raw: Doc, key: Doc, spec: Doc): void {
  const seconds = get(raw, 'expireAfterSeconds')
  if (seconds === undefined) return
  if (Object.keys(key).length > 1) {
    throw new MongoError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL.')
  }
  if (Object.hasOwn(key, '_id')) {
    throw new MongoError(197, "The field 'expireAfterSeconds' is not valid for an _id index specification.")
  }
  const value = number(raw, 'expireAfterSeconds', 0)
  if (value < 0 || value > 2147483647) {
    throw new MongoError(67, `TTL index 'expireAfterSeconds' option must be within an acceptable range, got ${value}`)
  }
  spec['expireAfterSeconds'] = new Int32(value)
}

const PARTIAL_OPERATORS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$type', '$in', '$and', '$or'])

function addPartial(raw: Doc, spec: Doc): void {
  if (get(raw, 'partialFilterExpression') === undefined) return
  const filter = document(raw, 'partialFilterExpression')
  if (spec['sparse'] === true) {
    throw new MongoError(67, 'cannot mix "partialFilterExpression" and "sparse" options')
  }
  checkPartial(filter)
  compileFilter(filter)
  spec['partialFilterExpression'] = filter
}

function checkPartial(v: unknown): void {
  if (Array.isArray(v)) for (const e of v) checkPartial(e)
  if (!isPlain(v)) return
  for (const key of Object.keys(v)) {
    if (key.startsWith('$') && !PARTIAL_OPERATORS.has(key)) {
      throw new MongoError(67, `unsupported expression in partial index: ${key}`)
    }
    if (key === '$exists' && get(v, key) !== true && !equal(get(v, key), 1)) {
      throw new MongoError(67, 'unsupported expression in partial index: $not $exists')
    }
    checkPartial(get(v, key))
  }
}

function optionsOf(spec: Doc): unknown[] {
  const seconds = get(spec, 'expireAfterSeconds')
  const ttl = isNum(seconds) ? Number(num(seconds)) : null
  return [get(spec, 'unique') === true, get(spec, 'sparse') === true, ttl]
}

// MongoDB tells indexes apart by key pattern and partial filter
function exists(collection: Collection, spec: Doc): boolean {
  const key = get(spec, 'key')
  if (equal(key, { _id: 1 })) return true
  const name = get(spec, 'name')
  const samePattern = (ix: Doc) =>
    sameOrder(get(ix, 'key'), key) && equal(get(ix, 'partialFilterExpression'), get(spec, 'partialFilterExpression'))
  const same = collection.indexes.find((ix) => samePattern(ix.spec))
  const named = collection.indexes.find((ix) => ix.name === name)
  if (named !== undefined && named !== same) {
    throw new MongoError(
      86,
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(spec)}, existing index: ${show(named.spec)}`,
    )
  }
  if (same === undefined) return false
  if (!equal(optionsOf(same.spec), optionsOf(spec))) {
    throw new MongoError(
      named === undefined ? 85 : 86,
      `An equivalent index already exists with ${named === undefined ? 'a different name and' : 'the same name but'} different options. Requested index: ${show(spec)}, existing index: ${show(same.spec)}`,
    )
  }
  if (same.name !== name) throw new MongoError(85, `Index already exists with a different name: ${same.name}`)
  return true
}

function sameOrder(a: unknown, b: unknown): boolean {
  if (!isPlain(a) || !isPlain(b)) return false
  const keys = Object.keys(a)
  const sign = (v: unknown) => Math.sign(Number(num(v)))
  return equal(keys, Object.keys(b)) && keys.every((k) => sign(get(a, k)) === sign(get(b, k)))
}

/** Lists the indexes of a collection. */
export function listIndexes(request: Request, context: Context): Buffer | Promise<Buffer> {
  vet(request, new Set(['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo']))
  const ns = namespace(request)
  const collection = context.store.get(ns)
  if (collection === undefined) throw new MongoError(26, `ns does not exist: ${ns}`)
  return context.cursors.first(collection.indexes.map((ix) => encode(ix.spec))[Symbol.iterator](), ns, undefined)
}

/** Drops indexes by name, by key pattern, or all but `_id` with `*`. */
export function dropIndexes(request: Request, context: Context): Buffer {
  vet(request, new Set(['index']))
  const ns = namespace(request)
  const collection = context.store.get(ns)
  if (collection === undefined) throw new MongoError(26, `ns not found ${ns}`)
  const nIndexesWas = collection.indexes.length
  const index = get(request.args, 'index')
  for (const wanted of Array.isArray(index) ? index : [index]) {
    if (wanted === '*') for (const ix of collection.indexes.slice(1)) collection.dropIndex(ix)
    else dropOne(collection, wanted)
  }
  return okReply({ nIndexesWas })
}

function dropOne(collection: Collection, wanted: unknown): void {
  if (typeof wanted !== 'string' && !isPlain(wanted)) {
    throw new MongoError(14, "BSON field 'dropIndexes.index' is the wrong type, expected types '[string, object]'")
  }
  const ix = collection.indexes.find((other) =>
    typeof wanted === 'string' ? other.name === wanted : sameOrder(get(other.spec, 'key'), wanted),
  )
  if (ix === undefined) {
    const text =
      typeof wanted === 'string'
        ? `index not found with name [${wanted}]`
        : `can't find index with key: ${show(wanted)}`
    throw new MongoError(27, text)
  }
  if (ix === collection.idIndex) throw new MongoError(72, 'cannot drop _id index')
  collection.dropIndex(ix)
}
