// Reading command arguments: unknown ones are refused, none is ignored.
import { MongoError, unsupported } from '../errors.js'
import { evalExpr } from '../expr/index.js'
import { type Doc, get, isNum, isPlain, num } from '../values.js'
import type { Request } from '../wire/message.js'

// taken by every command and without effect here
const COMMON = new Set(['$db', 'comment', 'maxTimeMS', 'writeConcern', 'readConcern', 'apiVersion', 'apiStrict'])
for (const name of ['apiDeprecationErrors', 'txnNumber', 'autocommit', 'startTransaction', 'collation', 'let']) {
  COMMON.add(name)
}

const NO_TRANSACTIONS =
  'transactions are not supported by the embedded store; set MONGODB_URI to a replica set to use them'

/** Refuses unknown fields (40415), transactions (115), collations and read concerns this store does not have. */
export function vet(request: Request, known: ReadonlySet<string>): void {
  const { args, name } = request
  for (const key of Object.keys(args)) {
    if (key !== name && !COMMON.has(key) && !known.has(key)) {
      throw new MongoError(40415, `BSON field '${name}.${key}' is an unknown field.`)
    }
  }
  refuseCollation(get(args, 'collation'))
  if (get(args, 'startTransaction') === true || get(args, 'autocommit') === false) {
    throw new MongoError(115, NO_TRANSACTIONS)
  }
  const concern = get(args, 'readConcern')
  const level = isPlain(concern) ? get(concern, 'level') : undefined
  if (level !== undefined && level !== 'local' && level !== 'majority' && level !== 'available') {
    throw unsupported(`read concern level '${String(level)}'`)
  }
}

/** Error 115 that every transaction command gets. */
export function noTransactions(): MongoError {
  return new MongoError(115, NO_TRANSACTIONS)
}

/** Refuses any collation but `simple`. */
export function refuseCollation(collation: unknown): void {
  if (!isPlain(collation) || Object.keys(collation).length === 0) return
  if (get(collation, 'locale') !== 'simple') throw unsupported('collation')
}

/** Refuses options that are present and not false. */
export function refuse(args: Doc, ...names: string[]): void {
  for (const name of names) {
    const value = get(args, name)
    if (value !== undefined && value !== false && value !== null) throw unsupported(`option '${name}'`)
  }
}

/** A number argument. Throws 14 for anything else. */
export function number(args: Doc, name: string, fallback: number): number {
  const value = get(args, name)
  if (value === undefined || value === null) return fallback
  if (!isNum(value)) throw new MongoError(14, `BSON field '${name}' is the wrong type, expected a number`)
  return Math.trunc(Number(num(value)))
}

/** As `number`, refusing negative values (51024). */
export function natural(args: Doc, name: string, fallback: number): number {
  const value = number(args, name, fallback)
  if (value < 0) throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${value}'`)
  return value
}

/** A flag: true or a number other than 0. */
export function flag(args: Doc, name: string): boolean {
  const value = get(args, name)
  return value === true || (isNum(value) && Number(num(value)) !== 0)
}

/** A document argument; missing and null are an empty document. Throws 14 for anything else. */
export function document(args: Doc, name: string): Doc {
  return optionalDocument(args, name) ?? {}
}

/** A document argument, undefined when missing or null. Throws 14 for anything else. */
export function optionalDocument(args: Doc, name: string): Doc | undefined {
  const value = get(args, name)
  if (value === undefined || value === null) return undefined
  if (!isPlain(value)) throw new MongoError(14, `BSON field '${name}' is the wrong type, expected type 'object'`)
  return value
}

/** A list of documents, undefined when missing. Throws 14 for anything else. */
export function documents(args: Doc, name: string): Doc[] | undefined {
  const value = get(args, name)
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every(isPlain)) {
    throw new MongoError(14, `BSON field '${name}' is the wrong type, expected an array of documents`)
  }
  return value
}

/** Evaluated `let` variables. */
export function variables(value: unknown): Doc | undefined {
  if (!isPlain(value)) return undefined
  const out: Doc = {}
  for (const key of Object.keys(value)) out[key] = evalExpr({}, get(value, key))
  return out
}

/** Namespace of the collection a command names. Throws 73 for names MongoDB refuses. */
export function namespace(request: Request): string {
  return checkedNamespace(request.db, get(request.args, request.name))
}

/** As `namespace`, for commands that write: `system.` collections are refused (73). */
export function writableNamespace(request: Request): string {
  const ns = namespace(request)
  if (/^[^.]*\.system\./.test(ns)) throw new MongoError(73, `Invalid system namespace: ${ns}`)
  return ns
}

/** Namespace of a database and a collection name. Throws 73 for names MongoDB refuses. */
export function checkedNamespace(db: string, name: unknown): string {
  if (db === '' || /[\0/\\. "$]/.test(db)) throw new MongoError(73, `Invalid database name: '${db}'`)
  if (typeof name !== 'string' || name === '') {
    throw new MongoError(73, `Invalid namespace specified '${db}.${typeof name === 'string' ? name : ''}'`)
  }
  if (name.includes('\0') || name.startsWith('.') || name.includes('$')) {
    throw new MongoError(73, `Invalid collection name: ${name}`)
  }
  if (db.length + name.length > 254) throw new MongoError(73, `Fully qualified namespace is too long: ${db}.${name}`)
  return `${db}.${name}`
}
